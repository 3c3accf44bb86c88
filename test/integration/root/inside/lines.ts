/** Lines of /etc/hosts above and below our block lead a name elsewhere: seen by the resolver, named, taken out, given back. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { nameRung } from '../../../../main/model/rungs/name.ts'
import { lookupName } from '../../../../main/system/host/lookup.ts'
import { nameLines } from '../../../../main/system/host/name-lines.ts'
import { openRoot } from '../../../../main/system/root/open-root.ts'
import { openMachine } from '../../../../main/system/setup/machine.ts'
import { hostsLines } from '../../../../main/system/setup/hosts-lines.ts'
import { openRoutes } from '../../../../main/system/setup/open-routes.ts'
import { end, forget, machine, names, paths, settings } from './story.ts'

const HOSTS = '/etc/hosts'
const name = 'grafana.macula.local'
const address = '127.0.0.4'

await forget()
const root = openRoot(paths)
const hosts = openRoutes().find((route) => route.id === 'route-hosts')
if (!hosts) throw new Error('no route')
const input = { settings, names }
// Several names on one line of which one is ours, with a comment and no final newline: all of it comes back.
writeFileSync(HOSTS, `127.0.0.1\thome.example ${name}  nas # mine\n${readFileSync(HOSTS, 'utf8')}`)
await root.apply([hosts.plan(input)], () => undefined)
writeFileSync(HOSTS, `${readFileSync(HOSTS, 'utf8')}10.0.0.9 s3.macula.local ${name}`)
const before = machine()

const look = async () => {
  const seen = await lookupName(name, 30_000)
  const answers = seen.kind === 'answer' ? seen.addresses : []
  const lines = await nameLines(name, address, answers, { address: '127.0.0.1', port: settings.dnsPort })
  return nameRung({ name, address, seen: { ...seen, lines }, byNameOnly: false, routed: true })
}
const told = await look()
const plan = async () => await hostsLines(openMachine()).plan({ names })
const step = await plan()
if (!step) throw new Error('no step')
const applied = await root.apply([step.change], () => undefined)
const text = readFileSync(HOSTS, 'utf8')
const good = await look()
const left = await plan()
const inPlace = await hosts.isInPlace(input)
const entries = (await root.ledger()).filter(({ change }) => change === 'hosts-lines').map(({ id }) => id)
const undone = await root.undo(entries, { evenIfDrifted: false }, () => undefined)
const after = machine()
await root.undo(undefined, { evenIfDrifted: true }, () => undefined)
rmSync(paths.state, { recursive: true, force: true })
end({
  told,
  says: step.says,
  title: step.change.title,
  applied: applied.kind,
  first: text.split('\n')[0],
  others: text.split('\n').filter((line) => line.startsWith('10.0.0.9')).length,
  good,
  left: left ?? 'none',
  inPlace,
  undone: undone.kind,
  same: JSON.stringify(before) === JSON.stringify(after),
})
