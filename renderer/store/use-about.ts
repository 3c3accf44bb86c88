import { useEffect, useState } from 'react'
import { troubleOf, type Trouble } from '../../main/model/errors.ts'
import type { Input, Output, RequestName } from '../../preload/contract.ts'
import { useShell, useShellState } from './use-shell.ts'

/** Requests that take one service and nothing else. */
type AboutOne = { [Name in RequestName]: { service: string } extends Input<Name> ? Name : never }[RequestName]

interface About<Value> {
  readonly answer?: Value
  readonly trouble?: Trouble
}

/**
 * What the engine answers about one service, asked again whenever `about` changes or the connection is back; the last
 * answer stands meanwhile.
 */
export function useAbout<Name extends AboutOne>(
  name: Name,
  service: string,
  about: string,
): About<Output<Name>> {
  const shell = useShell()
  const connected = useShellState((state) => state.connected)
  const [known, setKnown] = useState<About<Output<Name>>>({})
  useEffect(() => {
    if (!connected) return undefined
    let isOver = false
    const ask = async (): Promise<void> => {
      try {
        // All requests that are asked this way take a service; the type of all inputs together does not say so.
        const answer = await shell.request(name, { service } as Input<Name>)
        if (!isOver) setKnown({ answer })
      } catch (error) {
        if (!isOver) setKnown({ trouble: troubleOf(error) })
      }
    }
    void ask()
    return () => {
      isOver = true
    }
    // A change of `about` is what it is asked again for.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [shell, name, service, about, connected])
  return known
}
