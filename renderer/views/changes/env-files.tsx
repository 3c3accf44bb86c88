import { useState, type ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { useAsked } from '../../store/use-asked.ts'
import { useActions, useShell } from '../../store/use-shell.ts'
import { sayConnect } from '../../words/connect.ts'

/** Files of a person's projects that hold our variables, and the way back; nothing where there are none. */
export function EnvFiles(): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const { value, quietly } = useAsked('envFiles')
  const [busy, setBusy] = useState(false)
  if (value === undefined || value.length === 0) return null
  const clear = async (service: string, path: string): Promise<void> => {
    setBusy(true)
    try {
      await shell.request('envFile', { service, path, how: 'clear' })
    } catch (error) {
      actions.failed(sayConnect.envClear, error)
    } finally {
      setBusy(false)
      quietly()
    }
  }
  return (
    <section className="envfiles">
      <h2 className="h">{sayConnect.files}</h2>
      <ul>
        {value.map(({ path, service, state }) => (
          <li key={`${service} ${path}`}>
            <bdi className="mono cut" title={path}>
              {path}
            </bdi>
            <span className="t2 cut">
              {service}, {sayConnect.filesState[state]}
            </span>
            <Button
              small
              waits={busy}
              label={`${sayConnect.envClear}: ${path}`}
              onPress={() => void clear(service, path)}
            >
              {sayConnect.envClear}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
