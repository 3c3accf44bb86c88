import { isCancel, multiselect, password, select, text } from '@clack/prompts'
import type { Readable, Writable } from 'node:stream'
import type { Ask } from './host.ts'
import { Interrupted } from './interrupted.ts'

/** What Node's readline tells of a key. */
interface Key {
  readonly name?: string
  readonly ctrl?: boolean
}

/** Whether letters are an answer, or (of a list) only one that says no may be meant. */
type Letters = 'typed' | 'no answer'

/**
 * The answer; undefined when the question was left by Esc. The library tells Esc and Ctrl-C as one, but the one leaves a
 * question and the other the command: throws Interrupted for it. A list knows no letters, and Enter takes what is chosen
 * in it: there "n" leaves the question too, so that nobody's "no" is taken for a yes.
 */
async function answered<T>(
  input: Readable,
  letters: Letters,
  asking: (signal: AbortSignal) => Promise<T | symbol>,
): Promise<T | undefined> {
  let isInterrupt = false
  const left = new AbortController()
  const heard = (_: unknown, key: Key | undefined): void => {
    isInterrupt = key?.ctrl === true && key.name === 'c'
    if (letters === 'no answer' && key?.name === 'n' && key.ctrl !== true) left.abort()
  }
  // Before the library listens, so that it is known when its answer comes.
  input.on('keypress', heard)
  try {
    const answer = await asking(left.signal)
    if (left.signal.aborted) return undefined
    if (!isCancel(answer)) return answer as T
    if (isInterrupt) throw new Interrupted('Ctrl-C')
    return undefined
  } finally {
    input.off('keypress', heard)
  }
}

/** Questions through @clack/prompts, drawn on stderr so that results on stdout stay clean. */
export function askOn(input: Readable, output: Writable): Ask {
  return {
    async one(choice) {
      const answer = await answered<string>(input, 'no answer', (signal) =>
        select<string>({
          signal,
          input,
          output,
          message: choice.message,
          options: choice.options.map((option) => ({ ...option })),
        }),
      )
      return choice.options.find(({ value }) => value === answer)?.value
    },
    text: async ({ message }) =>
      await answered<string>(input, 'typed', () => text({ input, output, message })),
    secret: async ({ message }) =>
      await answered<string>(input, 'typed', () => password({ input, output, message })),
    async some(choice) {
      const answer = await answered<string[]>(input, 'no answer', (signal) =>
        multiselect<string>({
          signal,
          input,
          output,
          message: choice.message,
          options: choice.options.map((option) => ({ ...option })),
          initialValues: choice.options.map(({ value }) => value),
          required: false,
        }),
      )
      return answer && choice.options.map(({ value }) => value).filter((value) => answer.includes(value))
    },
  }
}
