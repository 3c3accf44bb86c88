import { useEffect, useState } from 'react'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { Variable } from '../../../main/model/variable.ts'
import { useShell, useShellState } from '../../store/use-shell.ts'

export interface Variables {
  /** With marks in place of secrets; asked again when another way in works. */
  readonly masked: readonly Variable[]
  /** In clear: only when a person reveals or copies. */
  readonly clear: () => Promise<readonly Variable[]>
}

/** The variables of a service. */
export function useVariables(view: ServiceView): Variables {
  const shell = useShell()
  const connected = useShellState((state) => state.connected)
  const { id } = view
  const [known, setKnown] = useState<{ readonly accesses: string; readonly found: readonly Variable[] }>()
  // Addresses in them are those that work now.
  const accesses = view.endpoints.map((endpoint) => endpoint.accesses[endpoint.best]?.url ?? '').join(' ')
  useEffect(() => {
    if (!connected) return undefined
    let isOver = false
    shell.request('maskedVariables', { service: id }).then(
      (found) => isOver || setKnown({ accesses, found }),
      () => isOver || setKnown({ accesses, found: [] }),
    )
    return () => {
      isOver = true
    }
  }, [shell, id, accesses, connected])
  return {
    masked: known?.found ?? [],
    clear: async () => await shell.request('variables', { services: [id] }),
  }
}
