import { may } from '../../main/model/may.ts'
import type { ServiceView, Snapshot, State } from '../../main/model/snapshot.ts'

/** What a click should bring about, shown at once; truth replaces it, or its deadline does. */
export interface Expected {
  readonly service: string
  readonly state: 'starting' | 'stopping'
  /** The state the service had when it was clicked: any other one is truth. */
  readonly from: State
  /** Epoch ms after which the guess is given up; Infinity while what was asked for goes on. */
  readonly until: number
}

/** What makes a guess superfluous: the engine says it itself, or it is over. */
const said: Readonly<Record<Expected['state'], readonly State[]>> = {
  starting: ['starting', 'works', 'degraded'],
  stopping: ['stopped', 'not set up', 'unknown'],
}

/** How long a guess outlives the end of what was asked for, until the engine's next snapshot is here. */
export const EXPECT_MS = 4000

/**
 * The guesses for a click on `ids`: for services with which that may be done. They hold until `until`: a stop that waits
 * for its turn, or for those that need it, has nothing to show yet and must not look as if it had not been asked for.
 */
export function expect(
  snapshot: Snapshot | null,
  ids: readonly string[],
  state: Expected['state'],
  until: number,
): readonly Expected[] {
  const verb = state === 'starting' ? 'start' : 'stop'
  return (snapshot?.services ?? [])
    .filter((view) => ids.includes(view.id) && may(verb, view))
    .map((view) => ({ service: view.id, state, from: view.state, until }))
}

/** The snapshot with the guesses that still hold, and those guesses. */
export function drawn(
  snapshot: Snapshot | null,
  expected: readonly Expected[],
  now: number,
): { readonly shown: Snapshot | null; readonly expected: readonly Expected[] } {
  if (snapshot === null) return { shown: null, expected }
  const holding = expected.filter((guess) => {
    const view = snapshot.services.find((one) => one.id === guess.service)
    return view !== undefined && guess.until > now && !isOver(guess, view.state)
  })
  if (holding.length === 0) return { shown: snapshot, expected: expected.length === 0 ? expected : [] }
  const services = snapshot.services.map((view) => {
    const guess = holding.find((one) => one.service === view.id)
    return guess ? asExpected(view, guess.state) : view
  })
  return {
    shown: { ...snapshot, services },
    expected: holding.length === expected.length ? expected : holding,
  }
}

/** A start is over with any other state; a stop goes on through all of them, until it is stopped. */
function isOver({ state, from }: Expected, now: State): boolean {
  return said[state].includes(now) || (state === 'starting' && now !== from)
}

function asExpected(view: ServiceView, state: Expected['state']): ServiceView {
  const { headline: _headline, answerMs: _answer, ...rest } = view
  const ladder = view.ladder.map((rung) =>
    rung.id === 'container'
      ? { id: rung.id, state: 'progress' as const, says: state }
      : rung.id === 'service' && rung.state !== 'unused'
        ? { id: rung.id, state: 'unreached' as const, says: '' }
        : rung,
  )
  return { ...rest, state, reason: state, ladder }
}
