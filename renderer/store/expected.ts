import type { ServiceView, Snapshot, State } from '../../main/model/snapshot.ts'

/** What a click should bring about, shown at once; truth replaces it, or its deadline does. */
export interface Expected {
  readonly service: string
  readonly state: 'starting' | 'stopping'
  /** The state the service had when it was clicked: any other one is truth. */
  readonly from: State
  /** Epoch ms after which the guess is given up. */
  readonly until: number
}

/** How long a click may show what is expected before the engine has said anything. */
export const EXPECT_MS = 4000

/** The guesses for a click on `ids`: only for services that are in another state than the one to come. */
export function expect(
  snapshot: Snapshot | null,
  ids: readonly string[],
  state: Expected['state'],
  now: number,
): readonly Expected[] {
  const settled: readonly State[] =
    state === 'starting'
      ? ['works', 'degraded', 'starting', 'not set up']
      : ['stopped', 'stopping', 'not set up']
  return (snapshot?.services ?? [])
    .filter((view) => ids.includes(view.id) && !settled.includes(view.state))
    .map((view) => ({ service: view.id, state, from: view.state, until: now + EXPECT_MS }))
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
    return guess.until > now && view?.state === guess.from
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
