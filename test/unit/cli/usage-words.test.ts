import { expect, test } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import { createProgram } from '../../../main/cli/program.ts'
import { thisMachine } from '../../../main/cli/this-machine.ts'
import { runCommand } from './run-command.ts'

test.each([
  [['exec', 'grafana'], 'maculactl exec needs a program.', 'maculactl exec timescaledb -- psql -U macula'],
  [['exec'], 'maculactl exec needs a service.', 'maculactl exec timescaledb -- psql -U macula'],
  [['open'], 'maculactl open needs a service.', 'For example: maculactl open grafana'],
  [['reset'], 'maculactl reset needs a service.', 'For example: maculactl reset grafana'],
  [['eject'], 'maculactl eject needs a folder.', 'For example: maculactl eject ~/macula'],
  [['completion'], 'maculactl completion needs a shell.', 'For example: maculactl completion bash'],
  [['cluster'], 'maculactl cluster needs to know what to do: list, create, start,', 'kubeconfig or events.'],
  [['docker'], 'maculactl docker needs to know what to do: start.', 'For example: maculactl docker start'],
  [['cluster', 'creat'], 'There is no "maculactl cluster creat".', 'Did you mean create?'],
  [['db', 'zzz'], 'There is no "maculactl db zzz".', 'Choose list or create'],
  [['setup', 'foo'], 'maculactl setup takes no arguments, and was given: foo.', 'maculactl setup --help'],
  [
    ['open', 'a', 'b'],
    'maculactl open takes only 1 argument, and was given: a, b.',
    'For example: maculactl open',
  ],
  [['status', '--jsno'], 'maculactl status has no option --jsno.', 'Did you mean --json?'],
  [
    ['status', '--qqqqqq'],
    'maculactl status has no option --qqqqqq.',
    'maculactl status --help lists its options.',
  ],
  [['--qqqqqq'], 'maculactl has no option --qqqqqq.', 'maculactl --help lists its options.'],
  [['logs', '-n'], '--lines needs a value.', 'Write --lines COUNT.'],
  [['logs', '--lines', 'x'], '--lines cannot be "x".', 'It must be a number of lines.'],
  [['env', '--format', 'xml'], '--format cannot be "xml".', 'Choose shell, fish, dotenv, json or elixir.'],
])('%j is refused with what is wrong and what to type', async (argv, what, todo) => {
  const { code, out, err } = await runCommand({ over: {} }).run(...argv)
  const said = err.replaceAll(/\s+/g, ' ')
  expect([code, out]).toEqual([2, ''])
  expect(said).toContain(what)
  expect(said).toContain(todo)
})

test('a program reads a wrong command line as JSON too', async () => {
  const { code, out, err } = await runCommand({ over: {} }).run('exec', 'grafana', '--json')
  expect([code, err]).toEqual([2, ''])
  expect(JSON.parse(out)).toMatchObject({ error: { kind: 'usage', what: 'maculactl exec needs a program.' } })
})

test('every command that needs an argument says what to type without it', async () => {
  const commands = createProgram(thisMachine(), () => undefined).commands.filter(
    (command) =>
      !command.name().startsWith('_') && command.registeredArguments.some(({ required }) => required),
  )
  expect(commands.length).toBeGreaterThan(5)
  for (const command of commands) {
    const { code, err } = await runCommand({ over: {} }).run(command.name())
    expect(code).toBe(2)
    expect(err.replaceAll(/\s+/g, ' ')).toMatch(
      new RegExp(
        `For example: maculactl ${command.name()} \\S.*maculactl ${command.name()} --help shows more\\.`,
      ),
    )
  }
})

const unseen = (asked: string[]) => ({
  look: () => {
    asked.push('look')
    return Promise.reject(
      new MaculaError({ kind: 'outside', what: 'Docker does not answer.', todo: 'Start it.' }),
    )
  },
})

test.each([
  ['status', 'graphana'],
  ['open', 'graphana'],
  ['logs', 'graphana'],
  ['shell', 'graphana'],
  ['volumes', 'graphana'],
])('maculactl %s %s is a wrong word (2) also where nothing can be looked at', async (...argv) => {
  const asked: string[] = []
  const { code, err } = await runCommand({ columns: 100, over: unseen(asked) }).run(...argv)
  expect(err).toContain('There is no service or tier "graphana".')
  expect(err).toContain('Docker does not answer.')
  expect(err).toContain('Did you mean grafana?')
  expect(code).toBe(2)
})

test.each([['status'], ['open'], ['logs']])(
  'maculactl %s of a set that is none asks nothing of the outside',
  async (verb) => {
    const asked: string[] = []
    const { code, err } = await runCommand({ columns: 100, over: unseen(asked) }).run(verb, '@nope')
    expect(err).toContain('There is no set "@nope"')
    expect(code).toBe(2)
    expect(asked).toEqual([])
  },
)

test('a word that is known, where nothing can be looked at, is the outside’s failure (4)', async () => {
  const asked: string[] = []
  expect((await runCommand({ columns: 100, over: unseen(asked) }).run('status', 'grafana')).code).toBe(4)
  expect(asked).toEqual(['look'])
})
