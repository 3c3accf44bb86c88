import type { Command } from 'commander'
import { completionScripts } from './completion-scripts.ts'

/** What of a command a completion needs; plain values, so that the build can put them in. */
export interface CommandWords {
  readonly name: string
  /** Long names of the options that help shows. */
  readonly shown: readonly string[]
  readonly options: readonly {
    readonly names: readonly string[]
    readonly takes: boolean
    readonly choices?: readonly string[]
  }[]
  /** What may stand at each place of an argument; null: anything. */
  readonly places: readonly (readonly string[] | null)[]
  readonly takesServices: boolean
}

/** The words of all commands that help shows. */
export function wordsOf(program: Command): readonly CommandWords[] {
  const help = program.createHelp()
  return help.visibleCommands(program).map((command) => ({
    name: command.name(),
    shown: help.visibleOptions(command).flatMap(({ long }) => long ?? []),
    options: command.options.map(({ long, short, required, optional, argChoices }) => ({
      names: [long ?? [], short ?? []].flat(),
      takes: required || optional,
      ...(argChoices ? { choices: argChoices } : {}),
    })),
    places: command.registeredArguments.map(({ argChoices }) => argChoices ?? null),
    takesServices: command.registeredArguments[0]?.name().includes('service') === true,
  }))
}

/** What may stand where the last of `words` is being typed. */
export function candidates(
  commands: readonly CommandWords[],
  words: readonly string[],
  services: readonly string[],
): readonly string[] {
  const current = words.at(-1) ?? ''
  const begun = (all: readonly string[]): readonly string[] => all.filter((one) => one.startsWith(current))
  if (words.length <= 1) return begun(commands.map(({ name }) => name))
  const command = commands.find(({ name }) => name === words[0])
  if (!command) return []
  if (current.startsWith('-')) return begun(command.shown)
  const before = words.at(-2) ?? ''
  const asked = command.options.find(({ names }) => names.includes(before))
  if (asked?.choices) return begun(asked.choices)
  if (asked?.takes === true) return []
  if (command.name === 'completion') return begun(Object.keys(completionScripts))
  const place = words.slice(1, -1).filter((word) => !word.startsWith('-')).length
  const choices = command.places[place]
  if (choices) return begun(choices)
  return command.takesServices ? begun(services) : []
}
