import type { ReactNode } from 'react'
import { IconButton } from '../../parts/icon-button.tsx'
import { useActions, useCanExplore } from '../../store/use-shell.ts'
import { sayActivity } from '../../words/activity.ts'
import { sayLogs } from '../../words/logs.ts'
import type { Entry } from './ring.ts'

/** From a line to what happened at its time, and to Grafana at that time; without a selected line, to now of the one service. */
export function Ways(props: {
  readonly entry: Entry | undefined
  /** The only service of the stream. */
  readonly service: string | undefined
  readonly titleOf: (service: string) => string
}): ReactNode {
  const actions = useActions()
  const explores = useCanExplore()
  const { entry } = props
  const service = entry === undefined || entry.service === '' ? props.service : entry.service
  const title = service === undefined ? '' : props.titleOf(service)
  const at = entry?.at
  return (
    <>
      <IconButton
        icon="activity"
        label={service === undefined ? sayLogs.noLineChosen : sayLogs.activityAt(title)}
        disabled={service === undefined}
        onPress={() =>
          actions.go({ view: 'activity', service, ...(at === undefined ? {} : { at: Math.floor(at) }) })
        }
      />
      <IconButton
        icon="open"
        label={
          !explores
            ? sayActivity.noGrafana(sayActivity.inGrafana)
            : service === undefined
              ? sayLogs.noLineChosenExplore
              : sayLogs.exploreAt(title)
        }
        disabled={service === undefined || !explores}
        onPress={() => {
          if (service !== undefined) actions.explore(service, at ?? Date.now())
        }}
      />
    </>
  )
}
