import type { ReactNode } from 'react'
import { sayDay } from '../../../main/model/say.ts'
import type { AlertView, ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Strip } from '../../parts/strip.tsx'
import { useMinute } from '../../store/minute.ts'
import { useActions, useCanExplore } from '../../store/use-shell.ts'
import { sayActivity } from '../../words/activity.ts'
import { sayCommon } from '../../words/common.ts'
import { sayService } from '../../words/service.ts'
import { sayStrip } from '../../words/services.ts'

/** What fires about a service that works: what is so, since when, what it means, and the dashboard that shows it. */
export function AlertStrip({
  view,
  alert,
}: {
  readonly view: ServiceView
  readonly alert: AlertView
}): ReactNode {
  const actions = useActions()
  const explores = useCanExplore()
  const { severity, summary, description, dashboard, since } = alert
  const now = useMinute((at) => sayDay(since, at))
  const label = sayService.dashboardOf(summary)
  return (
    <Strip
      label={sayStrip.label}
      state={view.state}
      title={view.title}
      beside={sayStrip.alert(sayService.alert[severity], view.alerts?.length ?? 1)}
      cells={[
        { head: sayCommon.whatHappened, body: `${summary}.` },
        { head: sayStrip.alertSinceHead, body: sayStrip.alertSince(sayDay(since, now)) },
        ...(description === '' ? [] : [{ head: sayStrip.alertMeans, body: description }]),
      ]}
      buttons={
        <>
          {dashboard === '' ? null : (
            <Button
              kind="primary"
              disabled={!explores}
              label={explores ? label : sayActivity.noGrafana(label)}
              onPress={() => actions.explore(view.id, Date.now(), dashboard)}
            >
              {sayService.dashboard}
            </Button>
          )}
          <Button onPress={() => actions.go({ view: 'services', service: view.id })}>
            {sayStrip.details}
          </Button>
        </>
      }
    />
  )
}
