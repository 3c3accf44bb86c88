import type { Command } from 'commander'
import { sayList } from '../model/say.ts'

/**
 * What commander says of a wrong command line, in our words: what is not known, and what there is. What it says well enough is left as
 * it is, without its "error:".
 */
export function sayUsage(command: Pick<Command, 'name' | 'registeredArguments'>, text: string): string {
  const named = `maculactl ${command.name()}`
  const wrong = /^error: command-argument value '(.*)' is invalid for argument '([^']+)'/s.exec(text)
  if (wrong) {
    const [, word = '', argument = ''] = wrong
    return `There is no ${named} ${word}. There are: ${choicesOf(command, argument)}.\n`
  }
  const missing = /^error: missing required argument '([^']+)'/.exec(text)
  const choices = missing ? choicesOf(command, missing[1] ?? '') : ''
  if (missing && choices !== '')
    return `${named} alone does nothing: it wants one of ${choices} after it. ${named} --help shows each.\n`
  const capital = text.replace(/^error: /, '')
  return `${capital.charAt(0).toUpperCase()}${capital.slice(1)}`
}

const choicesOf = (command: Pick<Command, 'registeredArguments'>, argument: string): string =>
  sayList(command.registeredArguments.find((one) => one.name() === argument)?.argChoices ?? [], 99)
