import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { coalesce } from '../../main/model/coalesce.ts'
import { troubleOf, type Trouble } from '../../main/model/errors.ts'
import type { Output, RequestName, Input } from '../../preload/contract.ts'
import type { Shell } from './shell.ts'
import { useShell } from './use-shell.ts'

interface Answer<T> {
  /** The last answer; undefined before the first. */
  readonly value: T | undefined
  /** Why the last question has no answer. */
  readonly trouble: Trouble | undefined
  /** A person asked again and has no answer yet. */
  readonly busy: boolean
}

export interface Asked<T> extends Answer<T> {
  /** Asks again and shows that it does; the last answer stands meanwhile. */
  readonly again: () => void
  /** The same without showing it. */
  readonly quietly: () => void
  /** Puts an answer that came in another way in its place. */
  readonly put: (value: T) => void
}

function createQuestion<Name extends RequestName>(shell: Shell, name: Name) {
  const store = createStore<Answer<Output<Name>>>(() => ({
    value: undefined,
    trouble: undefined,
    busy: false,
  }))
  let round = 0
  let waiting = 0
  const ask = coalesce(async () => {
    round += 1
    const mine = round
    try {
      // The names that are asked this way take nothing; the type of all inputs together does not say so.
      const value = await shell.request(name, {} as Input<Name>)
      if (mine === round) store.setState({ value, trouble: undefined })
    } catch (error) {
      if (mine === round) store.setState({ trouble: troubleOf(error) })
    }
  })
  async function again(): Promise<void> {
    waiting += 1
    store.setState({ busy: true })
    await ask()
    waiting -= 1
    if (waiting === 0) store.setState({ busy: false })
  }
  return {
    store,
    quietly: () => void ask(),
    again: () => void again(),
    put: (value: Output<Name>) => {
      round += 1
      store.setState({ value, trouble: undefined, busy: false })
    },
  }
}

/**
 * What the engine answers to a question without input: asked when `wanted`, again when the window is come back to and
 * when the connection is back.
 */
export function useAsked<Name extends RequestName>(name: Name, wanted = true): Asked<Output<Name>> {
  const shell = useShell()
  const [question] = useState(() => createQuestion(shell, name))
  const answer = useStore(question.store)
  useEffect(() => {
    if (!wanted) return undefined
    question.quietly()
    return whenBack(shell, question.quietly)
  }, [wanted, question, shell])
  const { again, quietly, put } = question
  return { ...answer, again, quietly, put }
}

/** Calls `tell` when the person comes back to the window or the connection is back. Returns how to end it. */
function whenBack(shell: Shell, tell: () => void): () => void {
  const seen = (): void => {
    if (document.visibilityState === 'visible') tell()
  }
  window.addEventListener('focus', seen)
  document.addEventListener('visibilitychange', seen)
  const quiet = shell.on('connected', (connected) => {
    if (connected) seen()
  })
  return () => {
    window.removeEventListener('focus', seen)
    document.removeEventListener('visibilitychange', seen)
    quiet()
  }
}
