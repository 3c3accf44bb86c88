import { useRef, useState, type ReactNode } from 'react'
import { troubleOf } from '../../../main/model/errors.ts'
import type { SettingsView } from '../../../main/model/service.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { saySettings } from '../../words/settings.ts'
import { Section, SwitchRow } from './rows.tsx'

/** How clusters are run; absent where the catalog has none. */
export function ClusterSection({ view }: { readonly view: SettingsView }): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const services = useShellState((state) => state.snapshot?.services)
  const [told, setTold] = useState<readonly string[]>([])
  /** How often it was switched: of several answers only the last one's is told. */
  const switched = useRef(0)
  const clusters = services?.filter(({ cluster }) => cluster === 'cluster') ?? []
  if (clusters.length === 0) return null

  /** Saves, then has each cluster that was made put its context where it belongs now, or take it out. */
  const change = async (on: boolean): Promise<void> => {
    switched.current += 1
    const mine = switched.current
    setTold([])
    const settings = await shell.request('saveSettings', { clusters: { kubeconfig: on ? 'user' : 'own' } })
    shell.store.setState({ settings })
    // All are asked: right after a setting was saved the engine is a new one, which has not looked at its clusters yet.
    const became = await Promise.all(clusters.map(putOrTake))
    if (mine === switched.current) setTold(became.filter((says) => says !== ''))
  }
  const putOrTake = async ({ id, title, state }: ServiceView): Promise<string> => {
    try {
      const { user } = await shell.request('clusterKubeconfig', { service: id })
      return user ? `${title}: ${user.says}` : ''
    } catch (error) {
      if (state === 'not set up') return ''
      const { what, why } = troubleOf(error)
      return [title, what, why].filter(Boolean).join(': ')
    }
  }
  return (
    <Section title={saySettings.sections.cluster}>
      <SwitchRow
        {...saySettings.cluster}
        on={view.settings.clusters.kubeconfig === 'user'}
        onChange={(on) =>
          void change(on).catch((error: unknown) => actions.failed(saySettings.notSaved, error))
        }
      />
      <div aria-live="polite">
        {told.map((says) => (
          <p key={says} className="hint">
            {says}
          </p>
        ))}
      </div>
    </Section>
  )
}
