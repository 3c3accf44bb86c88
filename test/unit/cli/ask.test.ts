import { PassThrough } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { askOn } from '../../../main/cli/ask.ts'
import { Interrupted } from '../../../main/cli/interrupted.ts'
import type { Ask } from '../../../main/cli/host.ts'
import { CTRL_C, runCommand } from './run-command.ts'
import { setupItems } from './stand-in.ts'
import { dockerDownWorld, greenWorld } from './worlds.ts'

/** Esc leaves a question, n one that has a list; Ctrl-C ends the command. */

const options = [
  { value: 'leave', label: 'Leave it' },
  { value: 'go', label: 'Go' },
]
const questions: readonly (readonly [string, (ask: Ask) => Promise<unknown>, unknown])[] = [
  ['one', (ask) => ask.one({ message: 'Which?', options }), 'leave'],
  ['some', (ask) => ask.some({ message: 'Which?', options }), ['leave', 'go']],
  ['text', (ask) => ask.text({ message: 'Name?' }), 'ab'],
  ['secret', (ask) => ask.secret({ message: 'Name?' }), 'ab'],
]
const keys = { enter: '\r', esc: '\u001B', 'ctrl-c': CTRL_C } as const

/** Asks at a terminal that is none, and presses keys once the question is drawn. */
async function press(question: (ask: Ask) => Promise<unknown>, ...pressed: readonly string[]) {
  const input = new PassThrough()
  const output = new PassThrough()
  let drawn = ''
  output.on('data', (chunk) => (drawn += String(chunk)))
  const answer = question(askOn(input, output))
  const settled = answer.then(
    () => undefined,
    () => undefined,
  )
  await vi.waitFor(() => expect(drawn).toMatch(/Which|Name/))
  for (const key of pressed) input.write(key)
  await settled
  expect(input.listenerCount('keypress')).toBe(0)
  return await answer
}

test.each(questions)(
  '%s: the answer, after Esc none, after Ctrl-C the end',
  async (kind, question, answer) => {
    const typed = kind === 'text' || kind === 'secret' ? ['a', 'b'] : []
    expect(await press(question, ...typed, keys.enter)).toEqual(answer)
    expect(await press(question, ...typed, keys.esc)).toBeUndefined()
    await expect(press(question, ...typed, keys['ctrl-c'])).rejects.toBeInstanceOf(Interrupted)
  },
)

test.each(questions)(
  '%s: a typed n is no yes: it leaves a list, and is a letter of a text',
  async (kind, question) => {
    const isTyped = kind === 'text' || kind === 'secret'
    expect(await press(question, 'n', keys.enter)).toEqual(isTyped ? 'n' : undefined)
    expect(await press(question, 'N', keys.enter)).toEqual(isTyped ? 'N' : undefined)
  },
)

test('a secret is not shown while it is typed, nor after it', async () => {
  const output = new PassThrough()
  let drawn = ''
  output.on('data', (chunk) => (drawn += String(chunk)))
  const input = new PassThrough()
  const answer = askOn(input, output).secret({ message: 'Which?' })
  await vi.waitFor(() => expect(drawn).toContain('Which'))
  // By the key, so that each is drawn.
  for (const key of 'qZ7#') input.write(key)
  input.write(keys.enter)
  expect(await answer).toBe('qZ7#')
  for (const key of ['qZ7', 'Z', '7#']) expect(drawn).not.toContain(key)
})

test.each<readonly [string, readonly string[], readonly (string | undefined)[], number]>([
  ['the list of changes', ['setup'], [CTRL_C], 1],
  ['a later question of set-up', ['setup'], [undefined, CTRL_C], 2],
  ['undo', ['undo', '--all'], [CTRL_C], 1],
  ['the name for a reset', ['reset', 'grafana'], [CTRL_C], 1],
  ['what else is stopped', ['down', 'powerdns-db'], [CTRL_C], 1],
  ['the value of a secret', ['secrets', 'set', 'POSTGRES_PASSWORD'], [CTRL_C], 1],
  ['the value once more', ['secrets', 'set', 'POSTGRES_PASSWORD'], ['x', CTRL_C], 2],
  ['the delete of a cluster', ['cluster', 'delete'], [CTRL_C], 1],
])('Ctrl-C at %s ends it: 130, nothing more is asked or done', async (_, argv, answers, asked) => {
  const plan = setupItems.map((item) => ({ ...item, state: 'to do' }) as const)
  // Of a cluster that was never made nothing is asked; whether it was is not known while Docker is down.
  const world = argv[0] === 'cluster' ? dockerDownWorld() : greenWorld()
  const one = runCommand({ columns: 100, answers: [...answers, 'go', 'go'], plan, world })
  const ended = await one.run(...argv)
  expect(ended.code).toBe(130)
  expect(ended.err).toMatch(/Stopped by Ctrl-C\. What was done before stays; nothing else was changed\.\n$/)
  expect(one.questions.filter((line) => !line.startsWith('- '))).toHaveLength(asked)
  expect(one.standIn.asked).toEqual(['close'])
})
