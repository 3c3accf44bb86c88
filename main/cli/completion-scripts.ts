/** The scripts only ask maculactl itself, so that services of the person's own complete too. */
export const completionScripts = {
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
