import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EventName, Payload, RequestName, Input, Output } from '../../preload/contract.ts'
import type { Link } from '../link/link.ts'
import { drawn, expect, type Expected } from './expected.ts'
import { hear, nothingKnown, type ShellState } from './state.ts'

/** The window's one store and its way to the engine. */
export interface Shell {
  readonly store: StoreApi<ShellState>
  readonly link: Link
  /** Calls `tell` with every event of that name until the returned function is called. */
  on<Name extends EventName>(name: Name, tell: (payload: Payload<Name>) => void): () => void
  request<Name extends RequestName>(name: Name, input: Input<Name>): Promise<Output<Name>>
  /** Shows at once what a click on `ids` should bring about. */
  expect(ids: readonly string[], state: Expected['state']): void
  /** Gives up the guesses for `ids`, when the request was refused. */
  unexpect(ids: readonly string[]): void
  close(): void
}

/** A store that hears what the link tells. `now` gives epoch ms. */
export function createShell(link: Link, now: () => number = Date.now): Shell {
  const store = createStore<ShellState>(() => nothingKnown)
  let deadline: ReturnType<typeof setTimeout> | undefined

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
      settle([...others, ...expect(snapshot, ids, state, now())])
    },
    unexpect: (ids) => settle(store.getState().expected.filter((guess) => !ids.includes(guess.service))),
    close: () => {
      clearTimeout(deadline)
      quiet()
    },
  }
}
