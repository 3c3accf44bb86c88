import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EventName, Payload, RequestName, Input, Output, Told } from '../../preload/contract.ts'
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

/** What may come many times a second; anything else is heard at once, after what came before it. */
const frequent: ReadonlySet<EventName> = new Set(['snapshot', 'runs', 'run'])

/**
 * A store that hears what the link tells. `now` gives epoch ms; `soon` calls once before the next frame is drawn (frames.ts), so
 * that what is told between two frames is drawn once. Absent: everything is heard at once.
 */
export function createShell(
  link: Link,
  now: () => number = Date.now,
  soon: (work: () => void) => void = (work) => work(),
): Shell {
  const store = createStore<ShellState>(() => nothingKnown)
  /** Told and not yet in the store. */
  let heard: Told[] = []
  let deadline: ReturnType<typeof setTimeout> | undefined
  let forget: ReturnType<typeof setTimeout> | undefined

  const settle = (expected: readonly Expected[]): void => {
    store.setState(drawn(store.getState().snapshot, expected, now()))
    const first = store.getState().expected.reduce((least, one) => Math.min(least, one.until), Infinity)
    clearTimeout(deadline)
    if (first < Infinity)
      deadline = setTimeout(() => settle(store.getState().expected), Math.max(0, first - now()) + 1)
  }

  const catchUp = (): void => {
    const all = heard
    heard = []
    const before = store.getState()
    const after = all.reduce((state, told) => {
      const changed = hear(state, told, now())
      return Object.keys(changed).length > 0 ? { ...state, ...changed } : state
    }, before)
    if (after !== before) store.setState(after)
  }
  const quiet = link.listen((told) => {
    heard.push(told)
    if (!frequent.has(told.event)) catchUp()
    else if (heard.length === 1) soon(catchUp)
  })

  return {
    store,
    link,
    on: (name, tell) =>
      link.listen((told) => {
        // The pairs of name and payload are what Told is made of; TypeScript does not follow the equality.
        if (told.event === name) tell(told.payload as never)
      }),
    // Who has an answer finds in the store what was told before it.
    request: async (name, input) => {
      try {
        return await link.request(name, input)
      } finally {
        catchUp()
      }
    },
    expect: (ids, state) => {
      catchUp()
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
        catchUp()
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
