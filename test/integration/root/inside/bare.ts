/** A machine with nothing but busybox, as root sees it: no --root, the program as it is really run. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { planOf, undoPlanOf } from '../../../../main/system/root/plan.ts'
import { hosts, lowPorts, pictureOf, program, SYSCTL } from '../../../unit/root/tree.ts'
import { end } from './story.ts'

const root = '/mnt/bare'
for (const folder of ['bin', 'usr/bin', 'etc/sysctl.d', 'var/lib', 'tmp', 'dev', 'proc/sys/net/ipv4'])
  mkdirSync(`${root}/${folder}`, { recursive: true, mode: 0o755 })
writeFileSync(`${root}/dev/null`, '')
execFileSync('mount', ['--bind', '/dev/null', `${root}/dev/null`])
// Debian's busybox has no flock; Alpine's has.
for (const one of ['/usr/bin/busybox', '/usr/bin/flock']) {
  copyFileSync(one, `${root}${one}`)
  for (const [, library = ''] of execFileSync('ldd', [one], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)) {
    mkdirSync(`${root}${dirname(library)}`, { recursive: true })
    copyFileSync(library, `${root}${library}`)
  }
}
execFileSync('chroot', [root, '/usr/bin/busybox', '--install', '-s', '/bin'])
writeFileSync(`${root}/etc/hosts`, '127.0.0.1 localhost')
writeFileSync(`${root}/proc/sys/net/ipv4/ip_unprivileged_port_start`, '1024\n')
const before = pictureOf(`${root}/etc`, '')

function run(plan: { readonly text: string; readonly sha256: string }): string {
  writeFileSync(`${root}/tmp/plan`, plan.text)
  const done = spawnSync('chroot', [root, '/bin/sh', '-s', '--', '/tmp/plan', plan.sha256], {
    input: program,
    encoding: 'utf8',
  })
  return done.stdout + done.stderr
}
const applied = run(planOf([lowPorts, hosts]))
const file = readFileSync(`${root}${SYSCTL}`, 'utf8')
const again = run(planOf([lowPorts, hosts]))
const undone = run(undoPlanOf(undefined, { evenIfDrifted: false }))
const notRoot = spawnSync(
  'chroot',
  ['--userspec=65534:65534', root, '/bin/sh', '-s', '--', '/tmp/plan', 'x'],
  {
    input: program,
    encoding: 'utf8',
  },
).stdout
end({
  applied,
  file,
  again,
  undone,
  notRoot,
  same: JSON.stringify(before) === JSON.stringify(pictureOf(`${root}/etc`, '')),
})
