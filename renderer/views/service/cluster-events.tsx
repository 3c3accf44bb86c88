import type { ReactNode } from 'react'
import type { ClusterEvent } from '../../../main/model/cluster.ts'
import { saySecond } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { useAbout } from '../../store/use-about.ts'
import { sayService } from '../../words/service.ts'

/** How many are shown, and how much of each is drawn; all of them: maculactl cluster events. */
const SHOWN = 8
const DRAWN = 300

/** What the cluster told lately, newest last as logs are read; asked again whenever the row changes. */
export function ClusterEvents({ view }: { readonly view: ServiceView }): ReactNode {
  const about = [view.state, view.since, ...view.ladder.map(({ state, says }) => `${state} ${says}`)].join(
    ' ',
  )
  const { answer: events, trouble } = useAbout('clusterEvents', view.id, about)
  return (
    <section>
      <h2 className="h">{sayService.events}</h2>
      <div className="code cutlines">
        {trouble ? (
          <span className="t3">{[trouble.what, trouble.why].filter(Boolean).join(' ')}</span>
        ) : events === undefined ? (
          <span className="t3">…</span>
        ) : events.length === 0 ? (
          <span className="t3">{sayService.noEvents}</span>
        ) : (
          events
            .slice(0, SHOWN)
            .reverse()
            .map((event) => (
              <EventLine key={`${event.at} ${event.about} ${event.reason} ${event.says}`} event={event} />
            ))
        )}
      </div>
    </section>
  )
}

function EventLine({ event }: { readonly event: ClusterEvent }): ReactNode {
  const { at, about, reason, says, count, warning } = event
  const text = `${about}: ${says}`
  return (
    <div className="cut" title={text}>
      <span className="c">{saySecond(at)}</span> <b className={warning ? 'warn' : undefined}>{reason}</b>{' '}
      {text.slice(0, DRAWN)}
      {count > 1 ? ` ${sayService.times(count)}` : null}
    </div>
  )
}
