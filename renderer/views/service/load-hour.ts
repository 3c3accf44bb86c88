import { useEffect, useState } from 'react'
import type { StatsSample } from '../../../main/model/facts.ts'
import { useShell, useShellState } from '../../store/use-shell.ts'

/** What the engine knows of a service's load within the last hour, read when it is first drawn and when `key` changes. */
export function useLoadHour(service: string, wanted: boolean, key: string): readonly StatsSample[] {
  const shell = useShell()
  const connected = useShellState((state) => state.connected)
  const [known, setKnown] = useState<{ readonly key: string; readonly samples: readonly StatsSample[] }>({
    key: '',
    samples: [],
  })
  useEffect(() => {
    if (!wanted || !connected) return undefined
    let isOver = false
    const ask = async (): Promise<void> => {
      const samples = await shell.request('load', { service })
      if (!isOver) setKnown({ key, samples })
    }
    // Without it the chart begins now, which is what it shows then.
    ask().catch(() => undefined)
    return () => {
      isOver = true
    }
  }, [shell, service, wanted, connected, key])
  return known.key === key ? known.samples : []
}
