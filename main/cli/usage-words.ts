import type { EventEmitter } from 'node:events'
import type { Command } from 'commander'
import { sayCount, sayList } from '../model/say.ts'
import type { Trouble } from '../model/trouble.ts'
import { nearest } from './nearest.ts'
import { typed } from './typed.ts'

type Asked = Pick<Command, 'name' | 'registeredArguments'>
type Says = Pick<Trouble, 'what' | 'why' | 'todo'>

/**
 * A wrong command line that commander refused (`text`, its own sentence), in our words: what is wrong, and what to type. A sentence
 * that is not known here stays as it is, without its "error:".
 */
export function usageTrouble(command: Asked, text: string): Trouble {
  for (const { pattern, say } of kinds) {
    const match = pattern.exec(text.trim())
    if (match) return { kind: 'usage', ...say(command, ...match.slice(1)) }
  }
  const capital = text.replace(/^error: /, '').trim()
  return { kind: 'usage', what: `${capital.charAt(0).toUpperCase()}${capital.slice(1)}` }
}

const kinds: readonly {
  readonly pattern: RegExp
  readonly say: (command: Asked, ...found: readonly (string | undefined)[]) => Says
}[] = [
  {
    pattern: /^error: command-argument value '(.*)' is invalid for argument '([^']+)'/s,
    say: (command, word = '', argument = '') => {
      const choices = choicesOf(command, argument)
      const near = nearest(word, choices)
      return {
        what: `There is no "${calledOf(command)} ${typed(word)}".`,
        todo:
          near.length > 0
            ? `Did you mean ${near.join(' or ')}?`
            : `Choose ${sayChoice(choices)}: ${calledOf(command)} --help explains each.`,
      }
    },
  },
  {
    pattern: /^error: missing required argument '([^']+)'/,
    say: (command, argument = '') => {
      const choices = choicesOf(command, argument)
      return {
        what:
          choices.length > 0
            ? `${calledOf(command)} needs to know what to do: ${sayChoice(choices)}.`
            : `${calledOf(command)} needs a ${argument.replace(/\W.*$/, '')}.`,
        todo: exampleOf(command),
      }
    },
  },
  {
    pattern: /^error: too many arguments.* Expected (\d+) arguments? but got \d+: (.*)\.$/s,
    say: (command, count = '0', words = '') => ({
      what: `${calledOf(command)} takes ${count === '0' ? 'no arguments' : `only ${sayCount(Number(count), 'argument')}`}, and was given: ${typed(words)}.`,
      todo: exampleOf(command),
    }),
  },
  {
    pattern: /^error: unknown option '([^']+)'(?:\s*\(Did you mean (.*)\?\))?/s,
    say: (command, option = '', near = '') => ({
      what: `${calledOf(command)} has no option ${typed(option)}.`,
      todo: near === '' ? `${calledOf(command)} --help lists its options.` : `Did you mean ${near}?`,
    }),
  },
  {
    pattern: /^error: option '([^']+)' argument missing/,
    say: (_, option = '') => ({
      what: `${nameOf(option)} needs a value.`,
      todo: `Write ${nameOf(option)} ${option.replace(/^.*\s/, '').replaceAll(/[<>.]/g, '').toUpperCase()}.`,
    }),
  },
  {
    pattern: /^error: option '([^']+)' argument '(.*)' is invalid\. (?:Allowed choices are (.*)\.|(.*))$/s,
    say: (_, option = '', word = '', choices, says = '') => ({
      what: `${nameOf(option)} cannot be ${typed(JSON.stringify(word))}.`,
      todo: choices === undefined ? says : `Choose ${sayChoice(choices.split(', '))}.`,
    }),
  },
]

/** As it is typed; the program itself has one name only. */
const calledOf = (command: Asked): string =>
  command.name() === 'maculactl' ? 'maculactl' : `maculactl ${command.name()}`

/** "--port" of "-p, --port <port>". */
const nameOf = (option: string): string => /--[\w-]+/.exec(option)?.[0] ?? option

const choicesOf = (command: Asked, argument: string): readonly string[] =>
  command.registeredArguments.find((one) => one.name() === argument)?.argChoices ?? []

/** "list, create or stop". */
const sayChoice = (words: readonly string[]): string => sayList(words, 99).replace(/ and (?=[^ ]+$)/, ' or ')

/** What to type: the first example of its help that is more than its name. */
function exampleOf(command: Asked): string {
  let help = ''
  // A command is an EventEmitter, which its types leave out; what follows its help is written by its listeners.
  for (const listener of (command as unknown as EventEmitter).listeners('afterHelp'))
    (listener as (context: object) => void)({ error: true, command, write: (text: string) => (help += text) })
  const lines = [...help.matchAll(/^ {2}\$ (maculactl .*?)(?: {2,}.*)?$/gm)].map(([, line = '']) => line)
  const line = lines.find((one) => one.split(' ').length > 2) ?? lines[0]
  const more = `${calledOf(command)} --help shows more.`
  return line === undefined ? more : `For example: ${line}\n${more}`
}
