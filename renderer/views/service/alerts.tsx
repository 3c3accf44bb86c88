import type { ReactNode } from 'react'
import { sayDay } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { StateShape } from '../../parts/state-shape.tsx'
import { useMinute } from '../../store/minute.ts'
import { useActions, useCanExplore } from '../../store/use-shell.ts'
import { sayActivity } from '../../words/activity.ts'
import { sayService } from '../../words/service.ts'

/** What fires in Prometheus about the service, each with what to do and the dashboard that shows it. */
export function Alerts({ view }: { readonly view: ServiceView }): ReactNode {
  const actions = useActions()
  const explores = useCanExplore()
  const { alerts = [] } = view
  const now = useMinute((at) => alerts.map(({ since }) => sayDay(since, at)).join('\n'))
  if (alerts.length === 0) return null
  return (
    <section aria-label={sayService.alerts}>
      <h2 className="h">
        {sayService.alerts}
        <span className="xs t3 says">{sayService.alertsSays}</span>
      </h2>
      <ul className="alerts sm">
        {alerts.map(({ severity, summary, description, dashboard, since }, index) => {
          const label = sayService.dashboardOf(summary)
          const told = explores ? label : sayActivity.noGrafana(label)
          return (
            <li key={index}>
              <StateShape state={severity === 'critical' ? 'failed' : 'degraded'} quiet />
              <div>
                <strong dir="auto">{summary}</strong>
                <p className="t2" dir="auto">
                  {description}
                </p>
                <p className="xs t3">
                  {`${sayService.alert[severity]}, ${sayService.alertSince(sayDay(since, now))} `}
                  {dashboard === '' ? null : (
                    <button
                      type="button"
                      className="link"
                      disabled={!explores}
                      aria-label={told}
                      title={explores ? undefined : told}
                      onClick={() => actions.explore(view.id, Date.now(), dashboard)}
                    >
                      {sayService.dashboard}
                    </button>
                  )}
                </p>
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
