/** The route through a real systemd-resolved to a real dnsmasq: detected, made, asked, undone. */
import { execFile, spawn } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { openRoot } from '../../../../main/system/root/open-root.ts'
import { openRoutes } from '../../../../main/system/setup/open-routes.ts'
import { end, forget, machine, names, paths, settings } from './story.ts'

const run = promisify(execFile)
await forget()
const root = openRoot(paths)
const route = openRoutes().find(({ id }) => id === 'route-systemd-resolved')
if (!route) throw new Error('no route')
const input = { settings, names }

const dnsmasq = spawn(
  'dnsmasq',
  [
    '-C',
    '/dev/null',
    '--keep-in-foreground',
    '--user=root',
    '--pid-file=',
    '--log-facility=-',
    '--no-resolv',
    '--no-hosts',
  ]
    .concat([
      '--bind-interfaces',
      '--listen-address=127.0.0.1',
      `--port=${settings.dnsPort}`,
      '--local=/macula.local/',
    ])
    .concat([...names].map(([name, address]) => `--host-record=${name},${address}`)),
  { stdio: ['ignore', 'ignore', 'pipe'] },
)
await once(dnsmasq.stderr, 'data')

async function ask(name: string): Promise<{ readonly answer: string; readonly ms: number }> {
  const start = performance.now()
  const answer = await lookup(name, { family: 4 }).then(
    (found) => found.address,
    (error: NodeJS.ErrnoException) => error.code ?? 'failed',
  )
  return { answer, ms: Math.round(performance.now() - start) }
}

const before = machine()
const fits = await route.detect()
const without = await ask('grafana.macula.local')
const applied = await root.apply([route.plan(input)], () => undefined)
const grafana = await ask('grafana.macula.local')
const getent = await run('getent', ['ahosts', 's3.macula.local'])
const resolvectl = await run('resolvectl', ['query', '--legend=no', 's3.macula.local'])
const unknown = await ask('nothing.macula.local')
const elsewhere = await ask('example.invalid')
const inPlace = await route.isInPlace(input)
const undone = await root.undo(undefined, { evenIfDrifted: false }, () => undefined)
const after = await ask('grafana.macula.local')
dnsmasq.kill()
end({
  route: route.id,
  fits,
  without: without.answer,
  applied,
  grafana,
  getent: getent.stdout.split(/\s+/)[0],
  resolvectl: resolvectl.stdout.trim(),
  unknown,
  elsewhere,
  inPlace,
  undone,
  after: after.answer,
  same: JSON.stringify(before) === JSON.stringify(machine()),
})
