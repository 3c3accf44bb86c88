import { z } from 'zod'
import { list, meta } from './objects.ts'

/** Where a program is run: one container of one pod. */
export interface PodPlace {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

/** Which container kubectl takes of a pod with several (kubectl, pkg/cmd/util/podcmd). */
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

const pod = z.looseObject({
  metadata: meta,
  spec: z.looseObject({ containers: z.array(z.looseObject({ name: z.string() })).default([]) }),
  status: z
    .looseObject({
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
      containerStatuses: z
        .array(
          z.looseObject({
            name: z.string(),
            state: z.looseObject({ running: z.looseObject({}).optional() }).prefault({}),
          }),
        )
        .default([]),
    })
    .prefault({}),
})
type Pod = z.infer<typeof pod>

/** The container that is entered: the one that its manifest names, else the first, of those that run. */
function containerOf({ metadata, spec, status }: Pod): string | undefined {
  const runs = new Set(status.containerStatuses.filter(({ state }) => state.running).map(({ name }) => name))
  const named = metadata.annotations[DEFAULT_CONTAINER]
  if (named !== undefined && runs.has(named)) return named
  return spec.containers.find(({ name }) => runs.has(name))?.name
}

/** Whoever comes later in it is a worse place: one that is ready goes first, one that is being deleted last. */
const rank = ({ metadata, status }: Pod): number =>
  (typeof metadata.deletionTimestamp === 'string' ? 2 : 0) +
  (status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True') ? 0 : 1)

/**
 * Where programs of an application are run, by a PodList: of several pods the newest that is ready, because that one has what was
 * put in last. Undefined: no container of it runs.
 */
export function enteredOf(value: unknown, namespace: string): PodPlace | undefined {
  const places = (list(pod).safeParse(value).data?.items ?? []).flatMap((item) => {
    const container = containerOf(item)
    const born = Date.parse(item.metadata.creationTimestamp ?? '') || 0
    return container === undefined ? [] : [{ item, container, born }]
  })
  const [first] = places.sort((one, two) => rank(one.item) - rank(two.item) || two.born - one.born)
  return (
    first && {
      namespace: first.item.metadata.namespace ?? namespace,
      pod: first.item.metadata.name,
      container: first.container,
    }
  )
}
