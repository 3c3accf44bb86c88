import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EventName, Payload, RequestName, Input, Output } from '../../preload/contract.ts'
import type { Link } from '../link/link.ts'
import { drawn, expect, EXPECT_MS, type Expected } from './expected.ts'
import { LOOKED_MS, titlesOf } from './looked.ts'
import { hear, nothingKnown, type ShellState } from './state.ts'

/** The window's one store and its way to the engine. */
export interface Shell {
  readonly store: StoreApi<ShellState>
  readonly link: Link
  /** Calls `tell` with every event of that name until the returned function is called. */
  on<Name extends EventName>(name: Name, tell: (payload: Payload<Name>) => void): () => void
  request<Name extends RequestName>(name: Name, input: Input<Name>): Promise<Output<Name>>
  /** Shows at once what a click on `ids` should bring about. */
  expect(ids: readonly string[], state: Expected['state']): Expectation
  /** Has everything looked at afresh; when that was, and what was found, is in the store. Once at a time. */
  look(): Promise<void>
  close(): void
}

/** A guess that is shown until it is over. */
export interface Expectation {
  /** What was asked for has come to its end: only what the engine has not told yet is still guessed. */
  settle(): void
  /** It was refused: nothing of it comes. */
  giveUp(): void
}

/** A store that hears what the link tells. `now` gives epoch ms. */
export function createShell(link: Link, now: () => number = Date.now): Shell {
  const store = createStore<ShellState>(() => nothingKnown)
  let deadline: ReturnType<typeof setTimeout> | undefined
  let forget: ReturnType<typeof setTimeout> | undefined

  const settle = (expected: readonly Expected[]): void => {
    store.setState(drawn(store.getState().snapshot, expected, now()))
    const first = store.getState().expected.reduce((least, one) => Math.min(least, one.until), Infinity)
    clearTimeout(deadline)
    if (first < Infinity)
      deadline = setTimeout(() => settle(store.getState().expected), Math.max(0, first - now()) + 1)
  }

  const quiet = link.listen((told) => {
    const changed = hear(store.getState(), told, now())
    if (Object.keys(changed).length > 0) store.setState(changed)
  })

  return {
    store,
    link,
    on: (name, tell) =>
      link.listen((told) => {
        // The pairs of name and payload are what Told is made of; TypeScript does not follow the equality.
        if (told.event === name) tell(told.payload as never)
      }),
    request: (name, input) => link.request(name, input),
    expect: (ids, state) => {
      const { snapshot, expected } = store.getState()
      const others = expected.filter((guess) => !ids.includes(guess.service))
      const mine = new Set(expect(snapshot, ids, state, Infinity))
      settle([...others, ...mine])
      const change = (next: (guess: Expected) => readonly Expected[]): void =>
        settle(store.getState().expected.flatMap((guess) => (mine.has(guess) ? next(guess) : [guess])))
      return {
        settle: () => change((guess) => [{ ...guess, until: now() + EXPECT_MS }]),
        giveUp: () => change(() => []),
      }
    },
    look: async () => {
      const { looked, snapshot } = store.getState()
      if (looked?.busy === true) return
      clearTimeout(forget)
      const at = now()
      const before = snapshot === null ? [] : titlesOf(snapshot)
      store.setState({ looked: { busy: true, at, tookMs: 0, before } })
      try {
        await link.request('look', {})
        const ended = now()
        store.setState({ looked: { busy: false, at: ended, tookMs: ended - at, before } })
        forget = setTimeout(() => store.setState({ looked: null }), LOOKED_MS)
      } catch (error) {
        store.setState({ looked: null })
        throw error
      }
    },
    close: () => {
      clearTimeout(deadline)
      clearTimeout(forget)
      quiet()
    },
  }
}
