import type { ReactNode, Ref } from 'react'
import { servicesOf, type ActivityEntry } from '../../../main/model/activity.ts'
import { sayEntry } from '../../../main/model/activity-words.ts'
import { saySecond } from '../../../main/model/say.ts'
import { IconButton } from '../../parts/icon-button.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useActions, useCanExplore } from '../../store/use-shell.ts'
import { sayActivity } from '../../words/activity.ts'

/** The one service that an entry leads to; undefined: none, or several. */
export function serviceOf(entry: ActivityEntry): string | undefined {
  const services = servicesOf(entry)
  return services.length === 1 ? services[0] : undefined
}

/** One thing that happened, with the ways on to its service and to logs of that time. */
export function EntryRow(props: {
  readonly entry: ActivityEntry
  readonly day: string | undefined
  readonly index: number
  readonly count: number
  readonly start: number
  readonly current: boolean
  /** Titles of the services that are there; what is gone leads nowhere. */
  readonly titles: ReadonlyMap<string, string>
  readonly onFocus: () => void
  readonly ref: Ref<HTMLElement>
}): ReactNode {
  const { entry, day, index, count, start, current, titles, onFocus, ref } = props
  const actions = useActions()
  const explores = useCanExplore()
  const { title, says, state } = sayEntry(entry, (id) => titles.get(id) ?? id)
  const service = serviceOf(entry)
  const name = service === undefined ? undefined : titles.get(service)
  const id = `activity-${index}`
  return (
    // It only takes the focus; what it leads to is in its buttons.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <article
      ref={ref}
      className="happened"
      data-index={index}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-says`}
      // A feed's articles take the focus, so that keys move from one to the next.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={current ? 0 : -1}
      onFocus={onFocus}
      style={{ transform: `translateY(${start}px)` }}
    >
      {day === undefined ? null : <h2 className="day">{day}</h2>}
      <div className="line">
        <time dateTime={new Date(entry.at).toISOString()} className="when">
          {saySecond(entry.at)}
        </time>
        <StateShape state={state} quiet />
        <div className="what">
          <h3 id={`${id}-title`} dir="auto">
            {title}
          </h3>
          <p id={`${id}-says`} dir="auto">
            {says}
          </p>
        </div>
        {service === undefined || name === undefined ? null : (
          <div className="ways">
            <IconButton
              icon="services"
              label={sayActivity.openService(name)}
              onPress={() => actions.go({ view: 'services', service })}
            />
            <IconButton
              icon="logs"
              label={sayActivity.logs(name)}
              onPress={() => actions.go({ view: 'logs', service, at: entry.at })}
            />
            <IconButton
              icon="open"
              label={explores ? sayActivity.explore(name) : sayActivity.noGrafana(sayActivity.explore(name))}
              disabled={!explores}
              onPress={() => actions.explore(service, entry.at)}
            />
          </div>
        )}
      </div>
    </article>
  )
}
