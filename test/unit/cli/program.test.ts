import { execFileSync } from 'node:child_process'
import { describe, expect, test, vi } from 'vitest'
import { briefAnswer } from '../../../main/cli/brief.ts'
import { candidates, wordsOf } from '../../../main/cli/candidates.ts'
import { ownWords } from '../../../main/cli/own-words.ts'
import { createProgram } from '../../../main/cli/program.ts'
import { thisMachine } from '../../../main/cli/this-machine.ts'
import { runCommand } from './run-command.ts'

const names = [
  'status',
  'doctor',
  'logs',
  'up',
  'down',
  'restart',
  'fix',
  'open',
  'ui',
  'env',
  'secrets',
  'volumes',
  'db',
  's3',
  'setup',
  'undo',
  'eject',
  'version',
  'completion',
]

describe('usage', () => {
  test('no command shows the help', async () => {
    const ended = await runCommand().run()
    expect(ended.code).toBe(0)
    for (const name of names) expect(ended.out).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    expect(ended.out).not.toContain('__')
  })

  test.each(names)('%s --help has examples and exit 0, without opening the engine', async (name) => {
    const one = runCommand({ over: {} })
    const ended = await one.run(name, '--help')
    expect(ended).toMatchObject({ code: 0, err: '' })
    expect(ended.out).toContain(`$ maculactl ${name}`)
    if (name !== 'completion') expect(ended.out).toContain('--json')
    expect(one.standIn.asked).toEqual([])
    for (const line of ended.out.split('\n')) expect(line.length).toBeLessThanOrEqual(110)
  })

  test.each([[['stauts']], [['status', '--wat']], [['open']], [['completion', 'tcsh']], [['undo', '--al']]])(
    '%j is a usage error: exit 2, nothing on stdout',
    async (argv) => {
      expect(await runCommand().run(...argv)).toMatchObject({ code: 2, out: '' })
    },
  )

  test('a near command is suggested', async () => {
    expect((await runCommand().run('stauts')).err).toContain('Did you mean status?')
  })

  test.each([
    [['start', 'grafana'], 'It is called up here: maculactl up grafana'],
    [['stop'], 'It is called down here: maculactl down'],
    [['help', 'stop'], 'It is called down here: maculactl down'],
    [['ps'], 'It is called status here: maculactl status'],
    [['export', 'out'], 'It is called eject here: maculactl eject out'],
    [['help', 'stauts'], 'Did you mean status?'],
    [['hlep'], 'Did you mean help?'],
    [['constructor'], 'There are: status, '],
    [['help', 'nosuch'], 'There are: status, '],
    [['nosuch', '--json'], 'There are: status, '],
  ])('%j is no command: it is said so, with what is meant by it', async (argv, todo) => {
    const ended = await runCommand().run(...argv)
    expect(ended.code).toBe(2)
    const said = argv.includes('--json') ? ended.out : ended.err.replaceAll(/\s+/g, ' ')
    expect(said).toContain('There is no command ')
    expect(said).toContain(todo)
    expect(said).not.toMatch(/__|maculactl maculactl|Usage:/)
  })

  test.each([[['help']], [['help', 'up']], [['help', 'help']], [['-h']], [['up', '--help']]])(
    '%j shows help',
    async (argv) => {
      expect(await runCommand().run(...argv)).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringContaining('Usage: maculactl'),
      })
    },
  )

  test('the hidden forwarder is handed its words', async () => {
    const one = runCommand()
    expect((await one.run('__forward', '127.0.0.4', '3000', '172.23.0.21', '3000')).code).toBe(0)
    expect(one.opened).toEqual(['forward 127.0.0.4 3000 172.23.0.21 3000'])
  })
})

describe('completion', () => {
  const program = createProgram(thisMachine(), () => undefined)
  test.each([
    [['st'], ['status']],
    [['up', 'gr'], ['grafana']],
    [['up', '--j'], ['--json']],
    [['env', '--format', 'd'], ['dotenv']],
    [['logs', '--since', ''], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['secrets', 'r'], ['rotate']],
    [['secrets', '--json', 'i'], ['import']],
    [
      ['db', ''],
      ['list', 'create'],
    ],
    [
      ['s3', ''],
      ['list', 'create'],
    ],
    [['s3', 'create', 'x', '--v'], ['--versioned']],
    [['secrets', 'rotate', ''], []],
    [['nonsense', ''], []],
  ] as const)('%j completes to %j', (words, expected) => {
    expect(candidates(wordsOf(program), words, ['grafana', 'loki'])).toEqual(expected)
  })

  test('words of services come from the catalog, as plain labels only', async () => {
    const ended = await runCommand().run('__complete', '--', 'open', 's3')
    expect(ended).toMatchObject({ code: 0, out: 's3-console\ns3\n' })
  })

  test.each(['bash', 'zsh', 'fish'])('the %s script is one the shell reads', async (shell) => {
    const { out, code } = await runCommand().run('completion', shell)
    expect(code).toBe(0)
    let found = true
    try {
      execFileSync('sh', ['-c', `command -v ${shell}`])
    } catch {
      found = false
    }
    // A pipe: what Node gives as stdin is a socket, which fish does not read from.
    if (found) execFileSync('sh', ['-c', `cat | ${shell} -n`], { input: out })
    expect(out).toContain('maculactl __complete --')
  })

  test.each([
    // bash breaks words at @ and at nothing else of ours.
    [['up', 'gr'], 'grafana'],
    [['up', '@'], 'favourites frontend'],
    [['up', '@', 'fr'], 'frontend'],
    [['up', 'grafana', '@', 'fa'], 'favourites'],
  ])('bash completes %j to %s, behind the @ that it took for a word', async (words, expected) => {
    const { out } = await runCommand().run('completion', 'bash')
    const script = `
      maculactl() {
        [ "$1 $2 $3" = '__complete -- up' ] || return 1
        for known in grafana @favourites @frontend; do
          case "$known" in "\${!#}"*) echo "$known" ;; esac
        done
      }
      ${out}
      COMP_WORDS=(maculactl "$@")
      COMP_CWORD=$#
      _maculactl
      echo "\${COMPREPLY[*]}"`
    expect(execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })).toBe(`${expected}\n`)
  })
})

describe('what is answered without the rest of the command line', () => {
  test.each([
    ['--version'],
    ['-V'],
    ['completion', 'bash'],
    ['completion', 'zsh'],
    ['completion', 'fish'],
    ['__complete', '--', ''],
    ['__complete', '--', 'st'],
    ['__complete', '--', 'env', '--format', 'd'],
    ['__complete', '--', 'secrets', '--json', 'i'],
  ])('%s %s %s is what the whole of it says', async (...argv) => {
    const whole = await runCommand().run(...argv)
    expect(whole).toMatchObject({ code: 0, err: '' })
    expect(`${await briefAnswer(argv)}\n`).toBe(whole.out)
  })

  test('words that the build put in are as good as those of the commands', async () => {
    const read = ownWords()
    vi.stubGlobal('MACULA_WORDS', JSON.stringify(read))
    expect(JSON.parse(JSON.stringify(read))).toEqual(read)
    expect(await briefAnswer(['__complete', '--', 'up', '--j'])).toBe('--json')
    // They alone are asked.
    vi.stubGlobal('MACULA_WORDS', JSON.stringify([{ ...read[0], name: 'strange' }]))
    expect(await briefAnswer(['__complete', '--', 'st'])).toBe('strange')
  })

  test.each([
    [[]],
    [['--version', 'x']],
    [['version']],
    [['completion']],
    [['completion', 'tcsh']],
    [['completion', '--help']],
    [['completion', 'bash', 'x']],
    [['__complete', 'st']],
    [['__complete', '--', 'up', 'gr']],
    [['__complete', '--', 'nonsense', '']],
    [['status']],
  ])('%j is left to the whole of it', async (argv) => {
    expect(await briefAnswer(argv)).toBeUndefined()
  })
})
