import { badFinding, type Step } from '../step.ts'

/** What the machine ran before Macula; there is no such step where nothing of it is. */
export const before: Step = {
  id: 'before',
  title: 'What was here before',
  skippable: true,
  after: ['docker'],
  isThere: (facts) => badFinding(facts, 'before') !== undefined,
  ahead: () => 'looked for in Docker',
  judge(facts) {
    const bad = badFinding(facts, 'before')
    return {
      state: bad ? 'trouble' : 'done',
      says: bad?.short ?? '',
      what: bad?.what ?? '',
      why: bad?.why ?? '',
      todo: bad?.todo ?? '',
      command: 'maculactl migrate',
      ...(bad?.fix === undefined ? {} : { fix: bad.fix }),
    }
  },
}
