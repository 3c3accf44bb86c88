/** Everything, really, in this sandbox: low ports and the hosts block made and undone; then two lookups and a bind. */
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { openRoot } from '../../../../main/system/root/open-root.ts'
import { openRoutes, openSteps } from '../../../../main/system/setup/open-routes.ts'
import { end, forget, machine, names, paths, settings } from './story.ts'

await forget()
const root = openRoot(paths)
const before = machine()
const hosts = openRoutes().find((route) => route.id === 'route-hosts')
const ports = await openSteps()
  .find((step) => step.id === 'low-ports')
  ?.plan()
if (!hosts || !ports) throw new Error('no route or step')
const input = { settings, names }
const applied = await root.apply([ports.change, hosts.plan(input)], () => undefined)
const found = await lookup('grafana.macula.local', { family: 4 })
const changed = machine()
  .filter((line) => !before.includes(line))
  .map((line) => line.split(' ')[0])
const server = createServer().listen(80, '127.0.0.4')
await once(server, 'listening')
server.close()
const inPlace = await hosts.isInPlace(input)
const again = await root.apply([ports.change, hosts.plan(input)], () => undefined)
const ledger = await root.ledger()
const undone = await root.undo(undefined, { evenIfDrifted: false }, () => undefined)
const after = machine()
const twice = await root.undo(undefined, { evenIfDrifted: false }, () => undefined)
rmSync(paths.state, { recursive: true, force: true })
end({
  way: await root.elevation(),
  applied,
  again,
  found: found.address,
  changed,
  inPlace,
  drift: ledger.map((entry) => entry.drift),
  undone: undone.kind,
  twice,
  same:
    JSON.stringify(before) === JSON.stringify(after) && JSON.stringify(before) === JSON.stringify(machine()),
})
