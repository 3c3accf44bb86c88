/** What each row of home is drawn from, so that a change is heard by the rows that it is about and by no other. */
import type { Fix } from '../../main/model/ladder.ts'
import { missedOf } from '../../main/model/missed.ts'
import { problemsOfService } from '../../main/model/problems.ts'
import type { ServiceView, Snapshot } from '../../main/model/snapshot.ts'
import type { Shell } from './shell.ts'
import type { ShellState } from './state.ts'

export interface RowFacts {
  readonly view: ServiceView
  readonly suffix: string
  /** Titles of what runs and misses it, a line each. */
  readonly missed: string
  /** The fix of the row's own trouble; what is shared is repaired once, in the strip. */
  readonly own: Fix | undefined
  /** What was just copied from this row. */
  readonly copied: string | undefined
  readonly dockerUp: boolean
}

export type Rows = ReadonlyMap<string, RowFacts>

type Known = Pick<ShellState, 'shown' | 'copied' | 'connected'>

export const noRows: Rows = new Map()

/** The rows of what is known; those of `last` where nothing changed. */
export function rowsOf(last: Rows, { shown, copied, connected }: Known): Rows {
  if (shown === null) return noRows
  const dockerUp = connected && shown.docker.kind === 'up'
  const missed = missedOf(shown)
  const rows = new Map<string, RowFacts>()
  for (const view of shown.services) {
    const next: RowFacts = {
      view,
      suffix: shown.suffix,
      missed: missed.get(view.id)?.join('\n') ?? '',
      own: ownFix(shown, view),
      copied: copied?.service === view.id ? copied.text : undefined,
      dockerUp,
    }
    const before = last.get(view.id)
    rows.set(view.id, before !== undefined && isSame(before, next) ? before : next)
  }
  return rows
}

function isSame(one: RowFacts, two: RowFacts): boolean {
  return (
    one.view === two.view &&
    one.suffix === two.suffix &&
    one.missed === two.missed &&
    one.own === two.own &&
    one.copied === two.copied &&
    one.dockerUp === two.dockerUp
  )
}

function ownFix(snapshot: Snapshot, view: ServiceView): Fix | undefined {
  // What works has no trouble of its own.
  if (view.state !== 'failed' && view.state !== 'degraded') return undefined
  return problemsOfService(snapshot, view).find((problem) => problem.service === view.id)?.headline.fix
}

/** Tells each row of its own changes. */
export interface RowHub {
  get(id: string): RowFacts | undefined
  /** `tell` is called when that row's facts changed; returns its undo. */
  subscribe(id: string, tell: () => void): () => void
}

const hubs = new WeakMap<Shell['store'], RowHub>()

/** The one hub of a store: it listens to the store while any row listens to it. */
export function rowHub(store: Shell['store']): RowHub {
  const hub = hubs.get(store) ?? createHub(store)
  hubs.set(store, hub)
  return hub
}

function createHub(store: Shell['store']): RowHub {
  const listeners = new Map<string, Set<() => void>>()
  let rows = noRows
  /** The rows that the listeners know. */
  let told = noRows
  let known: Known | undefined
  let quiet: (() => void) | undefined
  const update = (): void => {
    const state = store.getState()
    if (known?.shown === state.shown && known.copied === state.copied && known.connected === state.connected)
      return
    known = state
    rows = rowsOf(rows, state)
  }
  const hear = (): void => {
    // Not `rows` of a moment ago: whoever draws meanwhile may have asked for them already.
    const before = told
    update()
    told = rows
    if (rows === before) return
    for (const [id, all] of listeners) if (rows.get(id) !== before.get(id)) for (const tell of all) tell()
  }
  return {
    get(id) {
      update()
      return rows.get(id)
    },
    subscribe(id, tell) {
      if (quiet === undefined) {
        update()
        told = rows
        quiet = store.subscribe(hear)
      }
      const all = listeners.get(id) ?? new Set()
      listeners.set(id, all.add(tell))
      return () => {
        all.delete(tell)
        if (all.size === 0) listeners.delete(id)
        if (listeners.size > 0) return
        quiet?.()
        quiet = undefined
      }
    },
  }
}
