/**
 * A laptop as the platform's own scripts make it (NetworkManager with dnsmasq, their names in it, a line in the hosts file), on
 * a real systemd: the command line sets it up in one run and takes everything back.
 */
import { execFile } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { end, machine } from './story.ts'

const call = promisify(execFile)

/** The command line as a person runs it; what it prints, also when it fails. */
async function maculactl(...words: readonly string[]): Promise<string> {
  return await call(process.execPath, ['/mnt/project/dist/maculactl.mjs', ...words]).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { readonly stdout: string; readonly stderr: string }) => error.stdout + error.stderr,
  )
}
/** Set-up without kind, which is only a step where the distribution's lists of packages are there and have one that fits. */
async function setUp(): Promise<string> {
  const told = await maculactl('setup', '--yes', '--skip', 'kind')
  return told.includes('There is no step "kind"') ? await maculactl('setup', '--yes') : told
}
async function ask(name: string, address: string): Promise<string> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const answer = await lookup(name, { family: 4 }).then(
      (found) => found.address,
      (error: NodeJS.ErrnoException) => error.code ?? 'failed',
    )
    if (answer === address || Date.now() > deadline) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const resolved = [
  'systemd-resolved.service',
  'systemd-resolved-varlink.socket',
  'systemd-resolved-monitor.socket',
]
await call('systemctl', ['mask', '--now', ...resolved])
rmSync('/etc/resolv.conf')
const theirs = {
  '/etc/NetworkManager/conf.d/dnsmasq.conf': '[main]\ndns=dnsmasq\n',
  '/etc/NetworkManager/conf.d/room.conf': '[main]\nrc-manager=file\n',
  '/etc/dnsmasq.d/macula.conf':
    'no-hosts\naddress=/grafana.macula.local/127.0.0.99\naddress=/home.macula.local/127.0.0.2\n',
  '/etc/hosts': '127.0.0.1 localhost\n127.0.1.1 room\n127.0.0.1 s3.macula.local nas',
}
for (const [path, text] of Object.entries(theirs)) writeFileSync(path, text)
mkdirSync('/etc/NetworkManager/dnsmasq.d', { recursive: true })
symlinkSync('/etc/dnsmasq.d/macula.conf', '/etc/NetworkManager/dnsmasq.d/macula.conf')
writeFileSync(
  '/etc/NetworkManager/system-connections/room0.nmconnection',
  '[connection]\nid=room0\ntype=ethernet\ninterface-name=room0\n[ipv4]\nmethod=manual\naddress1=192.0.2.2/24,192.0.2.1\ndns=192.0.2.2;\n[ipv6]\nmethod=disabled\n',
  { mode: 0o600 },
)
await call('systemctl', ['start', 'NetworkManager'])
await call('nmcli', ['connection', 'up', 'room0'])

const old = await ask('grafana.macula.local', '127.0.0.99')
const before = machine()
const setup = await setUp()
const led = await ask('grafana.macula.local', '127.0.0.4')
const store = await ask('s3.macula.local', '127.0.0.9')
const again = await setUp()
const undo = await maculactl('undo', '--all')
const back = await ask('grafana.macula.local', '127.0.0.99')
const same = JSON.stringify(before) === JSON.stringify(machine())
end({ old, setup, led, store, again, undo, back, same })
