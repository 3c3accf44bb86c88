import type { ServiceView, Snapshot } from './snapshot.ts'

/**
 * Below this a change of a duration tells a person nothing (ms): all is there at once. When all services are asked at the same
 * moment, each of them answers so much sooner or later by whose turn on the processor it is.
 */
const JITTER_MS = 50

/** "3 ms", "5.0 s", "2 min 5 s": durations within sentences; the numbers beside them decide. */
const durations = /(?:< )?\d+(?:\.\d+)? (?:ms|s|min|h|d)\b(?: \d+ (?:s|min|h)\b)?/g

/**
 * Whether a face would show the same for both: revision and time of the look do not count, and durations only when
 * they grew or shrank by half or more. While something starts or stops every look counts, because its clock is shown.
 */
export function looksSame(one: Snapshot, two: Snapshot): boolean {
  // Where only one of them is busy, a state differs.
  if (one.services.some(({ state }) => isBusy(state))) return false
  return same({ ...one, rev: 0, at: 0 }, { ...two, rev: 0, at: 0 }, '')
}

/**
 * `next` with what `last` has of each service and cause that a face would show the same: how long an answer took is another with
 * every look, and a service that only differs by that would be told, sent and drawn again. What starts or stops stays as it is.
 */
export function keepLooks(last: Snapshot, next: Snapshot): Snapshot {
  return {
    ...next,
    services: keepAlike(last.services, next.services, ({ state }) => !isBusy(state)),
    causes: keepAlike(last.causes, next.causes, () => true),
  }
}

function keepAlike<T extends { readonly id: string }>(
  last: readonly T[],
  next: readonly T[],
  isCalm: (one: T) => boolean,
): readonly T[] {
  const before = new Map(last.map((one) => [one.id, one]))
  return next.map((one) => {
    const known = before.get(one.id)
    return known !== undefined && isCalm(one) && same(known, one, '') ? known : one
  })
}

function isBusy(state: ServiceView['state']): boolean {
  return state === 'starting' || state === 'stopping'
}

function same(one: unknown, two: unknown, key: string): boolean {
  if (one === two) return true
  if (typeof one === 'number' && typeof two === 'number')
    return (key === 'ms' || key === 'answerMs') && isJitter(one, two)
  if (typeof one === 'string' && typeof two === 'string')
    return one.replaceAll(durations, '#') === two.replaceAll(durations, '#')
  if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) return false
  const left = Object.entries(one)
  const right = new Map<string, unknown>(Object.entries(two))
  return (
    left.length === right.size &&
    left.every(([name, value]) => right.has(name) && same(value, right.get(name), name))
  )
}

function isJitter(one: number, two: number): boolean {
  const less = Math.min(one, two)
  const more = Math.max(one, two)
  return more < JITTER_MS || more < less * 1.5
}
