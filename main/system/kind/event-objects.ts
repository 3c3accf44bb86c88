import { z } from 'zod'
import type { ClusterEvent } from '../../model/cluster.ts'
import { instant, list } from './objects.ts'

/** What a cluster tells about its objects, as its API server gives it. */

const event = z.looseObject({
  type: z.string().default('Normal'),
  reason: z.string().default(''),
  message: z.string().default(''),
  count: z.number().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  metadata: z.looseObject({
    creationTimestamp: z.string().nullish(),
    resourceVersion: z.string().default(''),
  }),
  series: z.looseObject({ count: z.number().default(1), lastObservedTime: z.string().nullish() }).nullish(),
  involvedObject: z.looseObject({ kind: z.string().default(''), name: z.string().default('') }),
})

/** Events, newest first. `ownerOf`: the application of an object's name. */
export function eventsOf(
  value: unknown,
  ownerOf: (name: string) => string | undefined,
): readonly ClusterEvent[] {
  return (list(event).safeParse(value).data?.items ?? [])
    .map((item) => {
      const app = ownerOf(item.involvedObject.name)
      const told: ClusterEvent = {
        at: instant(
          item.series?.lastObservedTime ??
            item.lastTimestamp ??
            item.eventTime ??
            item.metadata.creationTimestamp,
        ),
        warning: item.type === 'Warning',
        reason: item.reason,
        about: `${item.involvedObject.kind.toLowerCase()} ${item.involvedObject.name}`,
        says: item.message,
        count: item.series?.count ?? item.count ?? 1,
        ...(app === undefined ? {} : { app }),
      }
      return { told, version: item.metadata.resourceVersion }
    })
    .sort(
      // Most instants are whole seconds. Versions of one kind of object may be compared since Kubernetes 1.35 (KEP-5504).
      (one, two) =>
        two.told.at - one.told.at ||
        two.version.length - one.version.length ||
        two.version.localeCompare(one.version),
    )
    .map(({ told }) => told)
}
