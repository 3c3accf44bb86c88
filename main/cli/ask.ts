import { isCancel, multiselect, select, text } from '@clack/prompts'
import type { Readable, Writable } from 'node:stream'
import type { Ask } from './host.ts'

/** Questions through @clack/prompts, drawn on stderr so that results on stdout stay clean. */
export function askOn(input: Readable, output: Writable): Ask {
  return {
    async one(choice) {
      const answer = await select<string>({
        input,
        output,
        message: choice.message,
        options: choice.options.map((option) => ({ ...option })),
      })
      return isCancel(answer) ? undefined : choice.options.find(({ value }) => value === answer)?.value
    },
    async text({ message }) {
      const answer = await text({ input, output, message })
      return isCancel(answer) ? undefined : answer
    },
    async some(choice) {
      const answer = await multiselect<string>({
        input,
        output,
        message: choice.message,
        options: choice.options.map((option) => ({ ...option })),
        initialValues: choice.options.map(({ value }) => value),
        required: false,
      })
      if (isCancel(answer)) return undefined
      return choice.options.map(({ value }) => value).filter((value) => answer.includes(value))
    },
  }
}
