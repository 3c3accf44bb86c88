import { useCallback, useEffect, useRef, useState } from 'react'
import { troubleOf, type Trouble } from '../../main/model/errors.ts'
import type { Output, RequestName, Input } from '../../preload/contract.ts'
import type { Shell } from './shell.ts'
import { useShell } from './use-shell.ts'

export interface Asked<T> {
  /** The last answer; undefined before the first. */
  readonly value: T | undefined
  /** Why the last question has no answer. */
  readonly trouble: Trouble | undefined
  readonly busy: boolean
  /** Asks again; the last answer stands meanwhile. */
  readonly again: () => void
  /** Puts an answer that came in another way in its place. */
  readonly put: (value: T) => void
}

/**
 * What the engine answers to a question without input, asked when `wanted`, again when the window is come back to and
 * when the connection is back. Nothing is asked while the page is hidden.
 */
export function useAsked<Name extends RequestName>(name: Name, wanted = true): Asked<Output<Name>> {
  const shell = useShell()
  const [value, setValue] = useState<Output<Name> | undefined>(undefined)
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const round = useRef(0)

  const again = useCallback(() => {
    round.current += 1
    const mine = round.current
    setBusy(true)
    // The names that are asked this way take nothing; the type of all inputs together does not say so.
    const ask = async (): Promise<void> => {
      try {
        const answer = await shell.request(name, {} as Input<Name>)
        if (mine !== round.current) return
        setTrouble(undefined)
        setValue(answer)
      } catch (error) {
        if (mine === round.current) setTrouble(troubleOf(error))
      }
      if (mine === round.current) setBusy(false)
    }
    void ask()
  }, [shell, name])

  const put = useCallback((next: Output<Name>) => {
    round.current += 1
    setBusy(false)
    setTrouble(undefined)
    setValue(next)
  }, [])

  useEffect(() => {
    if (!wanted) return undefined
    again()
    return whenBack(shell, again)
  }, [wanted, again, shell])
  // An answer that comes after the view is gone is nobody's.
  useEffect(() => () => void (round.current += 1), [])

  return { value, trouble, busy, again, put }
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
