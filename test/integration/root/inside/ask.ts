/** A plain user asks for root and undoes it; what happens is decided by the sandbox (sudo, polkit, a terminal or not). */
import { existsSync, readdirSync } from 'node:fs'
import { lookup } from 'node:dns/promises'
import { openRoot } from '../../../../main/system/root/open-root.ts'
import { openRoutes } from '../../../../main/system/setup/open-routes.ts'
import { end, names, settings, userPaths } from './story.ts'

const root = openRoot(userPaths, { deadline: Number(process.env['STORY_DEADLINE'] ?? '20000') })
const hosts = openRoutes().find((route) => route.id === 'route-hosts')
if (!hosts) throw new Error('no route')
const input = { settings, names }
// Ctrl-C reaches everybody at the terminal; a command line that waits for an answer outlives it.
process.on('SIGINT', () => undefined)
const way = await root.elevation()
const applied = await root.apply([hosts.plan(input)], () => undefined)
const inPlace = await hosts.isInPlace(input)
// Without the names a lookup would only wait for name servers that a sandbox does not reach.
const found = inPlace ? (await lookup('s3.macula.local', { family: 4 })).address : 'not asked'
const by = applied.kind === 'done' ? (await root.ledger()).at(-1)?.by : undefined
const undone =
  applied.kind === 'done' ? await root.undo(undefined, { evenIfDrifted: false }, () => undefined) : undefined
end({
  uid: process.getuid?.(),
  terminal: process.stdin.isTTY,
  way,
  applied,
  inPlace,
  found,
  by,
  undone: undone?.kind,
  left: existsSync(userPaths.state) ? readdirSync(userPaths.state) : [],
})
