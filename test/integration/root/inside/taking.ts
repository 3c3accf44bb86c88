/**
 * The machine as the platform's own scripts leave it, on a real systemd (test/machine/systemd.sh): a system dnsmasq with
 * names, a link to it for NetworkManager, lines in the hosts file, a unit that starts forwarders, and one of root's beside it.
 */
import { execFile, spawn } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { openRoot } from '../../../../main/system/root/open-root.ts'
import { unitState } from '../../../../main/system/root/drift-live.ts'
import { shownAt } from '../../../../main/system/root/shown.ts'
import type { Change, RootVerb } from '../../../../main/model/change.ts'
import { end, machine, paths } from './story.ts'

const call = promisify(execFile)
const root = openRoot(paths)

/** Whether something takes connections there. */
async function open(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.2')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => resolve(false)).setTimeout(20_000, () => socket.destroy())
    socket.once('connect', () => socket.destroy())
  })
}
async function opens(...ports: readonly number[]): Promise<readonly boolean[]> {
  return await Promise.all(ports.map(open))
}

writeFileSync(
  '/usr/local/bin/forward.sh',
  '#!/bin/sh\nsocat TCP4-LISTEN:80,bind=127.0.0.2,reuseaddr,fork TCP4:127.0.0.1:8080 &\n',
  { mode: 0o755 },
)
const UNIT = '/etc/systemd/system/macula-port-forwarding.service'
writeFileSync(
  UNIT,
  '[Unit]\nDescription=forwarders\n[Service]\nType=forking\nExecStart=/usr/local/bin/forward.sh\nRestart=on-failure\n[Install]\nWantedBy=multi-user.target\n',
  { mode: 0o640 },
)
writeFileSync(
  '/etc/dnsmasq.d/macula.conf',
  'no-hosts\nlisten-address=127.0.0.1\nbind-interfaces\naddress=/home.macula.local/127.0.0.2\n',
)
mkdirSync('/etc/NetworkManager/dnsmasq.d', { recursive: true })
symlinkSync('/etc/dnsmasq.d/macula.conf', '/etc/NetworkManager/dnsmasq.d/macula.conf')
writeFileSync('/etc/NetworkManager/conf.d/dnsmasq.conf', '[main]\ndns=dnsmasq\n')
writeFileSync(
  '/etc/hosts',
  '127.0.0.1 localhost\n127.0.1.1 room\n127.0.0.1 home.macula.local\n127.0.0.1 nas grafana.macula.local # mine\n',
)
await call('systemctl', ['enable', '--now', 'macula-port-forwarding.service', 'dnsmasq.service'])
// As a script of root's starts them: nobody's child, no unit.
const argv = ['socat', 'TCP4-LISTEN:443,bind=127.0.0.2,reuseaddr,fork', 'TCP4:127.0.0.1:8443']
const alone = spawn('socat', argv.slice(1), { detached: true, stdio: 'ignore' })
alone.unref()
for (let tries = 1200; tries > 0 && (await opens(80, 443)).includes(false); tries--)
  await new Promise((resolve) => setTimeout(resolve, 50))
const before = machine()
const pid = alone.pid ?? 0
const started = Number(
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')[19],
)

const remove = async (path: string): Promise<RootVerb> => ({
  verb: 'remove',
  path,
  shown: (await shownAt(path)) ?? '',
})
const changes: readonly Change[] = [
  {
    id: 'migrate-forwarders',
    title: 'Their forwarders',
    reason: 'x',
    verbs: [
      { verb: 'unit-off', unit: 'macula-port-forwarding.service' },
      await remove(UNIT),
      { verb: 'end', pid, started, argv },
    ],
    commands: [],
  },
  {
    id: 'migrate-names',
    title: 'Their names',
    reason: 'x',
    verbs: [
      { verb: 'unit-off', unit: 'dnsmasq.service' },
      await remove('/etc/NetworkManager/dnsmasq.d/macula.conf'),
      await remove('/etc/dnsmasq.d/macula.conf'),
      {
        verb: 'lines',
        path: '/etc/hosts',
        lines: [
          { line: 3, text: '127.0.0.1 home.macula.local', stays: '' },
          { line: 4, text: '127.0.0.1 nas grafana.macula.local # mine', stays: '127.0.0.1 nas # mine' },
        ],
      },
    ],
    commands: [],
  },
]
const states = async (): Promise<readonly (string | undefined)[]> => [
  await unitState('macula-port-forwarding.service', ''),
  await unitState('dnsmasq.service', ''),
]
const applied = await root.apply(changes, () => undefined)
const ports = await opens(80, 443)
const units = await states()
const gone =
  readFileSync('/etc/hosts', 'utf8') === '127.0.0.1 localhost\n127.0.1.1 room\n127.0.0.1 nas # mine\n' &&
  !readdirSync('/etc/dnsmasq.d').includes('macula.conf') &&
  lstatSync(UNIT, { throwIfNoEntry: false }) === undefined
const drift = (await root.ledger()).map((entry) => entry.drift)
const again = await root.apply(changes, () => undefined)
const undone = await root.undo(undefined, { evenIfDrifted: false }, () => undefined)
for (let tries = 1200; tries > 0 && (await opens(80, 443)).includes(false); tries--)
  await new Promise((resolve) => setTimeout(resolve, 50))
end({
  applied,
  ports,
  units,
  gone,
  drift,
  again,
  undone,
  portsAfter: await opens(80, 443),
  unitsAfter: await states(),
  same: JSON.stringify(before) === JSON.stringify(machine()),
})
