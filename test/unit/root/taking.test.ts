import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RootOutcome, RootVerb, TakenLine } from '../../../main/model/change.ts'
import { shownAt } from '../../../main/system/root/shown.ts'
import { change, hosts, LEDGER, plantTree, results, shells, type Tree } from './tree.ts'

/** The verbs that take something of an older set-up away, and give it back. */

const CONF = '/etc/dnsmasq.d/macula.conf'
const LINK = '/etc/NetworkManager/dnsmasq.d/macula.conf'
const UNIT = '/etc/systemd/system/macula-port-forwarding.service'

let tree: Tree
afterEach(() => tree.remove())

const says = (outcome: RootOutcome): string =>
  outcome.kind === 'refused' ? outcome.says : outcome.steps.map((step) => step.says).join(' ')
/** What is there now is what was shown; what nobody can be shown stands for nothing. */
const shown = async (path: string): Promise<string> =>
  (await shownAt(tree.at(path)).catch(() => undefined)) ?? '0'.repeat(64)
const remove = async (path: string) =>
  change('migrate-names', { verb: 'remove', path, shown: await shown(path) })
const taking = (...lines: readonly TakenLine[]) =>
  change('migrate-hosts', { verb: 'lines', path: '/etc/hosts', lines })
const whole = (line: number, text: string): TakenLine => ({ line, text, stays: '' })

/** What the platform's own scripts leave: a file, a link to it, and its neighbours. */
function plant(options: { readonly shell?: readonly string[] } = {}): void {
  tree = plantTree(options)
  for (const folder of ['/etc/dnsmasq.d', '/etc/NetworkManager/dnsmasq.d', '/etc/systemd/system'])
    mkdirSync(tree.at(folder), { recursive: true, mode: 0o755 })
  tree.write(CONF, Buffer.from('no-hosts\naddress=/home.macula.local/127.0.0.1\0\xff', 'latin1'), 0o640)
  if (process.getuid?.() === 0) chownSync(tree.at(CONF), 65_534, 1)
  symlinkSync('../../dnsmasq.d/macula.conf', tree.at(LINK))
  if (process.getuid?.() === 0) spawnSync('chown', ['-h', '1:1', tree.at(LINK)])
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('under $name', ({ shell }) => {
  it('a file and a link go, and come back with every byte, mode, owner and destination', async () => {
    plant({ shell })
    const before = tree.picture()
    const both = change(
      'migrate-names',
      { verb: 'remove', path: LINK, shown: await shown(LINK) },
      { verb: 'remove', path: CONF, shown: await shown(CONF) },
    )
    expect(results(await tree.apply(both))).toEqual([`${LINK} done`, `${CONF} done`])
    expect([tree.has(CONF), tree.has(LINK)]).toEqual([false, false])
    expect((await tree.port.ledger()).map(({ verb, drift }) => [verb, drift])).toEqual([
      ['remove', 'none'],
      ['remove', 'none'],
    ])
    expect(results(await tree.apply(both))).toEqual([`${LINK} unchanged`, `${CONF} unchanged`])
    expect(results(await tree.undo())).toEqual([`${CONF} done`, `${LINK} done`])
    expect(tree.picture()).toEqual(before)
    expect(results(await tree.undo())).toEqual([])
  })

  it('lines and single names go from around our block, and come back at their places', async () => {
    plant({ shell })
    const theirs =
      '127.0.0.1\tlocalhost\n127.0.0.1 home.macula.local\n127.0.0.1  nas  grafana.macula.local tv # \xe9, mine\r\n' +
      '::1 ip6-localhost\n'
    tree.write('/etc/hosts', Buffer.from(theirs, 'latin1'), 0o640)
    await tree.apply(hosts)
    tree.write('/etc/hosts', `${tree.read('/etc/hosts')}10.0.0.9 S3.Macula.Local.`)
    tree.write(
      '/etc/hosts',
      Buffer.from(readFileSync(tree.at('/etc/hosts'), 'utf8').replace('\ufffd', 'é')),
      0o640,
    )
    const before = tree.picture()
    const change = taking(
      whole(2, '127.0.0.1 home.macula.local'),
      {
        line: 3,
        text: '127.0.0.1  nas  grafana.macula.local tv # é, mine\r',
        stays: '127.0.0.1  nas  tv # é, mine\r',
      },
      whole(9, '10.0.0.9 S3.Macula.Local.'),
    )
    expect(says(await tree.apply(change))).toContain('taken out')
    expect(tree.read('/etc/hosts')).toBe(
      '127.0.0.1\tlocalhost\n127.0.0.1  nas  tv # é, mine\r\n::1 ip6-localhost\n# BEGIN macula-desktop\n' +
        '127.0.0.4 grafana.macula.local\n127.0.0.9 s3.macula.local\n# END macula-desktop\n',
    )
    const entry = (await tree.port.ledger()).find(({ verb }) => verb === 'lines')
    expect(entry).toMatchObject({ target: '/etc/hosts', state: 'applied', drift: 'none', undoable: true })
    expect(results(await tree.apply(change))).toEqual(['/etc/hosts unchanged'])
    expect(says(await tree.undo([entry?.id ?? '']))).toBe('as it was before Macula')
    expect(tree.picture()).toEqual(before)
  })
})

describe('a file that is taken away', () => {
  it('is told as drift when it is there again, and that one is kept when undo is said to take it back', async () => {
    plant()
    const before = tree.picture()
    await tree.apply(await remove(CONF))
    tree.write(CONF, '# made again\n')
    expect(await tree.entry(CONF)).toMatchObject({ drift: 'changed' })
    expect(says(await tree.undo())).toContain('changed by somebody else')
    expect(tree.read(CONF)).toBe('# made again\n')
    expect((await tree.undo(undefined, true)).kind).toBe('done')
    expect(tree.picture()).toEqual(before)
    expect(tree.read(`${LEDGER}/1.edited`)).toBe('# made again\n')
  })

  it('and is taken away again: undo gives back the newer one, the older one stays in the record', async () => {
    plant()
    await tree.apply(await remove(CONF))
    tree.write(CONF, '# made again\n', 0o600)
    const before = tree.picture()
    expect(results(await tree.apply(await remove(CONF)))).toEqual([`${CONF} done`])
    await tree.undo()
    expect(tree.picture()).toEqual(before)
    expect(tree.read(`${LEDGER}/1.before`)).toContain('no-hosts')
  })

  it('where a link to a folder was put instead: the link is kept by where it led, the file is a file again', async () => {
    plant()
    const before = tree.picture()
    await tree.apply(await remove(CONF))
    symlinkSync('../systemd', tree.at(CONF))
    expect((await tree.undo(undefined, true)).kind).toBe('done')
    expect(tree.picture()).toEqual(before)
    expect(tree.read(`${LEDGER}/1.edited`)).toBe('../systemd\n')
  })

  it.each<readonly [string, string, () => void]>([
    ['a file has other bytes', CONF, () => tree.write(CONF, '# by hand, meanwhile\n')],
    [
      'a link leads elsewhere',
      LINK,
      () => {
        rmSync(tree.at(LINK))
        symlinkSync('/etc/dnsmasq.d/of-mine.conf', tree.at(LINK))
      },
    ],
    [
      'a link became the file that it led to',
      LINK,
      () => {
        rmSync(tree.at(LINK))
        tree.write(LINK, readFileSync(tree.at(CONF)))
      },
    ],
    [
      'a file became a link',
      CONF,
      () => {
        rmSync(tree.at(CONF))
        symlinkSync('/etc/hosts', tree.at(CONF))
      },
    ],
  ])('that is not what was shown stays, and it is told: %s', async (_, path, meanwhile) => {
    plant()
    const asked = await remove(path)
    meanwhile()
    const before = tree.picture()
    const outcome = await tree.apply(asked)
    expect(outcome.kind).toBe('failed')
    expect(says(outcome)).toBe(
      'it is not what was shown: somebody changed it meanwhile; nothing was taken away',
    )
    expect(tree.picture()).toEqual(before)
    expect(await tree.port.ledger()).toEqual([])
    // Shown anew it goes.
    expect(results(await tree.apply(await remove(path)))).toEqual([`${path} done`])
  })

  it('comes back into a folder that went meanwhile', async () => {
    plant()
    const before = tree.picture()
    await tree.apply(await remove(CONF))
    spawnSync('rmdir', [tree.at('/etc/dnsmasq.d')])
    expect((await tree.undo()).kind).toBe('done')
    expect(tree.picture()).toEqual(before)
  })

  it('with a second name, or a folder, or where others may write, is left alone with its reason', async () => {
    plant()
    spawnSync('ln', [tree.at(CONF), tree.at('/etc/also')])
    expect(says(await tree.apply(await remove(CONF)))).toContain('has a second name')
    mkdirSync(tree.at(UNIT))
    expect(says(await tree.apply(await remove(UNIT)))).toContain('is not a plain file')
    spawnSync('chmod', ['777', tree.at('/etc/NetworkManager/dnsmasq.d')])
    expect(says(await tree.apply(await remove(LINK)))).toContain('others than root may write')
    expect([tree.has(CONF), tree.has(UNIT), tree.has(LINK)]).toEqual([true, true, true])
  })

  it('that is a link to a name with a line in it is left alone', async () => {
    plant()
    spawnSync('rm', [tree.at(LINK)])
    symlinkSync('a\nb', tree.at(LINK))
    expect(says(await tree.apply(await remove(LINK)))).toContain('cannot be written down')
    expect(tree.has(LINK)).toBe(true)
  })

  it('that was a unit: systemd is told of it, there and back', async () => {
    plant()
    mkdirSync(tree.at('/usr/bin'), { recursive: true })
    mkdirSync(tree.at('/run/systemd/system'), { recursive: true })
    writeFileSync(tree.at('/usr/bin/systemctl'), `#!/bin/sh\necho "$*" >>${tree.root}/calls\n`, {
      mode: 0o755,
    })
    tree.write(UNIT, '[Service]\nType=forking\n')
    await tree.apply(await remove(UNIT))
    await tree.undo()
    expect(tree.read('/calls').match(/daemon-reload/g)).toHaveLength(2)
  })
})

describe('lines of the hosts file', () => {
  const start = '127.0.0.1 localhost\n127.0.0.1 home.macula.local s3.macula.local\n10.0.0.1 nas\n'

  it.each([
    ['another text', whole(2, '127.0.0.1 home.macula.local'), 'line 2 is not what was shown'],
    ['a number past the end', whole(4, '10.0.0.1 nas.macula.local'), 'line 4 is not what was shown'],
    [
      'a blank more',
      whole(2, '127.0.0.1 home.macula.local  s3.macula.local'),
      'line 2 is not what was shown',
    ],
  ])('with %s are left as they are', async (_, line, sentence) => {
    plant()
    tree.write('/etc/hosts', start)
    expect(says(await tree.apply(taking(line)))).toContain(sentence)
    expect(tree.read('/etc/hosts')).toBe(start)
    expect(await tree.port.ledger()).toEqual([])
  })

  it('within a block of ours, or of another person’s, are left as they are', async () => {
    plant()
    tree.write(
      '/etc/hosts',
      '127.0.0.1 localhost\n# BEGIN macula-desktop\n# of ada (uid 4711)\n127.0.0.4 grafana.macula.local\n# END macula-desktop\n',
    )
    const before = tree.picture()
    expect(says(await tree.apply(taking(whole(4, '127.0.0.4 grafana.macula.local'))))).toContain(
      'line 4 is in the block of a Macula',
    )
    tree.write('/etc/hosts', tree.read('/etc/hosts').replace('# END macula-desktop\n', ''))
    expect(says(await tree.apply(taking(whole(4, '127.0.0.4 grafana.macula.local'))))).toContain('torn')
    tree.write('/etc/hosts', `${tree.read('/etc/hosts')}# END macula-desktop\n`)
    expect(tree.picture().map((line) => line.replace(/^(\/etc\/hosts) \d+/, '$1'))).toEqual(
      before.map((line) => line.replace(/^(\/etc\/hosts) \d+/, '$1')),
    )
  })

  it('come back after our block came and went, in any order', async () => {
    for (const order of [
      ['lines', 'block'],
      ['block', 'lines'],
    ]) {
      plant()
      tree.write('/etc/hosts', start)
      const before = tree.picture()
      await tree.apply(taking(whole(2, '127.0.0.1 home.macula.local s3.macula.local')))
      await tree.apply(hosts)
      for (const verb of order) {
        const entry = (await tree.port.ledger()).find((one) => one.verb === verb)
        expect(entry?.drift).toBe('none')
        expect((await tree.undo([entry?.id ?? ''])).kind).toBe('done')
      }
      expect(tree.picture()).toEqual(before)
      tree.remove()
    }
    plant()
  })

  it('taken out twice are two entries: neither is drift, and both come back', async () => {
    plant()
    tree.write('/etc/hosts', `${start}127.0.0.5 draw.macula.local`)
    const before = tree.picture()
    await tree.apply(taking(whole(4, '127.0.0.5 draw.macula.local')))
    await tree.apply(taking(whole(2, '127.0.0.1 home.macula.local s3.macula.local')))
    expect((await tree.port.ledger()).map(({ id, drift }) => [id, drift])).toEqual([
      ['1', 'none'],
      ['2', 'none'],
    ])
    expect(tree.read('/etc/hosts')).toBe('127.0.0.1 localhost\n10.0.0.1 nas\n')
    expect(results(await tree.undo())).toEqual(['/etc/hosts done', '/etc/hosts done'])
    expect(tree.picture()).toEqual(before)
  })

  it('of a file that somebody edited since: told as drift, then back beside the edit', async () => {
    plant()
    tree.write('/etc/hosts', start)
    await tree.apply(
      taking({
        line: 2,
        text: '127.0.0.1 home.macula.local s3.macula.local',
        stays: '127.0.0.1 s3.macula.local',
      }),
    )
    tree.write('/etc/hosts', `# top\n${tree.read('/etc/hosts')}10.0.0.2 printer\n`)
    const entry = await tree.entry('/etc/hosts')
    expect(entry).toMatchObject({ drift: 'changed' })
    expect(entry?.diff).toContain('+10.0.0.2 printer')
    expect(says(await tree.undo())).toContain('changed by somebody else')
    expect(says(await tree.undo(undefined, true))).toContain('its lines are back')
    expect(tree.read('/etc/hosts')).toBe(`# top\n${start}10.0.0.2 printer\n`)
    expect(tree.read(`${LEDGER}/1.edited`)).toContain('printer')
  })

  it.each<readonly [string, string, readonly number[], (now: string) => string, string]>([
    [
      'lines were put in above',
      'a\nb\n1.1.1.1 x.y\nc\n1.1.1.1 x.z\nd\n',
      [3, 5],
      (now) => `# top\n# more\n${now}`,
      '# top\n# more\na\nb\n1.1.1.1 x.y\nc\n1.1.1.1 x.z\nd\n',
    ],
    [
      'a line was put in between',
      'a\n1.1.1.1 x.y\nb\nc\n1.1.1.1 x.z\nd\n',
      [2, 5],
      (now) => now.replace('b\n', 'new\nb\n'),
      'a\n1.1.1.1 x.y\nnew\nb\nc\n1.1.1.1 x.z\nd\n',
    ],
    [
      'a line above was taken out',
      'a\nb\nc\n1.1.1.1 x.y\nd\n1.1.1.1 x.z',
      [4, 6],
      (now) => now.replace('a\n', ''),
      'b\nc\n1.1.1.1 x.y\nd\n1.1.1.1 x.z\n',
    ],
    [
      'the line before it was changed',
      'a\nb\n1.1.1.1 x.y\nc\n',
      [3],
      (now) => `# top\n${now.replace('b\n', 'B\n')}`,
      '# top\na\nB\n1.1.1.1 x.y\nc\n',
    ],
    [
      'lines around it are there more than once',
      'a\n\n\n1.1.1.1 x.y\n\nb\n',
      [4],
      (now) => `\n# top\n${now}`,
      '\n# top\na\n\n\n1.1.1.1 x.y\n\nb\n',
    ],
    [
      'one of them was put back by hand',
      'a\n1.1.1.1 x.y\nb\n1.1.1.1 x.z\nc\n',
      [2, 4],
      () => '# top\na\n1.1.1.1 x.y\nb\nc\n',
      '# top\na\n1.1.1.1 x.y\nb\n1.1.1.1 x.z\nc\n',
    ],
    [
      'our block stands there and lines were put in on both sides',
      'a\n1.1.1.1 x.y\n# BEGIN macula-desktop\n127.0.0.4 g.h\n# END macula-desktop\nb\n1.1.1.1 x.z\nc\n',
      [2, 7],
      (now) => `# top\n${now.replace('b\n', 'low\nb\n')}`,
      '# top\na\n1.1.1.1 x.y\n# BEGIN macula-desktop\n127.0.0.4 g.h\n# END macula-desktop\nlow\nb\n1.1.1.1 x.z\nc\n',
    ],
    ['everything else is another file', 'a\nb\n1.1.1.1 x.y\n', [3], () => 'q\n', 'q\n1.1.1.1 x.y\n'],
    [
      'line ends were changed',
      'a\n1.1.1.1 x.y\nb\n',
      [2],
      () => '# top\r\na\r\nb\r\n',
      '# top\r\na\r\n1.1.1.1 x.y\nb\r\n',
    ],
  ])('come back where their neighbours are: %s', async (_, file, numbers, edit, back) => {
    plant()
    tree.write('/etc/hosts', file)
    const rows = file.split('\n')
    await tree.apply(taking(...numbers.map((number) => whole(number, rows[number - 1] ?? ''))))
    tree.write('/etc/hosts', edit(tree.read('/etc/hosts')))
    expect(says(await tree.undo(undefined, true))).toContain('its lines are back')
    expect(tree.read('/etc/hosts')).toBe(back)
  })

  it('that somebody put back by hand are not put back twice', async () => {
    plant()
    tree.write('/etc/hosts', start)
    await tree.apply(taking(whole(2, '127.0.0.1 home.macula.local s3.macula.local')))
    const edited = `${tree.read('/etc/hosts')}127.0.0.1 home.macula.local s3.macula.local\n`
    tree.write('/etc/hosts', edited)
    expect((await tree.undo(undefined, true)).kind).toBe('done')
    expect(tree.read('/etc/hosts')).toBe(edited)
    tree.write('/etc/hosts', start)
    expect(await tree.entry('/etc/hosts')).toMatchObject({ state: 'undone' })
  })
})

describe('a unit', () => {
  const off = change('migrate-forwarders', { verb: 'unit-off', unit: 'macula-port-forwarding.service' })

  /** systemctl stood in for: two files tell whether the unit is enabled and active. */
  function systemd(enabled: boolean, active: boolean, stop = `rm -f ${tree.root}/active`): void {
    mkdirSync(tree.at('/usr/bin'), { recursive: true })
    mkdirSync(tree.at('/run/systemd/system'), { recursive: true })
    const script = `#!/bin/sh
case "$1 $2" in
  'is-enabled macula-port-forwarding.service') [ -e ${tree.root}/enabled ] && echo enabled || { echo disabled; exit 1; } ;;
  'is-active macula-port-forwarding.service') [ -e ${tree.root}/active ] && echo active || { echo inactive; exit 3; } ;;
  'stop macula-port-forwarding.service') ${stop} ;;
  'start macula-port-forwarding.service') : >${tree.root}/active ;;
  'disable macula-port-forwarding.service') rm ${tree.root}/enabled ;;
  'enable macula-port-forwarding.service') : >${tree.root}/enabled ;;
  'daemon-reload ' | 'reset-failed macula-port-forwarding.service') ;;
  *) echo "what? $*" >&2; exit 1 ;;
esac
`
    writeFileSync(tree.at('/usr/bin/systemctl'), script, { mode: 0o755 })
    if (enabled) tree.write('/enabled', '')
    if (active) tree.write('/active', '')
  }

  it.each([
    [true, true],
    [true, false],
    [false, true],
  ])('enabled %s and active %s is stopped for good, and comes back so', async (enabled, active) => {
    plant()
    systemd(enabled, active)
    expect(results(await tree.apply(off))).toEqual(['macula-port-forwarding.service done'])
    expect([tree.has('/enabled'), tree.has('/active')]).toEqual([false, false])
    expect((await tree.port.ledger())[0]).toMatchObject({ verb: 'unit-off', drift: 'none' })
    expect(results(await tree.apply(off))).toEqual(['macula-port-forwarding.service unchanged'])
    expect(says(await tree.undo())).toBe('as it was before Macula')
    expect([tree.has('/enabled'), tree.has('/active')]).toEqual([enabled, active])
  })

  it('that somebody starts again is told, and undo takes it as it is', async () => {
    plant()
    systemd(true, true)
    await tree.apply(off)
    tree.write('/active', '')
    expect((await tree.port.ledger())[0]).toMatchObject({
      drift: 'changed',
      diff: ['-disabled,inactive', '+disabled,active'],
    })
    expect((await tree.undo()).kind).toBe('done')
    expect([tree.has('/enabled'), tree.has('/active')]).toEqual([true, true])
  })

  it('that does not stop fails with the way to look, and leaves nothing to undo', async () => {
    plant()
    systemd(true, true, 'echo "Job failed." >&2; exit 1')
    const outcome = await tree.apply(off)
    expect(outcome).toMatchObject({ kind: 'failed', says: expect.stringContaining('systemctl status') })
    expect([tree.has('/enabled'), tree.has('/active')]).toEqual([true, true])
    expect(tree.read(`${LEDGER}/ledger`)).toMatch(/^(dropped|done) 1 /m)
    await tree.undo()
    expect([tree.has('/enabled'), tree.has('/active')]).toEqual([true, true])
  })

  it('on a machine without systemd is left alone with that reason', async () => {
    plant()
    expect(says(await tree.apply(off))).toContain('systemd does not run here')
    expect(await tree.port.ledger()).toEqual([])
  })
})

const hasSocat = process.platform === 'linux' && spawnSync('socat', ['-V']).status === 0
if (!hasSocat) console.warn('SKIPPED: socat is not installed here')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe.skipIf(!hasSocat || process.getuid?.() !== 0)('a process', () => {
  const argvs = new Set<string>()
  const children: ChildProcess[] = []
  afterEach(async () => {
    for (const child of children.splice(0)) await ended(child)
    // What root started again is nobody's child.
    for (const argv of argvs) for (const pid of running(argv.split(' '))) process.kill(pid)
    argvs.clear()
  })
  const ended = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill()
    await closed
  }
  /** The words of a forwarder from a port that is free now: others may run these tests beside us. */
  const words = async (): Promise<readonly string[]> => {
    const port = await freePort()
    const argv = [
      'socat',
      '-d',
      `TCP4-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork`,
      `TCP4:127.0.0.1:${port + 1}`,
    ]
    argvs.add(argv.join(' '))
    return argv
  }
  const start = async (argv: readonly string[], options: SpawnOptions = {}): Promise<ChildProcess> => {
    const child = spawn('socat', argv.slice(1), { stdio: 'ignore', ...options })
    children.push(child)
    await listens(portOf(argv))
    return child
  }
  const portOf = (argv: readonly string[]): number => Number(/LISTEN:(\d+)/.exec(argv.join(' '))?.[1])
  const startOf = (pid: number): number =>
    Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[19],
    )
  const running = (argv: readonly string[]): readonly number[] =>
    readdirSync('/proc')
      .filter((one) => /^\d+$/.test(one))
      .filter((pid) => {
        try {
          const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
          return (
            !/\) Z /.test(stat) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `${argv.join('\0')}\0`
          )
        } catch {
          return false
        }
      })
      .map(Number)
  const listens = async (port: number): Promise<void> => {
    const hex = port.toString(16).toUpperCase().padStart(4, '0')
    await vi.waitFor(() =>
      expect(readFileSync('/proc/net/tcp', 'utf8')).toContain(`:${hex} 00000000:0000 0A`),
    )
  }
  const ending = (pid: number, argv: readonly string[], started = startOf(pid)) =>
    change('migrate-forwarders', { verb: 'end', pid, started, argv })

  it.each(shells.map((shell) => [shell.join(' '), shell] as const))(
    'ends, and comes back with the same words, under %s',
    async (_, shell) => {
      plant({ shell })
      const argv = await words()
      const child = await start(argv)
      const pid = child.pid ?? 0
      const plan = ending(pid, argv)
      expect(results(await tree.apply(plan))).toEqual([`${pid} done`])
      expect(running(argv)).toEqual([])
      expect((await tree.port.ledger())[0]).toMatchObject({ verb: 'end', target: `${pid}`, drift: 'none' })
      expect(results(await tree.apply(plan))).toEqual([`${pid} unchanged`])
      expect(says(await tree.undo())).toBe('as it was before Macula')
      const [again = 0, ...more] = running(argv)
      expect(again).toBeGreaterThan(0)
      expect(more).toEqual([])
      await listens(portOf(argv))
      // Of the signals that root ignored only SIGPIPE is, by socat's own doing, and it holds nothing of root's open.
      expect(readFileSync(`/proc/${again}/status`, 'utf8')).toMatch(/^SigIgn:\t0+1000$/m)
      const open = readdirSync(`/proc/${again}/fd`).map((fd) => readlinkSync(`/proc/${again}/fd/${fd}`))
      expect(open.slice(0, 3)).toEqual(['/dev/null', '/dev/null', '/dev/null'])
      expect(open.filter((one) => one.startsWith('/') && one !== '/dev/null')).toEqual([])
      process.kill(again)
      expect(results(await tree.undo())).toEqual([])
    },
  )

  it('that is another one by now, or is said otherwise, is left alone', async () => {
    plant()
    const argv = await words()
    const child = await start(argv)
    const pid = child.pid ?? 0
    expect(results(await tree.apply(ending(pid, argv, startOf(pid) + 1)))).toEqual([`${pid} unchanged`])
    expect(says(await tree.apply(ending(pid, await words())))).toContain('other arguments')
    const sleeper = spawn('sleep', ['600'], { argv0: 'socat' })
    children.push(sleeper)
    expect(says(await tree.apply(ending(sleeper.pid ?? 0, ['socat', '600'])))).toContain('is not socat')
    expect(child.exitCode ?? child.signalCode).toBe(null)
    expect(sleeper.exitCode ?? sleeper.signalCode).toBe(null)
    child.kill()
    sleeper.kill()
    await once(child, 'close')
    expect(await tree.port.ledger()).toEqual([])
  })

  it('is killed only when it does not end: its number may be another’s by then', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'macula-traced-'))
    const shell = join(folder, 'sh')
    writeFileSync(shell, `#!/bin/sh\nexec dash -x "$@" 2>>${folder}/trace\n`, { mode: 0o755 })
    plant({ shell: [shell] })
    const signals = () => [...readFileSync(`${folder}/trace`, 'utf8').matchAll(/^\++ kill -([A-Z]+) \d+$/gm)]
    const argv = await words()
    const child = await start(argv)
    expect(results(await tree.apply(ending(child.pid ?? 0, argv)))).toEqual([`${child.pid ?? 0} done`])
    expect(signals().map(([, signal]) => signal)).toEqual(['TERM'])
    const other = await words()
    const held = await start(other)
    // What is held takes no TERM.
    held.kill('SIGSTOP')
    expect(results(await tree.apply(ending(held.pid ?? 0, other)))).toEqual([`${held.pid ?? 0} done`])
    expect(signals().map(([, signal]) => signal)).toEqual(['TERM', 'TERM', 'KILL'])
    rmSync(folder, { recursive: true })
  })

  it('of another user is left alone', async () => {
    plant()
    const argv = await words()
    const child = await start(argv, { uid: 65_534, gid: 65_534 })
    expect(says(await tree.apply(ending(child.pid ?? 0, argv)))).toContain('is not root’s'.replace('’', "'"))
    expect(child.exitCode ?? child.signalCode).toBe(null)
    child.kill()
    await once(child, 'close')
  })

  it('in another network is left alone, with that reason', async ({ skip }) => {
    if (spawnSync('unshare', ['-n', 'true']).status !== 0)
      return skip('no network of its own can be made here')
    plant()
    const argv = await words()
    // Its own network has no address yet but that of all.
    argvs.add(argv.join(' ').replace('127.0.0.1,', '0.0.0.0,'))
    const there = argv.map((word) => word.replace('bind=127.0.0.1', 'bind=0.0.0.0'))
    const child = spawn('unshare', ['-n', ...there], { stdio: 'ignore' })
    children.push(child)
    const pid = child.pid ?? 0
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/net/tcp`, 'utf8')).toContain(' 0A '), 30_000)
    expect(says(await tree.apply(ending(pid, there)))).toContain('has its port in another network')
    expect(child.exitCode ?? child.signalCode).toBe(null)
    expect(await tree.port.ledger()).toEqual([])
  })

  it('whose port another program has meanwhile: undo says so, and can be done again', async () => {
    plant()
    const argv = await words()
    const child = await start(argv)
    await tree.apply(ending(child.pid ?? 0, argv))
    const other = await start(['socat', `TCP4-LISTEN:${portOf(argv)},bind=127.0.0.1`, 'TCP4:127.0.0.1:9'])
    const refused = await tree.undo()
    expect(refused.kind).toBe('failed')
    expect(says(refused)).toContain('another program may have its port')
    other.kill()
    await once(other, 'close')
    expect((await tree.undo()).kind).toBe('done')
    for (const pid of running(argv)) process.kill(pid)
  })

  const hostile: readonly (readonly string[])[] = [
    ['socat', 'TCP-LISTEN:80', 'EXEC:/bin/sh'],
    ['socat', 'TCP-LISTEN:80', 'SYSTEM:id'],
    ['socat', 'TCP-LISTEN:80,lockfile=/etc/x', 'TCP:127.0.0.1:1'],
    ['socat', '-lf', '/etc/passwd'],
    ['socat', 'OPEN:/etc/shadow', 'TCP:127.0.0.1:1'],
    ['sh', '-c', 'id'],
    ['socat', 'TCP:$(id):1'],
  ]
  it.each(hostile)('with the words %s %s is refused before anything', async (...argv) => {
    plant()
    const verb: RootVerb = { verb: 'end', pid: 4711, started: 1, argv }
    const outcome = await tree.apply(change('x', verb)).catch((error: Error) => error.message)
    expect(JSON.stringify(outcome)).toMatch(/Root refused the plan|plan for root was not made/)
    expect(tree.has(LEDGER)).toBe(false)
  })
})
