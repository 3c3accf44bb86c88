import { troubleOf } from '../../model/errors.ts'
import type { StepEvent } from '../../model/run.ts'
import type { RunContext } from './context.ts'

/**
 * Notes that services are not wanted any more, in what was seen too. Stopping needs no room: where the note cannot be
 * written (a full disk, a read-only home) that is told, and what was asked for is stopped all the same. What is wanted
 * must have been looked at.
 */
export async function unwant(
  { adapters, truth }: RunContext,
  ids: readonly string[],
  tell: (event: StepEvent) => void,
  elapsed: () => number,
): Promise<void> {
  // What was not wanted needs no note.
  if (!ids.some((id) => truth.seen.wanted.has(id))) return
  try {
    await adapters.intent.unwant(ids)
    await truth.observe.wanted()
  } catch (error) {
    await truth.observe.wanted()
    truth.seen.wanted = new Set([...truth.seen.wanted].filter((id) => !ids.includes(id)))
    const { what, why = '', todo = '' } = troubleOf(error)
    tell({
      kind: 'note',
      ms: elapsed(),
      says: `It could not be recorded that they are stopped on purpose: ${what} ${why} ${todo}`.trim(),
    })
  }
}
