import { describe, expect, test } from 'vitest'
import { activitySchema } from '../../../main/cli/json/activity.ts'
import type { ActivityEntry, ActivityRead } from '../../../main/model/activity.ts'
import { CHECK_AGENT } from '../../../main/model/own-check.ts'
import { runCommand, type RunOptions } from './run-command.ts'
import { now } from './worlds.ts'

const HOUR = 3_600_000
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const control = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/
// oxlint-disable-next-line no-control-regex -- our own colours
const colour = /\u001B\[\d*m/g
const entries: readonly ActivityEntry[] = [
  {
    at: now - 26 * HOUR,
    kind: 'run',
    verb: 'start',
    by: 'tray',
    about: ['grafana', 'loki'],
    failed: [],
    result: 'done',
    ms: 12_300,
  },
  { at: now - 3 * HOUR, kind: 'network', link: 'tun0', address: '10.8.0.2', was: '' },
  {
    at: now - 2 * HOUR,
    kind: 'trouble',
    cause: 'names',
    what: 'Names take 5.0 s.',
    why: 'tun0 came up 07:42',
    from: now - 3 * HOUR,
    to: now - 2 * HOUR,
  },
  { at: now - HOUR, kind: 'failed', service: 'tempo', reason: 'exit code 1, 5 restarts' },
]

const having = (read: Partial<ActivityRead> = {}): RunOptions => ({
  over: { activity: () => Promise.resolve({ entries, broken: 0, mark: 'a', ...read }) },
})

describe('maculactl activity', () => {
  test('by day, oldest first, in words', async () => {
    const { code, out, err } = await runCommand(having()).run('activity')
    expect(code).toBe(0)
    expect(err).toBe('')
    expect(out).toBe(
      [
        'Yesterday',
        '08:42:55 ✔ Grafana and Loki started',
        '           From the tray, 12.3 s.',
        'Today',
        '07:42:55 ✔ tun0 (VPN) came up',
        '           It has 10.8.0.2.',
        '08:42:55 ▲ Names take 5.0 s',
        '           tun0 came up 07:42. From 07:42 to 08:42, 1 h.',
        '09:42:55 ✖ Tempo failed',
        '           exit code 1, 5 restarts.',
        '',
      ].join('\n'),
    )
  })

  test.each([
    [['tempo'], 1],
    [['--service', 'loki', 'grafana'], 1],
    [['--kind', 'failed', 'network'], 2],
    [['--since', '150m'], 2],
    [['--grep', 'restarts'], 1],
    [['--grep', 'VPN|restarts'], 2],
    [['-n', '1'], 1],
    [['--kind', 'images'], 0],
  ])('%j chooses %i', async (argv, count) => {
    const { out, err } = await runCommand(having()).run('activity', '--json', ...argv)
    expect(out === '' ? [] : out.trim().split('\n')).toHaveLength(count)
    expect(err).toBe(count === 0 ? 'None of 4 entries matches.\n' : '')
  })

  test('--json is one object a line, by the schema', async () => {
    const { out } = await runCommand(having()).run('activity', '--json')
    const values = out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    for (const value of values) expect(activitySchema.parse(value)).toEqual(value)
    expect(values[0]).toMatchObject({
      by: 'tray',
      verb: 'start',
      result: 'done',
      services: ['grafana', 'loki'],
    })
  })

  test('words that are no kind, no service or no time are usage', async () => {
    for (const argv of [['--kind', 'fail'], ['nothing'], ['--since', 'soon'], ['--grep', '(']])
      expect((await runCommand(having()).run('activity', ...argv)).code).toBe(2)
    expect((await runCommand(having()).run('activity', '--kind', 'faild')).err).toContain(
      'Did you mean failed?',
    )
    expect((await runCommand().run('history')).err).toContain('It is called activity here')
  })

  test('nothing yet, lines that cannot be read, and a full disk are told', async () => {
    expect((await runCommand().run('activity')).err).toContain('Nothing is recorded yet.')
    const torn = await runCommand(having({ broken: 3 })).run('activity')
    expect(torn.err).toBe('3 lines of activity.jsonl cannot be read; the others are shown.\n')
    const full = {
      what: 'What happens now cannot be recorded.',
      why: 'The disk is full.',
      todo: 'Make room.',
    }
    const ended = await runCommand(having({ trouble: full })).run('activity')
    expect(ended.code).toBe(4)
    expect(ended.out).toContain('Tempo failed')
    expect(ended.err).toContain('The disk is full.')
  })

  test('-f goes on with what comes, each once, and ends with Ctrl-C: exit 0', async () => {
    let read: ActivityRead = { entries, broken: 0, mark: 'a' }
    const one = runCommand({ over: { activity: () => Promise.resolve(read) } })
    const ended = one.run('activity', '-f')
    await expect.poll(one.out).toContain('Tempo failed')
    read = { entries: [...entries, { at: now, kind: 'works', service: 'tempo' }], broken: 0, mark: 'b' }
    await expect.poll(one.out).toContain('Tempo works')
    one.interrupt()
    expect(await ended).toMatchObject({ code: 0 })
    expect(one.out().match(/Tempo failed/g)).toHaveLength(1)
  })

  test('what a container or a file says is inert', async () => {
    const hostile = '\u001B]0;owned\u0007\u202E--help\r\nfake row'
    const poisoned: readonly ActivityEntry[] = [
      { at: now, kind: 'failed', service: hostile, reason: hostile },
      { at: now, kind: 'network', link: hostile, address: hostile, was: '' },
      { at: now, kind: 'trouble', cause: 'names', what: hostile, why: hostile, from: now },
    ]
    for (const argv of [['activity'], ['activity', '--json']])
      for (const terminal of [{}, { columns: 80 }]) {
        const { out } = await runCommand({ ...having({ entries: poisoned }), ...terminal }).run(...argv)
        expect(out.replaceAll(colour, '')).not.toMatch(control)
        expect(out).not.toMatch(/^fake row/m)
      }
  })
})

describe('our own checks in logs', () => {
  const lines = [
    `"GET / HTTP/1.1" 200 "-" "${CHECK_AGENT}"`,
    '"GET / HTTP/1.1" 200 "-" "curl/8.0"',
    `"GET / HTTP/1.1" 200 "-" "${CHECK_AGENT}"`,
  ].map((text, index) => ({ service: 'loki', at: now + index, stream: 'out', text }) as const)

  test('are left out and counted, and shown when that is wished', async () => {
    const hidden = await runCommand({ lines }).run('logs', 'loki')
    expect(hidden.out.trim().split('\n')).toHaveLength(1)
    expect(hidden.err).toBe('2 of our own checks hidden (--own-checks shows them).\n')
    const shown = await runCommand({ lines }).run('logs', 'loki', '--own-checks')
    expect(shown.out.trim().split('\n')).toHaveLength(3)
    expect(shown.err).toBe('')
  })
})
