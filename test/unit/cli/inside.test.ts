import { expect, test } from 'vitest'
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

test.each([
  [['exec', 'timescaledb'], 2, 'program'],
  [['exec', 'timescaledb', '--json', '--', 'ls'], 2, 'JSON'],
  [['shell', 'nothing-of-that-name'], 2, 'nothing-of-that-name'],
  [['shell'], 2, 'service'],
])('%j is refused with %i and says why', async (words, code, says) => {
  const command = runCommand()
  const ended = await command.run(...words)
  expect(ended.code).toBe(code)
  expect(ended.out + ended.err).toContain(says)
})
