/** What happened to the services and on the machine, and by whom: the entries of the one timeline. */
import type { SharedCause } from './snapshot.ts'

/** By which face a person asked for something. */
export const activityFaces = ['window', 'tray', 'browser', 'command line'] as const
export type ActivityFace = (typeof activityFaces)[number]

/** What a person may ask for; `machine` and `undo` change the machine itself. */
export const activityVerbs = [
  'start',
  'stop',
  'restart',
  'pull',
  'update',
  'fix',
  'reset',
  'put back',
  'delete',
  'secrets',
  'add app',
  'remove app',
  'database',
  'bucket',
  'snapshot',
  'restore snapshot',
  'bring back',
  'tls',
  'migrate',
  'migrate back',
  'machine',
  'undo',
] as const
export type ActivityVerb = (typeof activityVerbs)[number]

/**
 * One thing that happened. `at`: epoch ms of when it was seen, of runs of their end. `clock`: the clock was ahead and said this
 * then; `at` is about when it was. Never written down.
 */
export type ActivityEntry = { readonly at: number; readonly clock?: number | undefined } & (
  | {
      /** Somebody asked for it. */
      readonly kind: 'run'
      readonly verb: ActivityVerb
      readonly by: ActivityFace
      /** Services that it was about, or that came out of "all"; of changes of the machine their titles. */
      readonly about: readonly string[]
      readonly failed: readonly { readonly service: string; readonly reason: string }[]
      readonly result: 'done' | 'failed' | 'interrupted' | 'refused'
      /** Services that it did not come to, as it was interrupted. */
      readonly left?: readonly string[] | undefined
      /** Why it did not come to its end, when it was refused or threw. */
      readonly says?: string | undefined
      readonly ms: number
    }
  /** It answers; `since`: its container runs since then. */
  | { readonly kind: 'works'; readonly service: string; readonly since?: number | undefined }
  | {
      readonly kind: 'failed'
      readonly service: string
      readonly reason: string
      /** It was so when somebody looked again: it happened at some time before. */
      readonly before?: true | undefined
      /** It changes again and again; what it does in the rest of this hour is not written down. */
      readonly often?: true | undefined
    }
  /** It ended, and no face of ours was asked for it. */
  | { readonly kind: 'stopped'; readonly service: string; readonly before?: true | undefined }
  | {
      /** What hit several services at once. Written when it begins (without `to`) and when it is over. */
      readonly kind: 'trouble'
      readonly cause: SharedCause['id']
      /** The only service that has it, which still works another way; absent: several. */
      readonly service?: string | undefined
      readonly what: string
      readonly why: string
      readonly from: number
      readonly to?: number | undefined
    }
  | {
      /** An interface of the machine came, went or got another address. */
      readonly kind: 'network'
      readonly link: string
      /** Empty: it is gone. */
      readonly address: string
      /** Empty: it was not there. */
      readonly was: string
    }
)

export type ActivityKind = ActivityEntry['kind']

/** What entries are told apart by when somebody chooses some: each entry is in one. */
export const activityGroups = [
  'started',
  'stopped',
  'failed',
  'names',
  'network',
  'machine',
  'images',
  'data',
  'trouble',
] as const
export type ActivityGroup = (typeof activityGroups)[number]

const groupOfVerb: Readonly<Record<ActivityVerb, ActivityGroup>> = {
  start: 'started',
  restart: 'started',
  fix: 'started',
  stop: 'stopped',
  delete: 'stopped',
  'remove app': 'stopped',
  'add app': 'started',
  pull: 'images',
  update: 'images',
  reset: 'data',
  'put back': 'data',
  secrets: 'data',
  database: 'data',
  bucket: 'data',
  snapshot: 'data',
  'restore snapshot': 'data',
  'bring back': 'data',
  migrate: 'machine',
  'migrate back': 'machine',
  tls: 'machine',
  machine: 'machine',
  undo: 'machine',
}

/** Whether what it is about is stopped by it: its end is no news then. */
export const becomesOff = (verb: ActivityVerb): boolean =>
  verb === 'stop' || verb === 'reset' || verb === 'put back' || verb === 'delete'

/** The group that an entry is in; what was asked for and failed is a failure. */
export function groupOf(entry: ActivityEntry): ActivityGroup {
  switch (entry.kind) {
    case 'run':
      return entry.result === 'failed' ? 'failed' : groupOfVerb[entry.verb]
    case 'works':
      return 'started'
    case 'failed':
      return 'failed'
    case 'stopped':
      return 'stopped'
    case 'network':
      return 'network'
    case 'trouble':
      if (entry.cause === 'names' || entry.cause === 'hosts') return 'names'
      return entry.cause === 'route' || entry.cause === 'network' ? 'network' : 'trouble'
  }
}

/** The services that an entry is about. */
export function servicesOf(entry: ActivityEntry): readonly string[] {
  switch (entry.kind) {
    case 'run':
      return entry.verb === 'machine' || entry.verb === 'undo' ? [] : entry.about
    case 'works':
    case 'failed':
    case 'stopped':
      return [entry.service]
    case 'trouble':
      return entry.service === undefined ? [] : [entry.service]
    case 'network':
      return []
  }
}

/** Everything that is kept, as far as it can be read. */
export interface ActivityRead {
  /** Oldest first. */
  readonly entries: readonly ActivityEntry[]
  /** Lines of the file that cannot be read; the others are there all the same. */
  readonly broken: number
  /** Changes with every change of what is kept. */
  readonly mark: string
  /** Why what happens now cannot be kept. */
  readonly trouble?: { readonly what: string; readonly why: string; readonly todo: string } | undefined
}

/** What is chosen of a timeline. */
export interface ActivityChoice {
  /** Epoch ms. */
  readonly since?: number | undefined
  /** None: all. */
  readonly services: readonly string[]
  readonly groups: readonly ActivityGroup[]
}

/** Whether an entry is chosen. What is about no service of its own is about none that somebody names. */
export function isChosen(entry: ActivityEntry, { since, services, groups }: ActivityChoice): boolean {
  if (since !== undefined && entry.at < since) return false
  if (groups.length > 0 && !groups.includes(groupOf(entry))) return false
  return services.length === 0 || servicesOf(entry).some((id) => services.includes(id))
}

/** What a trouble is told apart by from others that go on at the same time. */
export function troubleKey({
  cause,
  service,
}: Pick<Extract<ActivityEntry, { kind: 'trouble' }>, 'cause' | 'service'>): string {
  return service === undefined ? cause : `${cause} ${service}`
}

/** What a run did is in its entry: the same of one of its services this long after it is left out (ms). */
const RUN_TAIL_MS = 15_000

/**
 * A timeline without what it tells twice: what came and went is one entry where it ended, and what services became by a run is
 * told by the run. Entries in the order of time.
 */
export function withoutTwice(entries: readonly ActivityEntry[]): readonly ActivityEntry[] {
  const over = new Set<string>()
  const runs: { readonly from: number; readonly to: number; readonly services: ReadonlySet<string> }[] = []
  for (const entry of entries) {
    if (entry.kind === 'trouble' && entry.to !== undefined) over.add(`${troubleKey(entry)} ${entry.from}`)
    if (entry.kind === 'run' && servicesOf(entry).length > 0)
      runs.push({
        from: entry.at - entry.ms,
        to: entry.at + RUN_TAIL_MS,
        services: new Set([...entry.about, ...entry.failed.map(({ service }) => service)]),
      })
  }
  const isTold = (service: string, at: number): boolean =>
    runs.some((run) => at >= run.from && at <= run.to && run.services.has(service))
  return entries.filter((entry) => {
    switch (entry.kind) {
      case 'trouble':
        return entry.to !== undefined || !over.has(`${troubleKey(entry)} ${entry.from}`)
      case 'works':
      case 'stopped':
        return !isTold(entry.service, entry.at)
      case 'failed':
        // What fails after it was started is news, also soon after.
        return !runs.some(
          (run) => run.services.has(entry.service) && entry.at >= run.from && entry.at < run.to - RUN_TAIL_MS,
        )
      case 'run':
      case 'network':
        return true
    }
  })
}

/** A text in an entry, bounded: what programs say may have a megabyte. */
const MOST_TEXT = 600
/** Services and failures in one entry. */
const MOST_NAMED = 100

const short = (text: string): string => (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text)

/** The entry within its bounds: no text and no list in it may grow without end. */
export function bounded(entry: ActivityEntry): ActivityEntry {
  switch (entry.kind) {
    case 'run':
      return {
        ...entry,
        about: entry.about.slice(0, MOST_NAMED).map(short),
        failed: entry.failed
          .slice(0, MOST_NAMED)
          .map(({ service, reason }) => ({ service: short(service), reason: short(reason) })),
        ...(entry.left === undefined ? {} : { left: entry.left.slice(0, MOST_NAMED).map(short) }),
        ...(entry.says === undefined ? {} : { says: short(entry.says) }),
      }
    case 'works':
    case 'stopped':
      return { ...entry, service: short(entry.service) }
    case 'failed':
      return { ...entry, service: short(entry.service), reason: short(entry.reason) }
    case 'trouble':
      return {
        ...entry,
        ...(entry.service === undefined ? {} : { service: short(entry.service) }),
        what: short(entry.what),
        why: short(entry.why),
      }
    case 'network':
      return { ...entry, link: short(entry.link), address: short(entry.address), was: short(entry.was) }
  }
}
