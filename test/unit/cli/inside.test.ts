import { expect, test } from 'vitest'
import type { Engine } from '../../../main/engine/engine.ts'
import { fakeTerminal } from './fake-terminal.ts'
import { runCommand } from './run-command.ts'

test('arguments after -- are words, input and output go through, the code is the program’s', async () => {
  const command = runCommand()
  const ended = command.run('exec', 'timescaledb', '--', 'pg_restore', '-d', '--help', '$(id)', '')
  command.type('dump \u0001')
  command.end()
  expect(await ended).toEqual({ code: 7, out: 'dump \u0001', err: 'pg_restore -d --help $(id) ' })
  expect(command.standIn.asked).toContain('piped timescaledb ["pg_restore","-d","--help","$(id)",""]')
})

test('without a terminal a shell reads what comes by the pipe', async () => {
  const command = runCommand()
  const ended = command.run('shell', 'timescaledb')
  command.end()
  expect((await ended).code).toBe(7)
  expect(command.standIn.asked.join('\n')).toMatch(/piped timescaledb \["sh","-c"/)
})

test('with a terminal at both ends the program has one: typed into, drawn without what reaches beyond it, ended', async () => {
  const command = runCommand({ columns: 100, rows: 30 })
  const ended = command.run('shell', 'timescaledb')
  command.type('hostile\rexit\r')
  const { code, out } = await ended
  expect(code).toBe(0)
  expect(out).toContain('\uFFFDgnp.exe\uFFFD')
  expect(out).not.toMatch(/owned title|cm0g|evil/)
  expect(command.standIn.asked).toContain('terminal shell timescaledb')
})

test('the person’s terminal is as before when the program ends, however it ended', async () => {
  const raw: boolean[] = []
  const printed = '\u001B[?1049h\u001B[?1002h\u001B[?25l'
  const killed: Engine['terminal'] = async (_, wish) =>
    await Promise.resolve({
      ...fakeTerminal(wish, 'TimescaleDB'),
      output: (async function* () {
        yield await Promise.resolve(printed)
      })(),
      ended: async () => await Promise.resolve({ code: 137, says: 'The shell was ended by signal 9.' }),
    })
  const command = runCommand({ columns: 100, rows: 30, over: { terminal: killed } })
  Object.assign(command.input, { setRawMode: (on: boolean) => void raw.push(on) })
  expect(await command.run('shell', 'timescaledb')).toEqual({
    code: 137,
    out: `${printed}\u001B[?1002l\u001B[?1049l\u001B[?25h`,
    err: '',
  })
  expect(raw).toEqual([true, false])
  // What is typed from now on is for the shell that comes after.
  expect(command.input.isPaused()).toBe(true)
})

test('a piece that is still on its way when the program ends does not make the command read on', async () => {
  let arrived = (): void => undefined
  let wasGiven = (): void => undefined
  const given = new Promise<void>((resolve) => {
    wasGiven = resolve
  })
  const slow: Engine['piped'] = async () =>
    await Promise.resolve({
      output: (async function* () {
        await given
        yield { from: 'out', data: Buffer.from('last') } as const
      })(),
      async write() {
        wasGiven()
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      },
      end: () => undefined,
      code: async () => await Promise.resolve(0),
      close: async () => await Promise.resolve(),
    })
  const command = runCommand({ over: { piped: slow } })
  const ended = command.run('exec', 'timescaledb', '--', 'cat')
  command.type('dump')
  expect(await ended).toMatchObject({ code: 0, out: 'last' })
  arrived()
  await new Promise((resolve) => setImmediate(resolve))
  expect(command.input.isPaused()).toBe(true)
})

const refusal =
  'error: Internal error occurred: OCI runtime exec failed: exec: "nosuch": executable file not found in $PATH'
test.each([
  [
    'a program that the image lacks is said so',
    refusal,
    1,
    127,
    /nosuch could not be run in TimescaleDB: its image does not/,
  ],
  [
    'a program that ends with that code itself is not',
    'sh: 1: other: not found',
    127,
    127,
    /^sh: 1: other: not found$/,
  ],
] as const)('%s', async (_, printed, ends, code, says) => {
  const piped: Engine['piped'] = async () =>
    await Promise.resolve({
      output: (async function* () {
        yield { from: 'err', data: Buffer.from(printed) } as const
        await Promise.resolve()
      })(),
      write: async () => await Promise.resolve(),
      end: () => undefined,
      code: async () => await Promise.resolve(ends),
      close: async () => await Promise.resolve(),
    })
  const command = runCommand({ over: { piped } })
  const ended = command.run('exec', 'timescaledb', '--', 'nosuch')
  command.end()
  const ran = await ended
  expect([ran.code, ran.err.trim()]).toEqual([code, expect.stringMatching(says)])
})

test.each([
  [['exec', 'timescaledb'], 2, 'program'],
  [['exec', 'timescaledb', '--json', '--', 'ls'], 2, '--json cannot be used here'],
  [['shell', 'nothing-of-that-name'], 2, 'nothing-of-that-name'],
  [['shell'], 2, 'service'],
])('%j is refused with %i and says why', async (words, code, says) => {
  const command = runCommand()
  const ended = await command.run(...words)
  expect(ended.code).toBe(code)
  expect(ended.out + ended.err).toContain(says)
})
