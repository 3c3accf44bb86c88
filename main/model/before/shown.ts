import { MaculaError } from '../errors.ts'

/** Why a step is not done that means more by now than what a person read. `more`: the effects that were not shown. */
export function notAsShown({ title }: { readonly title: string }, more: readonly string[]): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: `${title}: the machine is not as it was when this was shown, so it was not done.`,
    why: `It would also do this: ${more.slice(0, 3).join('; ')}.`,
    todo: 'Run maculactl migrate again and read what it would do now.',
  })
}

/** The title of what was found within a sentence: its first word is ours, and no name. */
export function inSentence(title: string): string {
  return title.replace(/^(?:The|A|File|Files|Forwarders)(?= )/, (word) => word.toLowerCase())
}
