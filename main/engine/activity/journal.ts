import {
  withoutTwice,
  type ActivityEntry,
  type ActivityFace,
  type ActivityRead,
  type ActivityVerb,
} from '../../model/activity.ts'
import { LASTING_MS, learn, newsOf, nothingKnown } from '../../model/activity-known.ts'
import { createLearningCleaner } from '../../model/clean.ts'
import { SETTLING_MS } from '../../model/notices.ts'
import { troubleOf, type Trouble } from '../../model/errors.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { ActivityAdapter, Clock } from '../adapters.ts'

/** How often the machine's interfaces are compared while somebody watches (ms): nothing tells of them. */
const LINKS_MS = 5000
/** Entries that are held while they cannot be written. */
const MOST_HELD = 200

/** How what was asked for ended. */
export interface Outcome {
  readonly about: readonly string[]
  readonly failed: Extract<ActivityEntry, { kind: 'run' }>['failed']
  readonly result: Extract<ActivityEntry, { kind: 'run' }>['result']
  readonly left?: readonly string[]
}

/** What a face asked for. */
export interface Asked {
  readonly by: ActivityFace
  readonly verb: ActivityVerb
  /** The services that it works on; empty: those of its outcome. */
  readonly about: readonly string[]
  /** What it is about by its name, where that is no service: a database, a change of the machine. */
  readonly named?: readonly string[]
}

/** Writes the timeline: what snapshots tell, and what faces asked for. */
export interface Journal {
  see(snapshot: Snapshot): void
  /** Somebody watches: until the undo, the machine's interfaces are compared too. */
  watch(): () => void
  /** Does what a face asked for, and writes down how it ended. */
  asked<T>(what: Asked, work: () => Promise<T>, outcome: (value: T) => Outcome | undefined): Promise<T>
  read(): Promise<ActivityRead>
  /** Resolves when what was seen so far is written down, or cannot be. */
  settled(): Promise<void>
  close(): Promise<void>
}

const unkept: Journal = {
  see: () => undefined,
  watch: () => () => undefined,
  asked: async (_what, work) => await work(),
  read: () => Promise.resolve({ entries: [], broken: 0, mark: '' }),
  settled: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

/**
 * What is known is what the file tells: each look begins by reading what other processes wrote meanwhile, so that two faces
 * that watch write an entry once. `secrets`: none of them comes into the file.
 */
export function createJournal(input: {
  readonly activity: ActivityAdapter | undefined
  readonly clock: Clock
  readonly secrets: () => Promise<readonly string[]>
}): Journal {
  const { activity, clock } = input
  if (!activity) return unkept
  const keep = activity
  const clean = createLearningCleaner(input.secrets)
  const known = nothingKnown()
  const pending = new Map<string, number>()
  const busy = new Map<string, number>()
  let seen: Snapshot | undefined
  let isFirst = true
  let held: ActivityEntry[] = []
  let trouble: Trouble | undefined
  let working: Promise<void> | undefined
  let isOwed = false
  let again: NodeJS.Timeout | undefined
  let links: NodeJS.Timeout | undefined
  let watchers = 0
  let isClosed = false
  /** The interfaces that were compared last. */
  let compared = ''

  /** Whether a look would find something that no snapshot tells: other interfaces, or what could not be written. */
  function isDue(): boolean {
    try {
      return held.length > 0 || textOf(keep.links()) !== compared
    } catch {
      // Told by the look itself.
      return true
    }
  }

  /** Learns what was written since the last time, by whomever. */
  async function catchUp(): Promise<void> {
    for (const entry of await keep.news()) learn(known, entry)
  }

  async function write(entries: readonly ActivityEntry[]): Promise<void> {
    if (entries.length === 0 && held.length === 0) return
    await clean.learn()
    const all = [...held, ...entries.map((entry) => clean.deep(entry))].slice(-MOST_HELD)
    try {
      await keep.append(all)
      held = []
      trouble = undefined
    } catch (error) {
      held = all
      trouble = troubleOf(error)
    }
    for (const entry of entries) learn(known, entry)
  }

  async function compare(): Promise<void> {
    while (isOwed) {
      isOwed = false
      const snapshot = seen
      if (!snapshot) return
      await catchUp()
      const current = keep.links()
      compared = textOf(current)
      const { news, settling } = newsOf(known, pending, {
        snapshot,
        links: current,
        busy: new Set(busy.keys()),
        now: clock.now(),
        first: isFirst,
      })
      isFirst = false
      await write(news)
      clearTimeout(again)
      // Something is told later though nothing changes; nobody waits for it.
      if (settling && !isClosed && watchers > 0)
        again = setTimeout(soon, pending.size > 0 ? LASTING_MS : SETTLING_MS).unref()
    }
  }

  function soon(): void {
    if (isClosed) return
    isOwed = true
    // A timeline that cannot be kept stops nothing else.
    working ??= compare()
      .catch(() => undefined)
      .finally(() => {
        working = undefined
      })
  }

  function hold(ids: readonly string[], by: 1 | -1): void {
    for (const id of ids) {
      const count = (busy.get(id) ?? 0) + by
      if (count > 0) busy.set(id, count)
      else busy.delete(id)
    }
  }

  return {
    see(snapshot) {
      if (snapshot === seen || isClosed) return
      seen = snapshot
      soon()
    },
    watch() {
      watchers += 1
      links ??= setInterval(() => {
        if (isDue()) soon()
      }, LINKS_MS).unref()
      return () => {
        watchers -= 1
        if (watchers > 0) return
        clearInterval(links)
        clearTimeout(again)
        links = undefined
      }
    },
    async asked({ by, verb, about, named = about }, work, outcome) {
      const began = clock.now()
      hold(about, 1)
      const entry = (ended: Outcome & { readonly says?: string }): ActivityEntry => ({
        at: clock.now(),
        kind: 'run',
        verb,
        by,
        ms: Math.max(0, clock.now() - began),
        ...ended,
      })
      let told: ActivityEntry | undefined
      try {
        const value = await work()
        const ended = outcome(value)
        told = ended && entry(ended)
        return value
      } catch (error) {
        const { kind, what } = troubleOf(error)
        // Words that were off asked for nothing.
        if (kind !== 'usage')
          told = entry({
            about: named,
            failed: [],
            result: kind === 'refused' ? 'refused' : 'failed',
            says: what,
          })
        throw error
      } finally {
        if (told) {
          await catchUp().catch(() => undefined)
          await write([told]).catch(() => undefined)
        }
        hold(about, -1)
        // What its services became meanwhile was left to it.
        if (seen) soon()
      }
    },
    async read() {
      const { entries, ...rest } = await keep.read()
      return {
        ...rest,
        entries: withoutTwice([...entries, ...held]),
        ...(trouble === undefined
          ? {}
          : {
              trouble: {
                what: 'What happens now cannot be recorded.',
                why: trouble.why ?? trouble.what,
                todo: trouble.todo ?? '',
              },
            }),
      }
    },
    settled: async () => await working,
    async close() {
      isClosed = true
      clearInterval(links)
      clearTimeout(again)
      await working
    },
  }
}

const textOf = (links: ReadonlyMap<string, string>): string => JSON.stringify([...links])
