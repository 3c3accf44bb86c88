import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { planOf } from '../../../main/system/root/plan.ts'
import {
  change,
  LEDGER,
  lowPorts,
  plantTree,
  program,
  RESOLVED,
  resolved,
  results,
  runRaw,
  type Tree,
} from './tree.ts'

let tree: Tree
beforeEach(() => {
  tree = plantTree()
  mkdirSync(tree.at('/usr/bin'), { recursive: true })
})
afterEach(() => tree.remove())

/** A stand-in for a program of the system; writes its arguments down. */
function stand(name: string, script = ''): void {
  const text = `#!/bin/sh\necho "${name} $*" >>${tree.root}/calls\n${script}\n`
  writeFileSync(tree.at(`/usr/bin/${name}`), text, { mode: 0o755 })
}
const calls = (): readonly string[] =>
  tree.has('/calls')
    ? tree
        .read('/calls')
        .trimEnd()
        .split('\n')
        .filter((call) => !/is-active|reset-failed/.test(call))
    : []

describe('reload', () => {
  beforeEach(() => {
    mkdirSync(tree.at('/run/systemd/system'), { recursive: true })
    stand(
      'systemctl',
      `case $1 in is-active | reset-failed) exit ;; esac; { ls ${tree.root}${RESOLVED} 2>/dev/null || echo gone; } >>${tree.root}/calls`,
    )
    stand('resolvectl')
  })

  it('happens after the file is there, once, and again after undo took it away', async () => {
    expect(results(await tree.apply(resolved))).toEqual([`${RESOLVED} done`, 'systemd-resolved done'])
    expect(calls()).toEqual([
      'systemctl reload-or-restart systemd-resolved',
      tree.at(RESOLVED),
      'resolvectl flush-caches',
    ])
    expect(results(await tree.apply(resolved))).toEqual([
      `${RESOLVED} unchanged`,
      'systemd-resolved unchanged',
    ])
    expect(calls()).toHaveLength(3)
    expect(results(await tree.undo())).toEqual([`${RESOLVED} done`, 'systemd-resolved done'])
    expect(calls().slice(3)).toEqual([
      'systemctl reload-or-restart systemd-resolved',
      'gone',
      'resolvectl flush-caches',
    ])
    expect(results(await tree.undo())).toEqual([])
    expect((await tree.port.ledger()).map((entry) => entry.verb)).toEqual(['file'])
  })

  it('fault 11: is made up for when a run was killed between file and reload', () => {
    const plan = planOf([resolved])
    for (let n = 1; !calls().includes('resolvectl flush-caches'); n += 4) runRaw(tree, { plan, crashAt: n })
    expect(calls().filter((call) => call.includes('reload-or-restart')).length).toBeGreaterThanOrEqual(1)
    expect(runRaw(tree, { plan }).stdout).toContain('end\tok')
  })

  it('that fails is said, and is tried again next time', async () => {
    stand('systemctl', '[ "$1" = is-active ] || { echo "Job failed." >&2; exit 1; }')
    const outcome = await tree.apply(resolved)
    expect(outcome).toMatchObject({ kind: 'failed', says: expect.stringContaining('Job failed.') })
    stand('systemctl')
    expect(results(await tree.apply(resolved))).toEqual([`${RESOLVED} unchanged`, 'systemd-resolved done'])
  })

  it('happens again when that is asked for, though everything was read', async () => {
    await tree.apply(resolved)
    const before = calls().length
    const again = change('route-x', { verb: 'reload', unit: 'systemd-resolved', again: true })
    expect(results(await tree.apply(again))).toEqual(['systemd-resolved done'])
    expect(calls().slice(before)[0]).toBe('systemctl reload-or-restart systemd-resolved')
    expect(results(await tree.apply(resolved)).at(-1)).toBe('systemd-resolved unchanged')
  })

  it('of what does not run is nothing to do', async () => {
    stand('systemctl', '[ "$1" != is-active ]')
    expect(results(await tree.apply(resolved))).toEqual([`${RESOLVED} done`, 'systemd-resolved unchanged'])
  })
})

describe.each([
  [
    'NetworkManager',
    '/etc/NetworkManager/dnsmasq.d/macula-desktop.conf',
    'systemctl reload-or-restart NetworkManager',
  ],
  ['dnsmasq', '/etc/dnsmasq.d/macula-desktop.conf', 'systemctl restart dnsmasq'],
] as const)('%s', (unit, path, call) => {
  const route = change(
    'route-x',
    { verb: 'file', path, mode: 0o644, content: 'server=/macula.local/lab/127.0.0.1#5354\n' },
    { verb: 'reload', unit },
  )
  const asked = (): readonly string[] =>
    tree.has('/calls')
      ? tree
          .read('/calls')
          .split('\n')
          .filter((one) => one !== '' && !one.includes('is-active'))
      : []

  it('reads its files anew by the call that makes it so, never kept back by how often it was started', async () => {
    mkdirSync(tree.at('/run/systemd/system'), { recursive: true })
    stand('systemctl')
    expect(results(await tree.apply(route))).toEqual([`${path} done`, `${unit} done`])
    expect(asked()).toEqual([`systemctl reset-failed ${unit}`, call])
    expect(results(await tree.undo())).toEqual([`${path} done`, `${unit} done`])
    expect(asked().slice(2)).toEqual([`systemctl reset-failed ${unit}`, call])
  })

  it('is asked nothing for files of another', async () => {
    mkdirSync(tree.at('/run/systemd/system'), { recursive: true })
    stand('systemctl')
    expect(results(await tree.apply(resolved))).toEqual([`${RESOLVED} done`, 'systemd-resolved done'])
    const only = change('x', { verb: 'reload', unit })
    expect(results(await tree.apply(only))).toEqual([`${unit} unchanged`])
    expect(asked().filter((one) => one.includes(unit))).toEqual([])
  })

  it('without systemd is reloaded by its own program where it has one', async () => {
    stand('nmcli', 'case "$*" in *RUNNING*) echo running ;; esac')
    const outcome = results(await tree.apply(route))
    expect(outcome).toEqual([`${path} done`, `${unit} ${unit === 'NetworkManager' ? 'done' : 'unchanged'}`])
    expect(asked().includes('nmcli general reload')).toBe(unit === 'NetworkManager')
  })
})

describe('packages', () => {
  const tools = change('tools', { verb: 'packages', names: ['dnsmasq-base', 'socat'] })
  const interrupted = planOf([tools, lowPorts])
  const debian = (install: string): void => {
    stand('dpkg-query', `for name; do :; done; [ -e ${tree.root}/has-$name ] && echo 'ii '`)
    stand('apt-get', install)
  }
  const touch = (): string => `touch ${tree.root}/has-dnsmasq-base ${tree.root}/has-socat`

  it('are installed, recorded, and left by undo', async () => {
    debian(`[ "$1" = install ] && ${touch()}`)
    expect(results(await tree.apply(tools))).toEqual(['dnsmasq-base,socat done'])
    expect(calls()).toContain('apt-get install -y -q --no-install-recommends dnsmasq-base socat')
    expect(results(await tree.apply(tools))).toEqual(['dnsmasq-base,socat unchanged'])
    expect(await tree.port.ledger()).toMatchObject([{ state: 'applied', drift: 'none', undoable: false }])
    expect(results(await tree.undo())).toEqual([])
    expect(results(await tree.undo(['1']))).toEqual(['dnsmasq-base,socat unchanged'])
  })

  it('that are not found at first are looked for in new lists', async () => {
    debian(
      `case $1 in update) touch ${tree.root}/lists ;; install) [ -e ${tree.root}/lists ] && ${touch()} ;; esac`,
    )
    expect(results(await tree.apply(tools))).toEqual(['dnsmasq-base,socat done'])
  })

  it('that cannot be had fail alone, with the reason, and leave nothing in the ledger', async () => {
    debian('echo "E: Unable to locate package socat" >&2; exit 100')
    const outcome = await tree.apply(tools, lowPorts)
    expect(results(outcome).slice(0, 2)).toEqual([
      'dnsmasq-base,socat failed',
      '/etc/sysctl.d/60-macula.conf done',
    ])
    expect(outcome).toMatchObject({ says: expect.stringContaining('Unable to locate package socat') })
    expect((await tree.port.ledger()).map((entry) => entry.change)).toEqual(['low-ports', 'low-ports'])
  })

  it('stop when they are interrupted, and what comes after is not tried', async () => {
    debian('kill -INT 0')
    const run = spawn('setsid', [
      'dash',
      '-s',
      '--',
      '--root',
      tree.root,
      `${tree.root}.plan`,
      interrupted.sha256,
    ])
    let out = ''
    run.stdout.on('data', (text: Buffer) => (out += text.toString()))
    writeFileSync(`${tree.root}.plan`, interrupted.text)
    run.stdin.end(program)
    await once(run, 'close')
    rmSync(`${tree.root}.plan`)
    expect(out).toContain('packages\tdnsmasq-base,socat\tfailed')
    expect(out).toContain('/etc/sysctl.d/60-macula.conf\tfailed\tnot tried: the run was interrupted')
  })

  it('come by dnf where there is no apt', async () => {
    stand('rpm', `[ -e ${tree.root}/has-$2 ]`)
    stand('dnf', touch())
    expect(results(await tree.apply(tools))).toEqual(['dnsmasq-base,socat done'])
    expect(calls()).toContain('dnf install -y dnsmasq-base socat')
  })

  it('without any package manager that is known fail with that reason', async () => {
    const outcome = await tree.apply(tools)
    expect(outcome).toMatchObject({ kind: 'failed', says: expect.stringContaining('no package manager') })
    expect(tree.read(`${LEDGER}/ledger`)).toContain('dropped 1')
  })
})
