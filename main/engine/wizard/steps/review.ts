import { sayCount } from '../../../model/say.ts'
import { openItems, type Step } from '../step.ts'

export const review: Step = {
  id: 'review',
  title: 'Review',
  skippable: true,
  after: [],
  ahead: () => 'what will change',
  judge(facts) {
    const open = openItems(facts)
    const left = facts.items.filter(({ change }) => facts.memory.leftOut.includes(change.id)).length
    const made = facts.items.filter(({ state }) => state === 'in place').length
    const refused = facts.memory.refused !== undefined && !facts.memory.skipped.includes('review')
    const without = left === 0 ? '' : `, ${left} left out`
    const blocked = facts.items.find(({ state }) => state === 'blocked')
    const words = {
      why: 'You read every file, its content, the reason and the price before you are asked for the password.',
      command: 'maculactl setup --print',
    }
    if (open.length === 0)
      return {
        ...words,
        state: 'done',
        says: `${sayCount(made, 'change')} read${without}`,
        what: `${sayCount(made, 'change')} in place${without}; ${blocked ? 'of the rest nothing can be changed on this machine' : 'nothing else is to be changed on this machine'}.`,
        todo: blocked?.says ?? '',
      }
    return {
      ...words,
      // They were read before the password was asked for; a refusal does not make them unread.
      state: refused ? 'done' : 'todo',
      says: refused
        ? `${sayCount(open.length, 'change')} read`
        : `${sayCount(open.length, 'change')} to read`,
      what: open.map(({ change }) => `${change.title}.`).join(' '),
      todo: 'Read what will change; single changes can be left out.',
      fix: {
        label: `Apply ${sayCount(open.length, 'change')}…`,
        command: 'maculactl setup',
        action: { kind: 'setup', changes: open.map(({ change }) => change.id) },
      },
    }
  },
}
