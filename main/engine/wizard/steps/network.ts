import { badFinding, findings, type Step } from '../step.ts'

export const network: Step = {
  id: 'network',
  title: 'Network',
  skippable: false,
  after: ['docker'],
  ahead: ({ settings }) => settings.subnet,
  judge(facts) {
    const bad = badFinding(facts, 'network')
    const good = findings(facts, 'network')[0]
    return {
      state: bad ? 'trouble' : 'done',
      says: (bad ?? good)?.short ?? '',
      what: (bad ?? good)?.what ?? '',
      why: bad?.why ?? `Containers have fixed addresses in ${facts.settings.subnet}.`,
      todo: bad?.todo ?? '',
      command: bad?.fix?.command ?? 'docker network ls',
      ...(bad?.fix === undefined ? {} : { fix: bad.fix }),
    }
  },
}
