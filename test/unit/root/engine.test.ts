import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { undoPlanOf, planOf } from '../../../main/system/root/plan.ts'
import { change, plantTree, results, runRaw, type Tree } from './tree.ts'

/** Docker installed, started, joined and taken back; a unit stopped for its port. Programs of the system are stood in for. */

const NOBODY = 65534
let tree: Tree
let socket: Server | undefined
beforeEach(() => {
  tree = plantTree({ uid: NOBODY, env: {} })
  for (const folder of ['/usr/bin', '/run/systemd/system', '/packages'])
    mkdirSync(tree.at(folder), { recursive: true })
  tree.write('/etc/group', 'root:x:0:\ndocker:x:998:anna\n')
  for (const name of ['base', 'socat']) tree.write(`/packages/${name}`, '')
})
afterEach(() => {
  socket?.close()
  socket = undefined
  tree.remove()
})

function stand(name: string, script: string): void {
  const text = `#!/bin/sh\necho "${name} $*" >>${tree.root}/calls\n${script}\n`
  writeFileSync(tree.at(`/usr/bin/${name}`), text, { mode: 0o755 })
}
const calls = (): readonly string[] => (tree.has('/calls') ? tree.read('/calls').trimEnd().split('\n') : [])
const packages = (): readonly string[] =>
  execFileSync('ls', [tree.at('/packages')], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)

/** Packages are files; docker.io brings two more. dpkg refuses what `needed` names. */
function debian(needed = ''): void {
  const at = `${tree.root}/packages`
  stand(
    'dpkg-query',
    `case $* in *Package*) for one in $(ls ${at}); do echo "ii  $one"; done ;; *) for name; do :; done; [ -e ${at}/$name ] && echo 'ii ' ;; esac`,
  )
  stand(
    'apt-get',
    `[ "$1" = install ] && touch ${at}/docker.io ${at}/docker-compose ${at}/containerd ${at}/runc`,
  )
  stand(
    'dpkg',
    `shift; for one; do [ "$one" != "${needed}" ] || { echo "dependency problems" >&2; exit 1; }; done; for one; do rm ${at}/$one; done`,
  )
}
/** A systemd of one unit, which remembers what it was told. */
function systemd(state = 'disabled,inactive'): void {
  const file = `${tree.root}/unit`
  writeFileSync(file, state)
  stand(
    'systemctl',
    `was=$(cat ${file}); on=\${was%,*} runs=\${was#*,}
    case $1 in
      is-enabled) echo $on ;;
      is-active) [ "$2" = --quiet ] || echo $runs; [ $runs = active ] ;;
      enable) echo enabled,$runs >${file} ;;
      disable) echo disabled,$runs >${file} ;;
      start) [ ! -e ${tree.root}/broken ] && echo $on,active >${file} ;;
      stop) echo $on,inactive >${file} ;;
    esac`,
  )
}
const unit = (): string => tree.read('/unit').trim()

function gpasswd(): void {
  const file = `${tree.root}/etc/group`
  stand(
    'gpasswd',
    `case $1 in -a) sed -i "s/^\\($3:.*\\)$/\\1,$2/" ${file} ;; -d) sed -i "s/,$2//" ${file} ;; esac`,
  )
}
async function listen(): Promise<void> {
  socket = createServer()
  await new Promise<void>((resolve) => socket?.listen(tree.at('/run/docker.sock'), resolve))
}

const all = change(
  'docker',
  { verb: 'install', names: ['docker.io', 'docker-compose'] },
  { verb: 'enable', unit: 'docker.service' },
  { verb: 'group', group: 'docker' },
)

describe('an engine', () => {
  beforeEach(async () => {
    debian()
    systemd()
    gpasswd()
    await listen()
  })

  it('is installed, started and joined by one run, and undo takes back exactly that', async () => {
    const before = { packages: packages(), unit: unit(), group: tree.read('/etc/group') }
    expect(results(await tree.apply(all))).toEqual([
      'docker.io,docker-compose done',
      'docker.service done',
      'docker done',
    ])
    expect(packages()).toEqual(['base', 'containerd', 'docker-compose', 'docker.io', 'runc', 'socat'])
    expect(unit()).toBe('enabled,active')
    expect(tree.read('/etc/group')).toContain('docker:x:998:anna,nobody')
    // Until the next sign-in the socket itself lets them in.
    expect(statSync(tree.at('/run/docker.sock')).uid).toBe(NOBODY)
    expect(await tree.port.ledger()).toMatchObject([
      { verb: 'install', undoable: true, drift: 'none' },
      { verb: 'enable', undoable: true },
      { verb: 'group', undoable: true, drift: 'none' },
    ])
    // Somebody installs something of their own meanwhile.
    tree.write('/packages/vim', '')
    expect(results(await tree.undo())).toEqual([
      'docker done',
      'docker.service done',
      'docker.io,docker-compose done',
    ])
    expect(packages()).toEqual([...before.packages, 'vim'])
    expect(unit()).toBe(before.unit)
    expect(tree.read('/etc/group')).toBe(before.group)
    expect(statSync(tree.at('/run/docker.sock')).uid).toBe(0)
  })

  it('a socket that another person has until their next sign-in stays theirs, also at undo', async () => {
    chownSync(tree.at('/run/docker.sock'), 1, -1)
    const steps = results(await tree.apply(change('docker', { verb: 'group', group: 'docker' })))
    expect(steps).toEqual(['docker done'])
    expect(statSync(tree.at('/run/docker.sock')).uid).toBe(1)
    await tree.undo()
    expect(statSync(tree.at('/run/docker.sock')).uid).toBe(1)
    expect(tree.read('/etc/group')).toContain('docker:x:998:anna\n')
  })

  it('a member is lent the socket again when it was made anew', async () => {
    await tree.apply(change('docker', { verb: 'group', group: 'docker' }))
    chownSync(tree.at('/run/docker.sock'), 0, -1)
    expect(results(await tree.apply(change('docker', { verb: 'group', group: 'docker' })))).toEqual([
      'docker unchanged',
    ])
    expect(statSync(tree.at('/run/docker.sock')).uid).toBe(NOBODY)
  })

  it('a link in the place of the socket lends nobody what it leads to', async () => {
    renameSync(tree.at('/run/docker.sock'), tree.at('/run/theirs.sock'))
    symlinkSync('theirs.sock', tree.at('/run/docker.sock'))
    await tree.apply(change('docker', { verb: 'group', group: 'docker' }))
    expect(tree.read('/etc/group')).toContain('docker:x:998:anna,nobody')
    expect(statSync(tree.at('/run/theirs.sock')).uid).toBe(0)
  })

  it('that was there before is not taken away by undo', async () => {
    for (const name of ['docker.io', 'containerd', 'runc']) tree.write(`/packages/${name}`, '')
    await tree.apply(all)
    await tree.undo()
    expect(packages()).toEqual(['base', 'containerd', 'docker.io', 'runc', 'socat'])
  })

  it('that others need by now stays, and undo says so', async () => {
    await tree.apply(all)
    debian('containerd')
    const outcome = await tree.undo()
    expect(results(outcome)).toContain('docker.io,docker-compose failed')
    expect(JSON.stringify(outcome)).toContain('other packages may need them by now')
    expect(packages()).toContain('docker.io')
  })

  it('whose installation was killed is settled by the next run, and only what was named goes', async () => {
    const plan = planOf([all])
    let killed = 0
    for (let at = 1; at < 40 && !packages().includes('docker.io'); at += 1)
      if (
        runRaw(tree, { plan, crashAt: at }, { env: { ...process.env, SUDO_UID: String(NOBODY) } }).signal ===
        'SIGKILL'
      )
        killed += 1
    expect(killed).toBeGreaterThan(0)
    expect(results(await tree.apply(all)).at(-1)).toBe('docker done')
    runRaw(
      tree,
      { plan: undoPlanOf(undefined, { evenIfDrifted: false }) },
      { env: { ...process.env, SUDO_UID: String(NOBODY) } },
    )
    expect(packages()).not.toContain('docker.io')
    expect(packages()).toEqual(expect.arrayContaining(['base', 'socat']))
  })

  it('that does not start is told with where to read why, and its change goes no further', async () => {
    tree.write('/broken', '')
    const outcome = await tree.apply(all)
    expect(results(outcome)).toEqual([
      'docker.io,docker-compose done',
      'docker.service failed',
      'docker failed',
    ])
    expect(JSON.stringify(outcome)).toContain('journalctl -u docker.service')
    expect(tree.read('/etc/group')).not.toContain('nobody')
  })
})

describe('a start', () => {
  const start = change('docker-start', { verb: 'start', unit: 'docker.service' })

  it('changes nothing of the machine: it is not in the ledger, and a second one is told to be none', async () => {
    systemd('enabled,inactive')
    expect(results(await tree.apply(start))).toEqual(['docker.service done'])
    expect(unit()).toBe('enabled,active')
    expect(await tree.port.ledger()).toEqual([])
    expect(results(await tree.apply(start))).toEqual(['docker.service unchanged'])
  })

  it('goes by the script of the distribution where systemd does not run', async () => {
    execFileSync('rm', ['-r', tree.at('/run/systemd')])
    mkdirSync(tree.at('/etc/init.d'))
    const script = `#!/bin/sh\ncase $1 in status) [ -e ${tree.root}/up ] ;; start) touch ${tree.root}/up ;; esac\n`
    tree.write('/etc/init.d/docker', script, 0o755)
    expect(results(await tree.apply(start))).toEqual(['docker.service done'])
    expect(tree.has('/up')).toBe(true)
    expect(results(await tree.apply(start))).toEqual(['docker.service unchanged'])
  })

  it('where nothing starts it says so', async () => {
    execFileSync('rm', ['-r', tree.at('/run/systemd')])
    expect(JSON.stringify(await tree.apply(start))).toContain('neither systemd nor')
  })
})

describe('a unit that holds a port', () => {
  const stop = change('free-port', { verb: 'stop', unit: 'nginx.service', port: 80 })
  const holds = (inode: string, cgroup: string): void => {
    mkdirSync(tree.at('/proc/4711/fd'), { recursive: true })
    mkdirSync(tree.at('/proc/net'), { recursive: true })
    tree.write('/proc/4711/cgroup', `0::${cgroup}\n`)
    execFileSync('ln', ['-s', `socket:[${inode}]`, tree.at('/proc/4711/fd/5')])
    const row = '0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1234 1 0'
    tree.write('/proc/net/tcp', `  sl  local_address rem_address st\n   ${row}\n`)
  }

  it('is stopped, stays enabled, and undo starts it', async () => {
    systemd('enabled,active')
    holds('1234', '/system.slice/nginx.service')
    expect(results(await tree.apply(stop))).toEqual(['nginx.service done'])
    expect(unit()).toBe('enabled,inactive')
    expect(results(await tree.undo())).toEqual(['nginx.service done'])
    expect(unit()).toBe('enabled,active')
  })

  it.each([
    ['another socket', '99', '/system.slice/nginx.service'],
    ['another unit', '1234', '/system.slice/xnginx.service'],
  ])('is left alone where the port is of %s', async (_, inode, cgroup) => {
    systemd('enabled,active')
    holds(inode, cgroup)
    expect(results(await tree.apply(stop))).toEqual(['nginx.service failed'])
    expect(unit()).toBe('enabled,active')
    expect(calls().some((call) => call.startsWith('systemctl stop'))).toBe(false)
  })
})
