import type { LedgerEntry } from '../../../model/change.ts'
import { openEntries } from '../../../model/say-change.ts'
import { sayCount } from '../../../model/say.ts'
import { fine, type Check, type Finding } from '../check.ts'

type Words = Pick<Finding, 'what' | 'why' | 'todo'>

/** What is odd about an entry, and the command that does exactly what is offered; undefined: it is as we left it. */
function odd({ id, target, state, drift, others, elsewhere }: LedgerEntry): Words | undefined {
  // What became of another person's is theirs to hear, of another project's that one's to tell.
  if (others === true || elsewhere === true) return undefined
  const undo = `maculactl undo ${id}`
  if (state === 'unfinished')
    return {
      what: `${target}: the change was interrupted.`,
      why: 'The run of set-up ended before it was done.',
      todo: `maculactl setup continues it; ${undo} reverts it.`,
    }
  switch (drift) {
    case 'none':
      return undefined
    case 'changed':
      return {
        what: `${target} is not as it was written.`,
        why: 'Somebody else edited it after set-up.',
        todo: `${undo} shows the difference and asks; maculactl setup writes it again.`,
      }
    case 'missing':
      return {
        what: `${target} is not as it was written: it is gone.`,
        why: 'Somebody else removed it after set-up.',
        todo: `maculactl setup writes it again; ${undo} asks, and puts back what was there before.`,
      }
    case 'unreadable':
      return {
        what: `${target} cannot be compared with what was written.`,
        why: 'This user may not read it.',
        todo: `${undo} reverts it.`,
      }
  }
}

export const changes: Check = {
  id: 'changes',
  group: 'machine',
  title: 'Changes on this machine',
  async run({ adapters }) {
    const entries = openEntries(await adapters.root.ledger())
    if (entries.length === 0) return [fine('Nothing was changed on this machine.')]
    const found = entries.flatMap((entry): readonly Finding[] => {
      const words = odd(entry)
      return words ? [{ result: 'warning', changes: [entry.change], ...words }] : []
    })
    return found.length > 0
      ? found
      : [fine(`${sayCount(entries.length, 'change')}, as made; maculactl undo lists them.`)]
  },
}
