import { describe, expect, test } from 'vitest'
import { createCleaner, MASK } from '../../../main/model/clean.ts'
import { toJson } from '../../../main/cli/face.ts'
import type { LogLine } from '../../../main/model/log-line.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { runCommand, type RunOptions } from './run-command.ts'
import { checks, ledger, secrets, setupItems } from './stand-in.ts'
import { change, now, troubleWorld } from './worlds.ts'

/** A world in which every foreign text holds `text`: log lines, health output, Docker's words, holders. */
function poisoned(text: string): RunOptions {
  const world = troubleWorld()
  change(world, 'tempo', { lastLine: text, error: text, name: text, image: text })
  change(world, 'grafana', { health: 'unhealthy', healthOutput: text, name: text, image: text })
  change(world, 'loki', { state: 'created', error: text })
  world.listeners.set('127.0.0.3:80', {
    kind: 'foreign',
    holder: { pid: 7, program: text, user: text },
    ms: 1,
  })
  const step = { change: text, verb: 'file', target: text, result: 'failed', says: text } as const
  const lines: LogLine[] = ['grafana', 'loki'].map((service) => ({
    service,
    at: now,
    stream: 'err',
    text: `before ${text} after`,
  }))
  return {
    world,
    lines,
    notes: [text],
    entries: ledger.map((entry) => ({ ...entry, target: text, title: text, diff: [`+${text}`] })),
    plan: setupItems.map((item) => ({
      ...item,
      says: text,
      change: {
        ...item.change,
        title: text,
        reason: text,
        price: text,
        verbs: [{ verb: 'file', path: text, mode: 0o644, content: text }],
        commands: [text],
      },
    })),
    outcome: { kind: 'failed', says: text, steps: [step] },
    over: {
      activity: () =>
        Promise.resolve({
          entries: [{ at: now, kind: 'failed', service: text, reason: text }],
          broken: 1,
          mark: text,
        }),
      doctor: () =>
        Promise.resolve(
          checks.map((check) => ({ ...check, title: text, what: text, why: text, todo: text })),
        ),
      up: (ids, tell) => {
        const trouble = { kind: 'failed', what: text, why: text, todo: text } as const
        tell({ kind: 'phase', ms: 0, says: text })
        tell({ kind: 'note', ms: 1, says: text })
        tell({
          kind: 'pull',
          ms: 1,
          progress: { image: text, phase: 'downloading', currentBytes: 1, totalBytes: 9 },
        })
        tell({ kind: 'forward', ms: 2, listener: text, says: text, ok: false })
        tell({ kind: 'waiting', ms: 2, service: 'loki', says: text })
        tell({ kind: 'failed', ms: 3, service: 'tempo', trouble })
        return Promise.resolve({
          ok: false,
          done: ids === 'all' ? [] : ids,
          failed: [{ service: 'tempo', trouble }],
          skipped: [{ service: 'grafana', because: text }],
          ms: 4,
        })
      },
      down: () => Promise.reject(new MaculaError({ kind: 'failed', what: text, why: text, todo: text })),
    },
  }
}

const commands: readonly (readonly string[])[] = [
  ['status'],
  ['status', 'tempo'],
  ['status', 'grafana'],
  ['status', '--json'],
  ['up'],
  ['up', '--json'],
  ['down'],
  ['down', '--json'],
  ['logs'],
  ['logs', '--json'],
  ['logs', '--grep', 'e'],
  ['activity'],
  ['activity', '--json'],
  ['activity', '--grep', 'e'],
  ['doctor'],
  ['doctor', '--json'],
  ['setup'],
  ['setup', '--print'],
  ['setup', '--yes'],
  ['setup', '--json', '--print'],
  ['undo'],
  ['undo', '--all'],
  ['undo', '--all', '--even-if-drifted'],
  ['undo', '--json'],
  ['open', 'tempo'],
  ['version'],
]

describe('fault 7: foreign text is inert in a terminal', () => {
  const hostile = [
    'red \u001B[31m',
    'link \u001B]8;;http://evil.example\u0007click\u001B]8;;\u0007',
    'title \u001B]0;owned\u001B\\',
    'clear \u001Bc\u001B[2J\u009B2J',
    'back\b\b\r\nfake row',
    'bidi \u202Egnp.exe\u2066',
    '<img onerror=alert(1)> javascript:alert(1)',
  ].join(' ')

  for (const argv of commands)
    for (const [name, terminal] of [
      ['a pipe', {}],
      ['a terminal', { columns: 100, answers: ['leave'] }],
      ['an ASCII terminal', { columns: 100, env: { LANG: 'C' }, answers: ['leave'] }],
    ] as const)
      test(`${argv.join(' ')} into ${name}`, async () => {
        const { out, err } = await runCommand({ ...poisoned(hostile), ...terminal }).run(...argv)
        const written = out + err
        // What log-update itself writes to redraw is ours; nothing else may begin a sequence.
        const rest = written.replaceAll(
          // eslint-disable-next-line no-control-regex -- control characters are what this is about
          /\u001B\[(?:\?2026[hl]|\?25[hl]|\d*[ABCDGK]|[02]?K|\d+J)/g,
          '',
        )
        // eslint-disable-next-line no-control-regex -- control characters are what this is about
        expect(rest).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/)
        expect(rest).not.toContain('\u001B')
        // No line of its own for what came after a line break.
        // The commands to type are scripts of our own making, of several lines.
        if (!argv.includes('--print')) expect(rest).not.toMatch(/^fake row/m)
        // eslint-disable-next-line no-control-regex -- the range is what is tested
        if (name === 'an ASCII terminal') expect(written).toMatch(/^[\u0000-\u007F]*$/)
      })
})

test('questions are inert too, and hide secrets', async () => {
  for (const argv of [['setup'], ['undo', '--all'], ['down', 's3']]) {
    const one = runCommand({
      ...poisoned(`a\u001B[31mb\u0007 ${secrets.GRAFANA_PASSWORD}`),
      columns: 100,
      answers: [undefined],
    })
    await one.run(...argv)
    expect(one.questions.length).toBeGreaterThan(0)
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(one.questions.join('')).not.toMatch(/[\u0000-\u001F]/)
    expect(one.questions.join('')).not.toContain(secrets.GRAFANA_PASSWORD)
  }
})

describe('fault 35: secrets show in the output of env only', () => {
  const canaries = Object.values(secrets)
  const leaked = `uses ${canaries.join(' and ')} or ${encodeURIComponent(secrets.GRAFANA_PASSWORD)}; split ${secrets.POSTGRES_PASSWORD.slice(0, 8)}\u001B[0m${secrets.POSTGRES_PASSWORD.slice(8)}`

  for (const argv of commands)
    test(`${argv.join(' ')} hides them`, async () => {
      const { out, err } = await runCommand(poisoned(leaked)).run(...argv)
      for (const canary of [...canaries, encodeURIComponent(secrets.GRAFANA_PASSWORD)])
        expect(out + err).not.toContain(canary)
    })

  test('a match cannot uncover them', async () => {
    const ended = await runCommand({ ...poisoned(leaked), env: { FORCE_COLOR: '1' } }).run(
      'logs',
      '--grep',
      'postgres-91',
    )
    expect(ended.out).toBe('')
  })

  test('env does print them', async () => {
    expect((await runCommand().run('env')).out).toContain(secrets.GRAFANA_PASSWORD)
  })

  test('short values are words, not secrets to hide', () => {
    expect(createCleaner(['admin', 'long-enough']).text('admin uses long-enough')).toBe(`admin uses ${MASK}`)
  })
})

test('JSON keeps its values and is inert to look at', () => {
  const value = { text: 'a\u009B31m\u202Eb\u007F\u001B[0m' }
  const text = toJson(value)
  expect(JSON.parse(text)).toEqual(value)
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  expect(text).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/)
})
