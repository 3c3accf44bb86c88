import { expect, test } from 'vitest'
import { runCommand } from './run-command.ts'

const problem = {
  kind: 'invalid',
  what: '/home/anna/settings.json cannot be used.',
  why: 'Line 4, column 1: it is not JSON: a comma is missing before this.',
  todo: 'Correct it there, then try again.',
} as const

test.each([
  ['status'],
  ['status', '--json'],
  ['status', '--watch'],
  ['up'],
  ['up', 'grafana'],
  ['down'],
  ['restart', 'grafana'],
  ['env', 'grafana'],
  ['open', 'grafana'],
  ['logs', 'grafana'],
  ['pull'],
  ['setup', '--print'],
  ['setup', '--yes'],
  ['reset', 'grafana', '--name', 'grafana'],
])(
  '%s %s does nothing while the settings cannot be used: file, line and column, exit 2',
  async (...words) => {
    const one = runCommand({ problem })
    const ended = await one.run(...words.filter((word) => word !== ''))
    expect(ended.code).toBe(2)
    expect((ended.out + ended.err).replaceAll(/\s+/g, ' ')).toContain(problem.what)
    expect((ended.out + ended.err).replaceAll(/\s+/g, ' ')).toContain('Line 4, column 1')
    expect(one.standIn.asked.filter((call) => call !== 'close')).toEqual([])
  },
)

test('the doctor and the list of changes are shown all the same', async () => {
  expect((await runCommand({ problem }).run('doctor')).out).not.toBe('')
  expect((await runCommand({ problem }).run('undo')).code).toBe(0)
})
