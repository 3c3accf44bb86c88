import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  chooseElevation,
  promptEnvironment,
  refusalOf,
  rootArgv,
  type Elevation,
  type Surroundings,
} from '../../../main/system/root/elevate.ts'
import { openRoot } from '../../../main/system/root/open-root.ts'
import { runRoot, type RootRun } from '../../../main/system/root/run.ts'
import { lowPorts, plantTree } from './tree.ts'

const nothing: Surroundings = {
  isRoot: false,
  isTerminal: false,
  hasDesktop: false,
  program: () => Promise.resolve(undefined),
  isQuiet: () => Promise.resolve(false),
}
const both: Partial<Surroundings> = { program: (name) => Promise.resolve(`/usr/bin/${name}`) }

describe('how root is asked', () => {
  it.each<[string, Partial<Surroundings>, Elevation | undefined]>([
    ['as root', { isRoot: true, ...both }, { way: 'root', program: '', quiet: true }],
    [
      'in a terminal',
      { isTerminal: true, hasDesktop: true, ...both },
      { way: 'sudo', program: '/usr/bin/sudo', quiet: false },
    ],
    [
      'by a sudo that does not ask',
      { isQuiet: () => Promise.resolve(true), hasDesktop: true, ...both },
      { way: 'sudo', program: '/usr/bin/sudo', quiet: true },
    ],
    [
      'on a desktop',
      { hasDesktop: true, ...both },
      { way: 'desktop', program: '/usr/bin/pkexec', quiet: false },
    ],
    [
      'by a sudo that has not answered, on a desktop',
      { isQuiet: () => Promise.resolve('silent'), hasDesktop: true, ...both },
      { way: 'desktop', program: '/usr/bin/pkexec', quiet: false },
    ],
    [
      'by a sudo that has not answered, where there is nothing else',
      { isQuiet: () => Promise.resolve('silent'), ...both },
      { way: 'sudo', program: '/usr/bin/sudo', quiet: true },
    ],
    ['without terminal and desktop', both, undefined],
    ['without sudo and pkexec', { isTerminal: true, hasDesktop: true }, undefined],
  ])('%s', async (_, over, expected) => {
    expect(await chooseElevation({ ...nothing, ...over })).toEqual(expected)
  })

  it('is an argument list: no word of ours is read by a shell', () => {
    const words = ['/home/o "$(id)" neil/plan', 'ab12']
    const shell = ['/bin/sh']
    expect(rootArgv({ way: 'root', program: '', quiet: true }, shell, words)).toEqual([
      '/bin/sh',
      '-s',
      '--',
      ...words,
    ])
    expect(rootArgv({ way: 'sudo', program: '/usr/bin/sudo', quiet: true }, shell, words)).toEqual([
      '/usr/bin/sudo',
      '-n',
      '--',
      '/bin/sh',
      '-s',
      '--',
      ...words,
    ])
    expect(rootArgv({ way: 'sudo', program: '/usr/bin/sudo', quiet: false }, shell, words)[1]).toBe('--')
    expect(rootArgv({ way: 'desktop', program: '/usr/bin/pkexec', quiet: false }, shell, words)).toEqual([
      '/usr/bin/pkexec',
      '--disable-internal-agent',
      '/bin/sh',
      '-s',
      '--',
      ...words,
    ])
  })

  it('fault 12: hands on only what a prompt needs', () => {
    const env = {
      DISPLAY: ':0',
      BASH_ENV: 'x',
      LD_PRELOAD: 'x',
      NODE_OPTIONS: 'x',
      IFS: 'x',
      PATH: '/evil',
      SHELL: '/evil',
    }
    expect(promptEnvironment(env)).toEqual({
      DISPLAY: ':0',
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
    })
  })
})

describe('fault 15: the prompt', () => {
  it.each([
    ['desktop', 126, 'Error executing command as another user: Request dismissed', 'dismissed'],
    ['desktop', 127, 'Error executing command as another user: Not authorized', 'denied'],
    ['desktop', 127, 'Error executing command as another user: No authentication agent found.', 'no-agent'],
    ['sudo', 1, 'Sorry, try again.\nsudo: 3 incorrect password attempts', 'denied'],
    ['sudo', 1, 'sudo: a password is required', 'denied'],
    ['sudo', 1, 'bob is not in the sudoers file.', 'denied'],
    ['sudo', 1, 'sudo: a terminal is required to read the password', 'no-agent'],
    ['sudo', 130, '', 'dismissed'],
  ] as const)('%s ended with %i and %j: %s', (way, code, stderr, how) => {
    const outcome = refusalOf({ way, quiet: true }, { code, signal: null, stderr })
    expect(outcome).toMatchObject({ kind: 'refused', how })
    expect(outcome.kind === 'refused' && outcome.says).toContain('maculactl setup --print')
  })

  it('Ctrl-C at the prompt of sudo is a dismissal, not a wrong password', () => {
    const end = { code: 1, signal: null, stderr: 'sudo: a password is required\n' }
    expect(refusalOf({ way: 'sudo', quiet: false }, end)).toMatchObject({ how: 'dismissed' })
  })

  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'macula-ask-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** A stand-in for sudo that ends or hangs as told. */
  function asking(script: string, over: Partial<RootRun> = {}): RootRun {
    const program = join(folder, 'sudo')
    writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const elevation = { way: 'sudo', program, quiet: true } as const
    const run = { elevation, shell: ['/bin/sh'], program: ':\n', words: ['p', 'h'], env: {}, deadline: 5000 }
    return { ...run, onStep: () => undefined, withdraw: () => Promise.resolve(), ...over }
  }

  it('not answered in time: refused, and the plan is gone before we say so', async () => {
    let withdrawn = false
    const withdraw = (): Promise<void> => {
      withdrawn = true
      return Promise.resolve()
    }
    const outcome = await runRoot(asking('exec tail -f /dev/null', { deadline: 50, withdraw }))
    expect(outcome).toMatchObject({ kind: 'refused', how: 'timeout' })
    expect(withdrawn).toBe(true)
  })

  it('a prompt that reads nothing and ends: refused with its reason, inert', async () => {
    const big = { program: `${'#'.repeat(1_000_000)}\n` }
    const outcome = await runRoot(asking(`printf 'sudo: \\033[31mno\\033[0m\\n' >&2; exit 1`, big))
    expect(outcome).toMatchObject({
      kind: 'refused',
      how: 'denied',
      says: expect.stringContaining('(sudo: no)'),
    })
  })

  it('a sudo that is slow is still the way', async () => {
    const slow = asking('exec tail -f /dev/null').elevation.program
    const program = (name: string) => Promise.resolve(name === 'sudo' ? slow : undefined)
    const paths = { config: folder, state: folder, data: folder, assets: folder, ledger: folder }
    const port = openRoot(paths, { terminal: false, env: {}, patience: 50, program, uid: 1000 })
    expect(await port.elevation()).toBe('sudo')
  })

  it('a sudo that never answers is named, and not taken for a missing password', async () => {
    const outcome = await runRoot(asking('exec tail -f /dev/null', { deadline: 50 }))
    expect(outcome).toMatchObject({ how: 'timeout', says: expect.stringMatching(/^sudo has not answered/) })
  })

  it('no such program: refused, never thrown', async () => {
    const elevation = { way: 'sudo', program: join(folder, 'nowhere'), quiet: true } as const
    expect(await runRoot(asking('', { elevation }))).toMatchObject({ kind: 'refused', how: 'denied' })
  })

  it('a run that dies after its hello is a failure that says how it goes on', async () => {
    const script = String.raw`printf 'hello\t1\nstep\tx\tfile\t/etc/x\tdone\tfine\nstep\tx\tbad'; kill -9 $$`
    const outcome = await runRoot(asking(script))
    expect(outcome).toMatchObject({ kind: 'failed', steps: [{ target: '/etc/x', result: 'done' }] })
    expect(outcome.kind === 'failed' && outcome.says).toContain('finishes what was begun')
  })

  it('leaves no plan behind, whatever happens', async () => {
    const tree = plantTree()
    const state = `${tree.root}-state`
    await tree.apply(lowPorts)
    await tree.undo(['99'])
    expect(existsSync(state) && readdirSync(state)).toEqual([])
    tree.remove()
  })

  it.each([
    ['a file stands where the state folder would be', (state: string) => writeFileSync(state, '')],
    ['the state folder is on a full disk', (state: string) => symlinkSync('/dev/full', state)],
  ])('undo needs no room: %s', async (_, block) => {
    const tree = plantTree()
    const before = tree.picture()
    await tree.apply(lowPorts)
    rmSync(`${tree.root}-state`, { recursive: true })
    block(`${tree.root}-state`)
    expect((await tree.undo()).kind).toBe('done')
    expect(tree.picture()).toEqual(before)
    tree.remove()
  })

  it('tells each step as root reports it', async () => {
    const tree = plantTree()
    const steps: string[] = []
    await tree.port.apply([lowPorts], (step) => steps.push(`${step.target} ${step.result}`))
    expect(steps).toEqual(['/etc/sysctl.d/60-macula.conf done', 'net.ipv4.ip_unprivileged_port_start done'])
    tree.remove()
  })
})

it("root's program has no line that a person could not read at a glance", () => {
  const lines = readFileSync(new URL('../../../assets/root/macula-root', import.meta.url), 'utf8').split('\n')
  expect(lines.filter((line) => line.length > 150)).toEqual([])
})
