/** Each resolver route on a machine with a real systemd (test/machine/systemd.sh): detected, made, asked, undone. */
import { execFile, spawn } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { openRoot } from '../../../../main/system/root/open-root.ts'
import { shownAt } from '../../../../main/system/root/shown.ts'
import { openRoutes } from '../../../../main/system/setup/open-routes.ts'
import type { RootVerb } from '../../../../main/model/change.ts'
import { end, machine, names, paths, settings } from './story.ts'

const call = promisify(execFile)
const root = openRoot(paths)
const input = { settings: { ...settings, zones: ['lab'] }, names }
const asked: string[] = []

const server = (...args: readonly string[]) =>
  spawn('dnsmasq', ['-C', '/dev/null', '-k', '--user=root', '--pid-file=', '--log-facility=-', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
/** Our name server, as the product configures it; it writes down what it is asked. */
const ours = server(
  '--log-queries',
  '--no-resolv',
  '--no-hosts',
  '--bind-interfaces',
  '--listen-address=127.0.0.1',
  `--port=${settings.dnsPort}`,
  '--local=/macula.local/',
  '--local=/lab/',
  '--host-record=beam.lab,127.0.0.77',
  ...[...names].map(([name, address]) => `--host-record=${name},${address}`),
)
/** The server of the network: all names but ours. */
const network = server(
  '--no-resolv',
  '--no-hosts',
  '--bind-interfaces',
  '--listen-address=192.0.2.2',
  '--address=/example.test/192.0.2.80',
)
for (const one of [ours, network])
  one.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (one === ours) asked.push(...[...text.matchAll(/query\[\w+\] (\S+)/g)].map((match) => match[1] ?? ''))
  })

async function ask(name: string): Promise<string> {
  return await lookup(name, { family: 4 }).then(
    (found) => found.address,
    (error: NodeJS.ErrnoException) => error.code ?? 'failed',
  )
}

/** Asks again for up to a minute: a server that was just started anew may not listen yet. */
async function until(name: string, fits: (answer: string) => boolean): Promise<string> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const answer = await ask(name)
    if (fits(answer) || Date.now() > deadline) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The dnsmasqs that NetworkManager started. */
function leftBehind(): readonly number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(
          '--conf-dir=/etc/NetworkManager/dnsmasq.d',
        )
      } catch {
        return false
      }
    })
    .map(Number)
}

function routeOf(id: string) {
  const route = openRoutes().find((one) => one.id === id)
  if (!route) throw new Error(`no route ${id}`)
  return route
}

/** The whole life of one route, and what this machine would choose. */
async function live(id: string): Promise<Readonly<Record<string, unknown>>> {
  const route = routeOf(id)
  const fitting: string[] = []
  for (const one of openRoutes()) if ((await one.detect()).fits) fitting.push(one.id)
  const before = machine()
  const fits = await route.detect()
  const without = await ask('grafana.macula.local')
  const applied = await root.apply([route.plan(input)], () => undefined)
  const grafana = await until('grafana.macula.local', (answer) => answer.startsWith('127.'))
  asked.length = 0
  const elsewhere = await until('www.example.test', (answer) => answer.startsWith('192.'))
  const leaked = asked.filter((name) => name.endsWith('example.test')).length > 0
  const lab = await ask('beam.lab')
  const unknown = await ask('nothing.macula.local')
  const inPlace = await route.isInPlace(input)
  const drift = (await root.ledger()).filter(({ state }) => state === 'applied').map((entry) => entry.drift)
  const again = await root.apply([route.plan(input)], () => undefined)
  const undone = await root.undo(undefined, { evenIfDrifted: false }, () => undefined)
  const after = await until('grafana.macula.local', (answer) => !answer.startsWith('127.'))
  const elsewhereAfter = await until('www.example.test', (answer) => answer.startsWith('192.'))
  const same = JSON.stringify(before) === JSON.stringify(machine())
  return {
    fitting,
    fits,
    without,
    applied,
    grafana,
    elsewhere,
    leaked,
    lab,
    unknown,
    inPlace,
    drift,
    again,
    undone,
    after,
    elsewhereAfter,
    same,
  }
}

// systemd-resolved with the server of the network, as a desktop of today.
await call('resolvectl', ['dns', 'room0', '192.0.2.2'])
const version = (await call('resolvectl', ['--version'])).stdout.split(' ')[1]
const delegate = await live('route-dns-delegate')
const dropIn = await live('route-systemd-resolved')
await call('systemctl', [
  'mask',
  '--now',
  'systemd-resolved.service',
  'systemd-resolved-varlink.socket',
  'systemd-resolved-monitor.socket',
])

// NetworkManager with dnsmasq, as the platform's own set-up makes a laptop.
rmSync('/etc/resolv.conf')
writeFileSync('/etc/NetworkManager/conf.d/dnsmasq.conf', '[main]\ndns=dnsmasq\nrc-manager=file\n')
writeFileSync(
  '/etc/NetworkManager/system-connections/room0.nmconnection',
  '[connection]\nid=room0\ntype=ethernet\ninterface-name=room0\n[ipv4]\nmethod=manual\naddress1=192.0.2.2/24,192.0.2.1\ndns=192.0.2.2;\n[ipv6]\nmethod=disabled\n',
  { mode: 0o600 },
)
await call('systemctl', ['start', 'NetworkManager'])
await call('nmcli', ['connection', 'up', 'room0'])
await until('www.example.test', (answer) => answer.startsWith('192.'))
const networkManager = await live('route-networkmanager')
// Masked, because dnsmasq's unit wants the network to be online, which would start it again.
await call('systemctl', ['mask', '--now', 'NetworkManager.service'])
// It leaves its dnsmasq behind, on port 53.
for (let tries = 1200, left = leftBehind(); left.length > 0 && tries > 0; tries--, left = leftBehind()) {
  for (const pid of left) process.kill(pid)
  await new Promise((resolve) => setTimeout(resolve, 50))
}

// A dnsmasq of the whole machine, first with a file of the platform's own set-up.
writeFileSync('/etc/resolv.conf', 'nameserver 127.0.0.1\n')
writeFileSync(
  '/etc/dnsmasq.d/room.conf',
  'no-resolv\nbind-interfaces\nlisten-address=127.0.0.1\nserver=192.0.2.2\n',
)
await call('systemctl', ['start', 'dnsmasq'])
const dnsmasq = await live('route-dnsmasq')
const old = '/etc/dnsmasq.d/macula.conf'
writeFileSync(
  old,
  'no-hosts\naddress=/grafana.macula.local/127.0.0.99\naddress=/s3.macula.local/127.0.0.99\n',
)
await call('systemctl', ['restart', 'dnsmasq'])
const picture = machine()
const route = routeOf('route-dnsmasq')
const goesBefore = await route.goesBefore?.(input.settings)
await root.apply([route.plan(input)], () => undefined)
const hidden = await until('grafana.macula.local', (answer) => answer.startsWith('127.'))
const verbs: readonly RootVerb[] = [
  { verb: 'remove', path: old, shown: (await shownAt(old)) ?? '' },
  { verb: 'reload', unit: 'dnsmasq' },
]
const removed = await root.apply(
  [{ id: 'migrate-names', title: 'Old names', reason: 'x', verbs, commands: [] }],
  () => undefined,
)
const shown = await until('grafana.macula.local', (answer) => answer === '127.0.0.4')
const nothingBefore = (await route.goesBefore?.(input.settings)) ?? 'nothing'
const undone = await root.undo(undefined, { evenIfDrifted: false }, () => undefined)
const oldAgain = await until('grafana.macula.local', (answer) => answer === '127.0.0.99')
const taken = {
  goesBefore,
  hidden,
  removed,
  shown,
  nothingBefore,
  undone,
  oldAgain,
  same: JSON.stringify(picture) === JSON.stringify(machine()),
}
ours.kill()
network.kill()
end({ version, delegate, dropIn, networkManager, dnsmasq, taken })
