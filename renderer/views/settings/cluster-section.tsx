import { useState, type ReactNode } from 'react'
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
  const clusters = services?.filter(({ cluster }) => cluster === 'cluster') ?? []
  if (clusters.length === 0) return null

  /** Saves, then has each cluster that was made put its context where it belongs now, or take it out. */
  const change = async (on: boolean): Promise<void> => {
    setTold([])
    const settings = await shell.request('saveSettings', { clusters: { kubeconfig: on ? 'user' : 'own' } })
    shell.store.setState({ settings })
    const made = clusters.filter(({ state }) => state !== 'not set up' && state !== 'unknown')
    const became = await Promise.all(made.map(putOrTake))
    setTold(became.filter((says) => says !== ''))
  }
  const putOrTake = async ({ id, title }: ServiceView): Promise<string> => {
    try {
      const { user } = await shell.request('clusterKubeconfig', { service: id })
      return user ? `${title}: ${user.says}` : ''
    } catch (error) {
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
