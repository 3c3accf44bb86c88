import { badFinding, findings, type Step } from '../step.ts'

export const network: Step = {
  id: 'network',
  title: 'Network',
  skippable: false,
  after: ['docker'],
  ahead: ({ settings }) => settings.subnet,
  judge(course) {
    const bad = badFinding(course, 'network')
    const good = findings(course, 'network')[0]
    return {
      state: bad ? 'trouble' : 'done',
      says: (bad ?? good)?.short ?? '',
      what: (bad ?? good)?.what ?? '',
      why: bad?.why ?? `Containers have fixed addresses in ${course.settings.subnet}.`,
      todo: bad?.todo ?? '',
      command: 'docker network ls',
    }
  },
}
