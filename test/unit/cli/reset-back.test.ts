import { expect, test } from 'vitest'
import { runCommand } from './run-command.ts'
import { greenWorld } from './worlds.ts'

/** `reset --back`: asked before, or told that nobody has to be. */

const at = '20261124-0712'

test('without a terminal it refuses, as a reset does', async () => {
  const one = runCommand({ world: greenWorld() })
  const ended = await one.run('reset', 'timescaledb', '--back')
  expect(ended.code).toBe(2)
  expect(ended.err).toContain('it needs a confirmation, and this is not a terminal')
  expect(ended.err).toContain('maculactl reset timescaledb --back --yes')
  expect(one.standIn.asked.filter((line) => line.startsWith('put back'))).toEqual([])
})

test.each([
  ['with --yes', ['--yes'], 0],
  ['with its name', ['--name', 'timescaledb'], 0],
  ['with the name of another', ['--name', 'grafana'], 2],
] as const)('%s', async (_, words, code) => {
  const one = runCommand({ world: greenWorld() })
  const ended = await one.run('reset', 'timescaledb', '--back', ...words)
  expect(ended.code, ended.err).toBe(code)
  expect(one.standIn.asked.filter((line) => line.startsWith('put back'))).toEqual(
    code === 0 ? [`put back timescaledb ${at}`] : [],
  )
})

test('a time of which nothing is kept names those of which something is', async () => {
  const ended = await runCommand({ world: greenWorld() }).run('reset', 'timescaledb', '--back', '1', '--yes')
  expect(ended.code).toBe(2)
  expect(ended.err).toContain(`Kept: ${at}.`)
})
