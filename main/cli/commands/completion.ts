import type { Command } from 'commander'
import { MaculaError } from '../../model/errors.ts'
import { clusterOfRow } from '../../model/cluster-id.ts'
import { isLabel } from '../../model/atoms.ts'
import { withEngine, type Face } from '../face.ts'
import { knownWords } from '../targets.ts'

/** The scripts only ask maculactl itself, so that services of the person's own complete too. */
const scripts = {
  bash: `# bash completion for maculactl
_maculactl() {
  local IFS=$'\\n' word="\${COMP_WORDS[COMP_CWORD]}" broken=
  local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  # bash takes the @ of a set for a word of its own, and puts what is found behind it
  if [ "$word" = @ ]; then
    broken=1
  elif [ "\${COMP_WORDS[COMP_CWORD-1]}" = @ ]; then
    broken=1 word="@$word" words=("\${COMP_WORDS[@]:1:COMP_CWORD-2}")
  fi
  COMPREPLY=($(compgen -W "$(maculactl __complete -- "\${words[@]}" "$word" 2>/dev/null)" -- "$word"))
  if [ -n "$broken" ]; then COMPREPLY=("\${COMPREPLY[@]#@}"); fi
  if [ "\${#COMPREPLY[@]}" = 0 ] && [ "\${COMP_WORDS[1]}" = eject ]; then
    COMPREPLY=($(compgen -d -- "\${COMP_WORDS[COMP_CWORD]}"))
  fi
}
complete -F _maculactl maculactl
`,
  zsh: `#compdef maculactl
_maculactl() {
  local -a words_found
  words_found=(\${(f)"$(maculactl __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#words_found == 0 )) && [[ $words[2] = eject ]]; then _files -/; else compadd -a words_found; fi
}
if [ "$funcstack[1]" = "_maculactl" ]; then
  _maculactl "$@"
else
  compdef _maculactl maculactl
fi
`,
  fish: `# fish completion for maculactl
complete -c maculactl -f -a '(maculactl __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
complete -c maculactl -n '__fish_seen_subcommand_from eject' -a '(__fish_complete_directories)'
`,
} as const

/** Prints the completion script of a shell. */
export function completion(face: Face, shell: string): number {
  const script = Object.entries(scripts).find(([name]) => name === shell)?.[1]
  if (script === undefined)
    throw new MaculaError({
      kind: 'usage',
      what: `There is no completion for "${shell}".`,
      todo: `Write one of ${Object.keys(scripts).join(', ')}.`,
    })
  face.out.lines(script.trimEnd().split('\n'))
  return 0
}

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
    return Object.keys(scripts).filter((shell) => shell.startsWith(current))
  const place = words.slice(1, -1).filter((word) => !word.startsWith('-')).length
  const choices = command.registeredArguments[place]?.argChoices
  if (choices) return choices.filter((choice) => choice.startsWith(current))
  const takes = command.registeredArguments[0]?.name() ?? ''
  return takes.includes('service') ? services.filter((word) => word.startsWith(current)) : []
}

/** Prints the candidates, one a line; a broken machine completes commands and options all the same. */
export async function complete(face: Face, program: Command, words: readonly string[]): Promise<number> {
  const plain = candidates(program, words, [])
  if (plain.length > 0) {
    face.out.lines(plain)
    return 0
  }
  return await withEngine(face, ({ engine }) => {
    // Only plain labels, and clusters by theirs: a completion is text that a shell reads.
    const isPlain = (word: string): boolean => isLabel(clusterOfRow(word) ?? word.replace(/^@/, ''))
    face.out.lines(candidates(program, words, knownWords(engine.catalog()).filter(isPlain)))
    return Promise.resolve(0)
  })
}
