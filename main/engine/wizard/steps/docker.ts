import { badFinding, findings, type Step } from '../step.ts'

/** What to type, by the first command that the advice names. */
function commandIn(todo: string): string {
  return /\((sudo [^)]+)\)/.exec(todo)?.[1] ?? 'docker version'
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
    return {
      state: bad ? 'trouble' : 'done',
      says: (bad ?? good)?.short ?? '',
      what: (bad ?? good)?.what ?? '',
      why:
        bad?.why ?? 'Every service runs in a container of its own; your user must be allowed to use Docker.',
      todo: bad?.todo ?? '',
      command: commandIn(bad?.todo ?? ''),
      ...(bad?.fix === undefined ? {} : { fix: bad.fix }),
    }
  },
}
