import type { Fix } from '../../../model/ladder.ts'
import { badFinding, findings, openItems, undoable, type Step } from '../step.ts'

/** What to type, by the first command that the advice names. */
function commandIn(todo: string): string {
  return /\((sudo [^)]+)\)/.exec(todo)?.[1] ?? 'docker version'
}

/** Of a start the engine's own command, which its sentence ends with. */
function commandOf({ action, command }: Fix, todo: string): string {
  return action.kind === 'engine' ? (/ by (.+)\.$/.exec(todo)?.[1] ?? command) : command
}

export const docker: Step = {
  id: 'docker',
  title: 'Docker',
  skippable: false,
  after: [],
  ahead: () => 'runs the services',
  judge(facts) {
    const bad = badFinding(facts, 'docker')
    const good = findings(facts, 'docker')[0]
    const item = bad && openItems(facts).find(({ change }) => change.id === 'docker')
    return {
      // What set-up itself brings needs nobody here; what was left out of it does.
      state: item ? 'waiting' : bad ? 'trouble' : 'done',
      says: item ? `${bad.short ?? ''}, the changes bring it` : ((bad ?? good)?.short ?? ''),
      what: (bad ?? good)?.what ?? '',
      why:
        bad?.why ?? 'Every service runs in a container of its own; your user must be allowed to use Docker.',
      todo: bad?.todo ?? '',
      command: item
        ? item.change.commands.join(' && ')
        : bad?.fix
          ? commandOf(bad.fix, bad.todo)
          : commandIn(bad?.todo ?? ''),
      undo: undoable(facts, (change) => change === 'docker'),
      ...(bad?.fix === undefined ? {} : { fix: bad.fix }),
    }
  },
}
