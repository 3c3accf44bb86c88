import { coalesce } from '../../model/coalesce.ts'
import type { Catalog } from '../../model/service.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { AppsAdapter } from '../adapters.ts'
import type { Truth } from '../look/truth.ts'

/** What could not be put in is tried again after this, then each time after twice as long, up to the most (ms). */
const AGAIN_MS = 5000
const AGAIN_MOST_MS = 300_000

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

/** Without what is in the files of applications that are used where they lie: those are put in, not looked for. */
const described = ({ services }: Catalog): string =>
  JSON.stringify(
    services.map((one) => (one.runtime.kind === 'cluster' && one.runtime.app?.place ? one.id : one)),
  )

/**
 * Follows what a person describes and applications that are used where they lie, while somebody watches: the catalog is read
 * again when a file of one changed, when something of ours that it does not know runs or is to run (another face started it),
 * and when somebody asks to look. What is to follow its files is put in. What got there is not put in again, whatever its pods do; what did not
 * (another Macula was at work, the cluster did not take it) is tried again, ever more seldom. Its row tells of both.
 */
export function followApps(input: {
  readonly apps: AppsAdapter
  readonly truth: Truth
  readonly catalog: () => Catalog
  readonly took: (next: Catalog) => void
  readonly putIn: (ids: readonly string[], signal: AbortSignal) => Promise<void>
  readonly reconcile: () => Promise<void>
  /** Epoch ms. */
  readonly now: () => number
}) {
  const { apps, truth, catalog, took, putIn, reconcile, now } = input
  let watchers = 0
  let following: AbortController | undefined
  /** Ends what is waited for after a put: pods of files that changed again meanwhile. */
  let waiting: AbortController | undefined
  /** The files of each application that were tried to be put in by themselves, and when that is tried again (epoch ms). */
  const tried = new Map<string, { readonly sum: string; readonly wait: number; readonly next: number }>()

  const sumOf = (id: string): string => {
    const runtime = catalog().services.find((one) => one.id === id)?.runtime
    return (runtime?.kind === 'cluster' ? runtime.app?.place?.sum : undefined) ?? ''
  }

  /** Reads the catalog again; whether it is another one. */
  async function again(): Promise<boolean> {
    const next = await apps.catalog().catch(() => undefined)
    if (!next || JSON.stringify(next) === JSON.stringify(catalog())) return false
    took(next)
    truth.followAgain()
    return true
  }

  const changed = coalesce(async () => {
    const before = described(catalog())
    if (!(await again())) return
    waiting?.abort()
    await truth.observe.clusters()
    truth.publish()
    // Names can wait for the next look; who saved a file waits for its pod.
    await reconcile().catch(() => undefined)
    // What came was never looked at: its image, its names, what it answers.
    if (described(catalog()) !== before) await truth.look()
    // It waits for pods: the next change is read meanwhile.
    void putInChanged().catch(() => undefined)
  })

  const putInChanged = coalesce(async () => {
    const signal = following?.signal
    if (!signal || signal.aborted) return
    const ids = toPutIn(catalog(), truth.seen.clusters, truth.seen.wanted).filter((id) => {
      const before = tried.get(id)
      return before?.sum !== sumOf(id) || now() >= before.next
    })
    if (ids.length === 0) return
    const sums = new Map(ids.map((id) => [id, sumOf(id)]))
    waiting = new AbortController()
    try {
      await putIn(ids, AbortSignal.any([signal, waiting.signal]))
    } finally {
      waiting = undefined
      for (const [id, sum] of sums) {
        const before = tried.get(id)
        const wait = before?.sum === sum ? Math.min(before.wait * 2, AGAIN_MOST_MS) : AGAIN_MS
        tried.set(id, { sum, wait, next: now() + wait })
      }
    }
  })

  /** What runs, or is to run, and has no row: the catalog was read again for each of them once. */
  const unknown = new Set<string>()

  function readForUnknown(): void {
    const rows = new Set(catalog().services.map(({ id }) => id))
    for (const id of unknown) if (rows.has(id)) unknown.delete(id)
    const fresh = [...truth.seen.containers.keys(), ...truth.seen.wanted].filter(
      (id) => !rows.has(id) && !unknown.has(id),
    )
    if (fresh.length === 0) return
    for (const id of fresh) unknown.add(id)
    void changed().catch(() => undefined)
  }

  let wasWatched = false

  return {
    async again(): Promise<void> {
      if (await again()) truth.publish()
    },
    /** Before a look that somebody asked for. Who never watched has read the catalog a moment ago. */
    async beforeLook(): Promise<void> {
      if (wasWatched && (await again())) void reconcile().catch(() => undefined)
    },
    /** As the truth's own, with the files followed for as long as somebody watches. */
    subscribe(tell: (snapshot: Snapshot) => void, attention?: 'closely' | 'calmly'): () => void {
      watchers += 1
      wasWatched = true
      if (!following) {
        following = new AbortController()
        apps.follow(following.signal, () => void changed().catch(() => undefined))
      }
      const undo = truth.subscribe((snapshot) => {
        tell(snapshot)
        readForUnknown()
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
