import { sayClock, sayCount, sayMany } from '../../../model/say.ts'
import { allowedAt, openItems, undoable, type Step } from '../step.ts'

export const password: Step = {
  id: 'password',
  title: 'Password',
  skippable: true,
  after: ['review'],
  ahead: () => 'asked once at most',
  judge(facts) {
    const open = openItems(facts)
    const at = allowedAt(facts)
    const { refused } = facts.memory
    const words = {
      why: 'Only root may change how names are looked up and who may use port 80; nothing keeps running as root afterwards.',
      command: 'maculactl setup --yes',
      undo: undoable(facts, () => true),
    }
    if (open.length === 0)
      return {
        ...words,
        state: 'done',
        says: at === undefined ? 'was not needed' : `changes made at ${sayClock(at)}`,
        what:
          at === undefined
            ? 'Nothing on this machine had to be changed.'
            : 'The changes are made. maculactl undo lists them, with what can be undone.',
        todo: '',
      }
    const fix = {
      label: `Apply ${sayCount(open.length, 'change')}…`,
      command: 'maculactl setup',
      action: { kind: 'setup', changes: open.map(({ change }) => change.id) },
    } as const
    if (refused)
      return {
        ...words,
        fix,
        state: 'trouble',
        says: `refused at ${sayClock(refused.at)}`,
        what: refused.says,
        todo: 'Try again, or go on without: services open at address and port.',
      }
    return {
      ...words,
      fix,
      state: 'todo',
      says: 'asked once at most',
      what: `${sayMany(open.length, 'change', ['of this machine needs', 'of this machine need'])} root, which may ask for your password.`,
      todo: 'Allow it once, or go on without: services open at address and port.',
    }
  },
}
