/** What the window knows, and how it changes with what the engine tells. Pure: no link, no clock, no screen. */
import type { About, RunView, Told } from '../../preload/contract.ts'
import type { BackupListed } from '../../main/model/backup.ts'
import type { Place } from '../../main/model/places.ts'
import type { Fix } from '../../main/model/ladder.ts'
import type { StepEvent } from '../../main/model/run.ts'
import type { SettingsView } from '../../main/model/service.ts'
import type { TerminalKind } from '../../main/model/terminal.ts'
import type { Snapshot, State } from '../../main/model/snapshot.ts'
import { keepSame } from '../../main/model/snapshot-changes.ts'
import type { Consequences } from '../../main/model/run.ts'
import type { Checked } from './checked.ts'
import type { Deed } from './deeds.ts'
import { allProblems } from './problems.ts'
import { drawn, type Expected } from './expected.ts'
import type { Looked } from './looked.ts'
import { hearPull, noPulls, type Pulls } from './pulls.ts'
import { hearMigration, type MigrationJob } from './migration-job.ts'
import { hearRoot, type RootJob } from './root-job.ts'
import { sayShell } from '../words/shell.ts'

export type { Place } from '../../main/model/places.ts'

/** Something a person should read now: what happened, why, what to do. Stands in the strip until it is put away. */
export interface Note {
  readonly kind: 'failed' | 'told'
  readonly title: string
  readonly what: string
  readonly why: string
  readonly todo: string
  /** Copyable command, when there is one. */
  readonly command?: string
  /** Whom it is about: once that service can be used it is over, and told no more. */
  readonly service?: string
}

/** A question that stands before everything else. */
export type Asking =
  | {
      readonly kind: 'stop'
      readonly title: string
      readonly services: readonly string[]
      readonly consequences: Consequences
      /** Stop all: nothing else is left to be named. */
      readonly all: boolean
    }
  /** Clusters that a start creates first: what they cost. */
  | {
      readonly kind: 'create'
      readonly title: string
      readonly services: readonly string[]
      readonly clusters: readonly string[]
    }
  /** Ending who has a port: it is not ours, so it is asked. */
  | { readonly kind: 'release'; readonly fix: Fix }
  /** Deleting a cluster: its name has to be typed. */
  | { readonly kind: 'delete'; readonly service: string }
  /** A set is edited; null: a new one. */
  | { readonly kind: 'set'; readonly name: string | null }
  /** A terminal in what runs. */
  | { readonly kind: 'terminal'; readonly service: string; readonly what: TerminalKind }
  /** Snapshots in files: one is made, or `listed` is shown, restored or deleted; or a restore is stopped in the middle. */
  | {
      readonly kind: 'snapshot'
      readonly about:
        | { readonly does: 'create'; readonly name?: string }
        | { readonly does: 'show' | 'restore' | 'delete'; readonly listed: BackupListed }
        | { readonly does: 'back'; readonly name: string }
        | { readonly does: 'stop'; readonly run: string; readonly title: string }
    }
  | { readonly kind: 'closing' }
  | { readonly kind: 'no tray' }
  /** `typed`: what was typed before its field was there. */
  | { readonly kind: 'palette'; readonly typed: string }
  | { readonly kind: 'keys' }

export interface ShellState {
  readonly snapshot: Snapshot | null
  /** The snapshot as it is drawn: the engine's with what was just clicked laid over it. */
  readonly shown: Snapshot | null
  readonly expected: readonly Expected[]
  readonly runs: readonly RunView[]
  /** The last step of each run that goes on. */
  readonly steps: Readonly<Record<string, StepEvent>>
  readonly pulls: Pulls
  /** The last run of root's program that this window asked for. */
  readonly root: RootJob | null
  /** The last take-over of what was here before that this window asked for. */
  readonly migration: MigrationJob | null
  readonly checked: Checked | null
  /** What was pressed: what goes on, and the last that ended, as long as that is said. */
  readonly deeds: readonly Deed[]
  /** The last look that a person asked for, as long as it is said. */
  readonly looked: Looked | null
  readonly connected: boolean
  /** Epoch ms since when the connection is lost. */
  readonly lostAt: number | null
  readonly settings: SettingsView | null
  readonly about: About | null
  readonly place: Place
  /** The row that is selected on the home view. */
  readonly selected: string | null
  /** Which problem the strip shows, an index into problemsOf. */
  readonly problem: number
  readonly note: Note | null
  /** What was just copied, said in its row for a moment. */
  readonly copied: { readonly service: string; readonly text: string } | null
  readonly asking: Asking | null
  /** The run whose end with a snapshot a person has put away. */
  readonly putAway: string | null
}

/** What the window knows before anything was told. */
export const nothingKnown: ShellState = {
  snapshot: null,
  shown: null,
  expected: [],
  runs: [],
  steps: {},
  pulls: noPulls,
  root: null,
  migration: null,
  checked: null,
  deeds: [],
  looked: null,
  connected: true,
  lostAt: null,
  settings: null,
  about: null,
  place: { view: 'services' },
  selected: null,
  problem: 0,
  note: null,
  copied: null,
  asking: null,
  putAway: null,
}

/** Whether this page is served by `maculactl ui`, which somebody has to start again when it ends. */
export function isBrowser({ about }: ShellState): boolean {
  return about?.face !== 'desktop'
}

/**
 * Whether a note is over: what it tells of a service is, because that works by now; or something else went wrong since,
 * which it would hide. `last`: what was known before.
 */
function isOver({ service }: Note, last: Snapshot | null, next: Snapshot): boolean {
  const of = ({ services }: Snapshot): State | undefined =>
    service === undefined ? undefined : services.find(({ id }) => id === service)?.state
  if (of(next) === 'works') return true
  if (last === null) return false
  // It had a problem and could be used: then the note is about that problem.
  if (of(next) === 'degraded' && of(last) !== 'degraded') return true
  const before = new Set(allProblems(last).map(({ title }) => title))
  return allProblems(next).some(
    (problem) => !before.has(problem.title) && (problem.service === undefined || problem.service !== service),
  )
}

/** What changes when the engine tells something; an empty object when nothing does. `now` in epoch ms. */
export function hear(state: ShellState, told: Told, now: number): Partial<ShellState> {
  switch (told.event) {
    case 'snapshot': {
      const { payload } = told
      // An older one may come late; after the engine was started again its count begins anew, with a later time.
      const last = state.snapshot
      if (last && payload.rev <= last.rev && payload.at <= last.at) return {}
      const snapshot = keepSame(last, payload)
      const over = state.note !== null && isOver(state.note, last, snapshot) ? { note: null } : {}
      return { snapshot, ...drawn(snapshot, state.expected, now), ...over }
    }
    case 'runs': {
      const alive = new Set(told.payload.map((run) => run.run))
      return {
        runs: told.payload,
        steps: Object.fromEntries(Object.entries(state.steps).filter(([run]) => alive.has(run))),
      }
    }
    case 'run':
      return {
        steps: { ...state.steps, [told.payload.run]: told.payload.event },
        pulls: hearPull(state.pulls, told.payload.event, now),
      }
    case 'settings':
      return { settings: told.payload }
    case 'connected':
      if (told.payload === state.connected) return {}
      return {
        connected: told.payload,
        lostAt: told.payload ? null : now,
        // A question to an engine that is gone cannot be answered.
        ...(told.payload || !isForEngine(state.asking) ? {} : { asking: null }),
      }
    case 'show': {
      const { asks, lost, ...place } = told.payload
      return {
        place,
        asking:
          asks !== undefined && place.service !== undefined ? { kind: asks, service: place.service } : null,
        ...(lost === true ? { note: sayShell.noSuchLink } : {}),
      }
    }
    case 'closing':
      return { asking: { kind: 'closing' } }
    case 'migration':
      return { migration: hearMigration(state.migration, told.payload) }
    case 'root':
      return { root: hearRoot(state.root, told.payload) }
    // The link makes a whole snapshot of them.
    case 'changes':
    case 'log':
    case 'stats':
    case 'terminal':
    case 'streamEnd':
      return {}
  }
}

function isForEngine(asking: Asking | null): boolean {
  return (
    asking?.kind === 'stop' ||
    asking?.kind === 'release' ||
    asking?.kind === 'delete' ||
    asking?.kind === 'palette'
  )
}
