import { coalesce } from '../../model/coalesce.ts'
import type { Catalog } from '../../model/service.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { AppsAdapter } from '../adapters.ts'
import type { Truth } from '../look/truth.ts'

/** The applications whose files are others than those that were put in, and that are to follow them. */
export function toPutIn(
  catalog: Catalog,
  clusters: Truth['seen']['clusters'],
  wanted: ReadonlySet<string>,
): readonly string[] {
  return catalog.services.flatMap(({ id, runtime }) => {
    const place = runtime.kind === 'cluster' ? runtime.app?.place : undefined
    if (runtime.kind !== 'cluster' || place?.follow !== true || !wanted.has(id)) return []
    const seen = clusters.get(runtime.cluster.id)
    const sum = seen?.kind === 'up' ? seen.apps.get(id)?.sum : undefined
    return sum !== undefined && sum !== place.sum ? [id] : []
  })
}

/**
 * Follows applications that are used where they lie, while somebody watches: the catalog is read again when a file of one
 * changed, and what is to follow its files is put in. Each change is tried once; that it failed is told by its row.
 */
export function followApps(input: {
  readonly apps: AppsAdapter
  readonly truth: Truth
  readonly catalog: () => Catalog
  readonly took: (next: Catalog) => void
  readonly putIn: (ids: readonly string[], signal: AbortSignal) => Promise<void>
  readonly reconcile: () => Promise<void>
}) {
  const { apps, truth, catalog, took, putIn, reconcile } = input
  let watchers = 0
  let following: AbortController | undefined
  /** The files of each application that were tried to be put in by themselves. */
  const tried = new Map<string, string>()

  const sumOf = (id: string): string => {
    const runtime = catalog().services.find((one) => one.id === id)?.runtime
    return (runtime?.kind === 'cluster' ? runtime.app?.place?.sum : undefined) ?? ''
  }

  /** Reads the catalog again; whether it is another one. */
  async function again(): Promise<boolean> {
    const next = await apps.catalog().catch(() => undefined)
    if (!next || JSON.stringify(next) === JSON.stringify(catalog())) return false
    took(next)
    return true
  }

  const changed = coalesce(async () => {
    if (!(await again())) return
    await truth.observe.clusters()
    truth.publish()
    await reconcile()
    await putInChanged()
  })

  const putInChanged = coalesce(async () => {
    const signal = following?.signal
    if (!signal || signal.aborted) return
    const ids = toPutIn(catalog(), truth.seen.clusters, truth.seen.wanted).filter(
      (id) => tried.get(id) !== sumOf(id),
    )
    if (ids.length === 0) return
    for (const id of ids) tried.set(id, sumOf(id))
    await putIn(ids, signal)
  })

  return {
    async again(): Promise<void> {
      if (await again()) truth.publish()
    },
    /** As the truth's own, with the files followed for as long as somebody watches. */
    subscribe(tell: (snapshot: Snapshot) => void, attention?: 'closely' | 'calmly'): () => void {
      watchers += 1
      if (!following) {
        following = new AbortController()
        apps.follow(following.signal, () => void changed().catch(() => undefined))
      }
      const undo = truth.subscribe((snapshot) => {
        tell(snapshot)
        // It may have changed while nobody watched, or while its cluster was away.
        void putInChanged().catch(() => undefined)
      }, attention)
      let over = false
      return () => {
        undo()
        if (over) return
        over = true
        watchers -= 1
        if (watchers > 0) return
        following?.abort()
        following = undefined
      }
    },
    close(): void {
      following?.abort()
      following = undefined
    },
  }
}
