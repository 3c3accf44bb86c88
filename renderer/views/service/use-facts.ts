import { useEffect, useState } from 'react'
import { troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { ServiceFacts } from '../../../main/model/facts.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { useShell, useShellState } from '../../store/use-shell.ts'

/** Sizes of volumes are measured after the first question; asked again after so long (ms). */
const SIZES_AGAIN_MS = 2000

export interface Facts {
  /** The container and its state that were asked about. */
  readonly about: string
  /** null: there is no container; undefined: not known yet. */
  readonly facts: ServiceFacts | null | undefined
  readonly trouble?: Trouble
}

const isMeasuring = (facts: ServiceFacts | null): boolean =>
  facts?.volumes.some((volume) => volume.kind === 'volume' && volume.bytes === undefined) ?? false

/** What is known of a service's container; asked again when there is another one, or it was started anew. */
export function useFacts(view: ServiceView): Facts {
  const shell = useShell()
  const { id } = view
  const about = [view.container?.id, view.container?.restarts, view.since, view.state].join(' ')
  const connected = useShellState((shown) => shown.connected)
  const [known, setKnown] = useState<Facts>({ about: '', facts: undefined })
  useEffect(() => {
    if (!connected) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const ask = async (isLast: boolean): Promise<void> => {
      try {
        const facts = await shell.request('facts', { service: id })
        if (isOver) return
        setKnown({ about, facts })
        if (!isLast && isMeasuring(facts)) timer = setTimeout(() => void ask(true), SIZES_AGAIN_MS)
      } catch (error) {
        if (!isOver) setKnown({ about, facts: undefined, trouble: troubleOf(error) })
      }
    }
    void ask(false)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [shell, id, about, connected])
  return known
}
