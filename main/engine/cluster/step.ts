import type { ClusterSeen } from '../../model/cluster.ts'
import { MaculaError } from '../../model/errors.ts'
import type { StepEvent } from '../../model/run.ts'
import type { RunContext } from '../run/context.ts'
import type { ClusterAsk } from './wanted.ts'

/** Between two looks at what is waited for (ms). */
export const LOOK_AGAIN_MS = 300

/** What every part of a cluster's start is given. */
export interface Step {
  readonly context: RunContext
  readonly ask: ClusterAsk
  readonly tell: (event: StepEvent) => void
  readonly elapsed: () => number
  readonly signal: AbortSignal
}

/** The cluster as it is now, told to everybody. */
export async function seen({ context, ask }: Step): Promise<ClusterSeen> {
  await context.truth.observe.cluster(ask.cluster)
  context.truth.publish()
  return context.truth.seen.clusters.get(ask.cluster.id) ?? { kind: 'absent', wasMade: false }
}

/** Throws MaculaError `refused` once the start was interrupted. */
export function stillWanted({ ask }: Step, signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new MaculaError({
    kind: 'refused',
    what: `The wait for ${ask.row.title} was interrupted.`,
    why: 'The start was interrupted.',
    todo: `maculactl up ${ask.row.id} continues where it stopped.`,
  })
}
