import type { Command } from 'commander'
import { completionScripts } from './completion-scripts.ts'

/** What may stand where the last of `words` is being typed. */
export function candidates(
  program: Command,
  words: readonly string[],
  services: readonly string[],
): readonly string[] {
  const visible = program.createHelp().visibleCommands(program)
  const current = words.at(-1) ?? ''
  if (words.length <= 1)
    return visible.map((command) => command.name()).filter((name) => name.startsWith(current))
  const command = visible.find((one) => one.name() === words[0])
  if (!command) return []
  const options = program
    .createHelp()
    .visibleOptions(command)
    .flatMap((option) => option.long ?? [])
  if (current.startsWith('-')) return options.filter((option) => option.startsWith(current))
  const before = words.at(-2) ?? ''
  const asked = command.options.find((option) => option.long === before || option.short === before)
  if (asked?.argChoices) return asked.argChoices.filter((choice) => choice.startsWith(current))
  if (asked && (asked.required || asked.optional)) return []
  if (command.name() === 'completion')
    return Object.keys(completionScripts).filter((shell) => shell.startsWith(current))
  const place = words.slice(1, -1).filter((word) => !word.startsWith('-')).length
  const choices = command.registeredArguments[place]?.argChoices
  if (choices) return choices.filter((choice) => choice.startsWith(current))
  const takes = command.registeredArguments[0]?.name() ?? ''
  return takes.includes('service') ? services.filter((word) => word.startsWith(current)) : []
}
