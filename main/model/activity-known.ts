import { becomesOff, troubleKey, type ActivityEntry } from './activity.ts'
import { stillness } from './notices.ts'
import type { SharedCause, Snapshot } from './snapshot.ts'

/** A shared trouble, or one of a single service: since when, and with which words. */
type Trouble = Pick<
  Extract<ActivityEntry, { kind: 'trouble' }>,
  'cause' | 'service' | 'from' | 'what' | 'why'
>

/** What the timeline has told so far, or what was so when nothing was told yet. */
export interface Known {
  readonly services: Map<string, { readonly was: 'good' | 'bad' | 'off' }>
  /** Troubles that go on, by troubleKey(). */
  readonly troubles: Map<string, Trouble>
  /** Address of each interface that was seen; empty: it is gone. */
  readonly links: Map<string, string>
  /** When a service last changed, within an hour. */
  readonly changes: Map<string, readonly number[]>
}

/** More changes of one service within an hour are not written down: it flaps, and the rest must stay. */
export const MOST_CHANGES = 20
const HOUR_MS = 3_600_000
/** Within an hour; what a clock that was ahead wrote is of another time. */
const isLately = (at: number, now: number): boolean => Math.abs(now - at) < HOUR_MS

/** A trouble that is over before this is none (ms): many come and go while something starts. */
export const LASTING_MS = 5000

/** Causes that are told; the others are about what is there, not about what happens. */
const told: ReadonlySet<SharedCause['id']> = new Set([
  'docker',
  'names',
  'route',
  'forwarders',
  'ports',
  'network',
  'cluster',
  'limits',
  'hosts',
  'tls',
] satisfies readonly SharedCause['id'][])

export function nothingKnown(): Known {
  return { services: new Map(), troubles: new Map(), links: new Map(), changes: new Map() }
}

/** Takes one entry into what is known. Returns whether it told something that was not known. */
export function learn(known: Known, entry: ActivityEntry): boolean {
  const become = (service: string, was: 'good' | 'bad' | 'off'): boolean => {
    const isNew = known.services.get(service)?.was !== was
    if (!isNew) return false
    known.services.set(service, { was })
    const lately = (known.changes.get(service) ?? []).filter((at) => isLately(at, entry.at))
    known.changes.set(service, [...lately, entry.at])
    return true
  }
  switch (entry.kind) {
    case 'run':
      // What threw or was refused left everything as it was.
      if (entry.says !== undefined) return true
      for (const id of entry.about) {
        if (entry.failed.some(({ service }) => service === id)) continue
        if (becomesOff(entry.verb)) become(id, 'off')
        else if (entry.verb === 'start' || entry.verb === 'restart') become(id, 'good')
      }
      if (entry.verb === 'start' || entry.verb === 'restart')
        for (const { service } of entry.failed) become(service, 'bad')
      return true
    case 'works':
      return become(entry.service, 'good')
    case 'failed':
      return become(entry.service, 'bad')
    case 'stopped':
      return become(entry.service, 'off')
    case 'trouble': {
      const key = troubleKey(entry)
      const before = known.troubles.get(key)
      if (entry.to !== undefined) return known.troubles.delete(key)
      const { cause, service, from, what, why } = entry
      known.troubles.set(key, { cause, ...(service === undefined ? {} : { service }), from, what, why })
      return before === undefined
    }
    case 'network': {
      const isNew = known.links.get(entry.link) !== entry.address
      known.links.set(entry.link, entry.address)
      return isNew
    }
  }
}

export interface Seen {
  readonly snapshot: Snapshot
  /** Address of each interface of the machine that counts. */
  readonly links: ReadonlyMap<string, string>
  /** Services that a run of ours works on: what they become is told by the run. */
  readonly busy: ReadonlySet<string>
  /** Epoch ms. */
  readonly now: number
  /** Nobody looked before: what is found may have happened long ago. */
  readonly first: boolean
}

/**
 * What a snapshot tells that is not known yet. What nothing was known of is taken as it is (the first sight of a service
 * is no news, a failure is), in `known`. `pending`: since when a trouble is seen that is not told yet. `settling`: something
 * may be told later, though nothing changes.
 */
export function newsOf(
  known: Known,
  pending: Map<string, number>,
  { snapshot, links, busy, now, first }: Seen,
): { readonly news: readonly ActivityEntry[]; readonly settling: boolean } {
  const news: ActivityEntry[] = []
  let settling = false
  for (const view of snapshot.services) {
    const is = stillness(view, now)
    if (busy.has(view.id)) continue
    if (is === undefined) {
      settling ||= view.state === 'failed'
      continue
    }
    const was = known.services.get(view.id)?.was
    if (was === is) continue
    if (was === undefined && is !== 'bad') {
      known.services.set(view.id, { was: is })
      continue
    }
    const often = (known.changes.get(view.id) ?? []).filter((at) => isLately(at, now)).length
    if (often >= MOST_CHANGES) continue
    const before = first ? ({ before: true } as const) : {}
    if (is === 'bad')
      news.push({
        at: now,
        kind: 'failed',
        service: view.id,
        reason: view.headline?.what ?? view.reason,
        ...before,
        ...(often >= MOST_CHANGES - 2 ? { often: true } : {}),
      })
    else if (is === 'off') news.push({ at: now, kind: 'stopped', service: view.id, ...before })
    else
      news.push({
        at: now,
        kind: 'works',
        service: view.id,
        ...(view.since === undefined ? {} : { since: view.since }),
      })
  }
  const troubles = troublesOf(snapshot)
  for (const [key, trouble] of troubles) {
    if (known.troubles.has(key)) continue
    const from = pending.get(key) ?? now
    pending.set(key, from)
    if (now - from < LASTING_MS) settling = true
    else news.push({ at: now, kind: 'trouble', ...trouble, from })
  }
  for (const key of pending.keys()) if (!troubles.has(key) || known.troubles.has(key)) pending.delete(key)
  for (const [key, trouble] of known.troubles)
    if (!troubles.has(key) && isKnowing(snapshot, trouble.cause))
      news.push({ at: now, kind: 'trouble', ...trouble, to: now })
  return { news: [...news, ...linkNews(known, links, now)], settling }
}

/** What hits several services, and what keeps a single one from its own ports though it answers another way. */
function troublesOf({ causes, services }: Snapshot): ReadonlyMap<string, Omit<Trouble, 'from'>> {
  const shared = causes
    .filter(({ id }) => told.has(id))
    .map(({ id: cause, headline: { what, why } }) => ({ cause, what, why }))
  const single = services.flatMap(({ id, title, state, ladder }): readonly Omit<Trouble, 'from'>[] => {
    const rung = ladder.find((one) => one.id === 'forwarder' && one.state === 'round')
    if (state !== 'degraded' || !rung || causes.some((one) => one.id === rung.cause)) return []
    const { reason, says, why = '' } = rung
    const cause = rung.cause === 'forwarders' ? 'forwarders' : 'ports'
    return [{ cause, service: id, what: `${title}: ${reason ?? says}.`, why }]
  })
  return new Map([...shared, ...single].map((one) => [troubleKey(one), one]))
}

/** While Docker does not answer, nothing else is known to be over. */
function isKnowing(snapshot: Snapshot, cause: string): boolean {
  return cause === 'docker' || snapshot.docker.kind === 'up'
}

function linkNews(known: Known, links: ReadonlyMap<string, string>, now: number): readonly ActivityEntry[] {
  const isFirst = known.links.size === 0
  const news: ActivityEntry[] = []
  for (const [link, address] of links) {
    const was = known.links.get(link)
    if (was === address) continue
    if (isFirst) known.links.set(link, address)
    else news.push({ at: now, kind: 'network', link, address, was: was ?? '' })
  }
  for (const [link, was] of known.links)
    if (was !== '' && !links.has(link)) news.push({ at: now, kind: 'network', link, address: '', was })
  return news
}
