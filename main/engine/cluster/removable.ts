import type { ClusterSeen } from '../../model/cluster.ts'
import { nodeImageOf } from '../../model/node-image.ts'
import { MaculaError } from '../../model/errors.ts'
import type { StepEvent } from '../../model/run.ts'
import { sayList } from '../../model/say.ts'
import type { RunContext } from '../run/context.ts'
import { pullMissing } from '../run/images.ts'
import { portsAreFree } from './ports-free.ts'
import type { ClusterAsk } from './wanted.ts'

/** A cluster that is asked for, as it was seen just now. */
export interface AskedCluster {
  readonly ask: ClusterAsk
  readonly seen: ClusterSeen
}

const isTheirs = ({ seen }: AskedCluster): boolean =>
  seen.kind === 'foreign' || ('adopted' in seen && seen.adopted)

/** Throws MaculaError where one of some clusters was made by somebody else: of several nothing is removed while one of them stays. */
export function needOurs(all: readonly AskedCluster[]): void {
  const theirs = all.filter(isTheirs)
  if (theirs.length === 0) return
  const ours = all.filter((one) => !isTheirs(one))
  const names = theirs.map(({ ask }) => ask.cluster.name)
  throw new MaculaError({
    kind: 'failed',
    what: `Macula did not create ${sayList(names, 9)}. It removes only what it created: nothing was removed.`,
    why:
      ours.length === 0
        ? 'Whoever made it owns what is in it.'
        : `${sayList(
            ours.map(({ ask }) => ask.cluster.id),
            9,
          )} would be removed alone: name only what to remove.`,
    todo: `Whoever created it can remove it, with what is in it: ${names.map((name) => `kind delete cluster --name ${name}`).join(', ')}.`,
  })
}

/**
 * Throws MaculaError where clusters could not be created: no kind for their node image, or no such image, both of which are brought
 * now, or a port that somebody else has.
 */
export async function needKindAndImages(
  context: RunContext,
  all: readonly AskedCluster[],
  tell: (event: StepEvent) => void,
  elapsed: () => number,
  signal: AbortSignal,
): Promise<void> {
  const { adapters, settings } = context
  // While it runs its ports are its own.
  for (const { ask, seen } of all)
    if (seen.kind !== 'up' && seen.kind !== 'down') await portsAreFree({ context, ask }, 'removed')
  const images = [...new Set(all.map(({ ask }) => nodeImageOf(ask.cluster, settings.clusters.nodes)))]
  const say = (says: string): void => tell({ kind: 'note', ms: elapsed(), says })
  for (const image of images) await adapters.clusters.bring(image, say, signal)
  const troubles = await pullMissing(
    adapters,
    images.map((image) => ({ image })),
    tell,
    elapsed,
    signal,
  )
  for (const trouble of troubles.values())
    throw new MaculaError({
      ...trouble,
      what: 'Nothing was removed, because it could not be created again.',
      why: [trouble.what, trouble.why].filter(Boolean).join(' '),
    })
}
