import { openEntries } from '../../../model/say-change.ts'
import { fine, type Check } from '../check.ts'

export const changes: Check = {
  id: 'changes',
  group: 'machine',
  title: 'Changes on this machine',
  async run({ adapters }) {
    const entries = openEntries(await adapters.root.ledger())
    if (entries.length === 0) return [fine('Nothing was changed on this machine.')]
    // What became of another person's is theirs to hear.
    const odd = entries.filter(
      (entry) => entry.others !== true && (entry.state === 'unfinished' || entry.drift !== 'none'),
    )
    if (odd.length === 0)
      return [fine(`${entries.length} changes, all as they were made; maculactl undo lists them.`)]
    return odd.map((entry) => ({
      result: 'warning' as const,
      changes: [entry.change],
      what:
        entry.state === 'unfinished'
          ? `${entry.target}: the change was interrupted.`
          : `${entry.target} is not as it was written${entry.drift === 'missing' ? ': it is gone' : ''}.`,
      why:
        entry.state === 'unfinished'
          ? 'The run of set-up ended before it was done.'
          : 'Somebody else edited it after set-up.',
      todo:
        entry.state === 'unfinished'
          ? 'Run maculactl setup again, or undo it.'
          : 'maculactl undo shows the difference and asks; maculactl setup writes it again.',
    }))
  },
}
