import { useMemo, useState, type ReactNode } from 'react'
import { activityGroups, type ActivityGroup } from '../../../main/model/activity.ts'
import { groupWords } from '../../../main/model/activity-words.ts'
import { Button } from '../../parts/button.tsx'
import { Empty, ErrorNote } from '../../parts/empty.tsx'
import { Icon } from '../../parts/icon.tsx'
import { MenuButton } from '../../parts/menu-button.tsx'
import { useShellState } from '../../store/use-shell.ts'
import { sayActivity } from '../../words/activity.ts'
import type { ViewProps } from '../view-props.ts'
import { choicesOf, rowsOf } from './entries.ts'
import { Timeline } from './timeline.tsx'
import { useActivity } from './use-activity.ts'
import './activity.css'

/** Everything that happened, newest first, by day: searched, and chosen by service and kind. */
export function ActivityView({ place }: ViewProps): ReactNode {
  // Who is led here anew begins anew, also from here: a notification while it is shown.
  const [visit, setVisit] = useState({ place, count: 0 })
  if (place !== visit.place) setVisit({ place, count: visit.count + 1 })
  return <Activity key={visit.count} place={place} />
}

function Activity({ place }: ViewProps): ReactNode {
  const { read, trouble, again } = useActivity()
  const services = useShellState((state) => state.snapshot?.services)
  const [text, setText] = useState(place.search ?? '')
  const [service, setService] = useState(place.service)
  const [group, setGroup] = useState<ActivityGroup>()
  const entries = read?.entries
  const titles = useMemo(
    () => new Map((services ?? []).map((view) => [view.id, view.title] as const)),
    [services],
  )
  const rows = useMemo(
    () =>
      rowsOf(entries ?? [], { text, service, group }, (id) => titles.get(id) ?? id, entries?.at(-1)?.at ?? 0),
    [entries, text, service, group, titles],
  )
  const choices = useMemo(() => choicesOf(entries ?? []), [entries])
  const titleOf = (id: string): string => titles.get(id) ?? id
  const all = entries?.length ?? 0
  const isChosen = text !== '' || service !== undefined || group !== undefined
  const named = [...new Set([...choices.services, ...(service === undefined ? [] : [service])])].sort(
    (one, two) => titleOf(one).localeCompare(titleOf(two)),
  )
  const showAll = (): void => {
    setText('')
    setService(undefined)
    setGroup(undefined)
  }
  return (
    <main className="page activity" aria-busy={read === undefined && trouble === undefined}>
      <div className="bar-t" data-region="top">
        <div className="grow">
          <h1>{sayActivity.title}</h1>
          <p className="cut" aria-live="polite">
            {entries === undefined
              ? sayActivity.looking
              : isChosen
                ? sayActivity.shown(rows.length, all)
                : sayActivity.kept(all, entries[0]?.at, entries.at(-1)?.at ?? 0)}
          </p>
        </div>
        <search className="asearch">
          <Icon name="search" small />
          <input
            data-search
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || text === '' || event.nativeEvent.isComposing) return
              event.stopPropagation()
              setText('')
            }}
            aria-label={sayActivity.search}
            placeholder={sayActivity.place}
            spellCheck={false}
            autoComplete="off"
          />
        </search>
        <MenuButton
          label={sayActivity.service}
          text={service === undefined ? sayActivity.allServices : titleOf(service)}
          lines={[
            { id: '', text: sayActivity.allServices, run: () => setService(undefined) },
            null,
            ...named.map((id) => ({ id, text: titleOf(id), run: () => setService(id) })),
          ]}
        />
        <MenuButton
          label={sayActivity.kind}
          text={group === undefined ? sayActivity.allKinds : groupWords[group]}
          lines={[
            { id: '', text: sayActivity.allKinds, run: () => setGroup(undefined) },
            null,
            ...activityGroups
              .filter((one) => choices.groups.has(one) || one === group)
              .map((one) => ({ id: one, text: groupWords[one], run: () => setGroup(one) })),
          ]}
        />
      </div>
      <div className="under">
        {trouble === undefined ? null : (
          <ErrorNote trouble={trouble}>
            <Button small onPress={again}>
              {sayActivity.again}
            </Button>
          </ErrorNote>
        )}
        {read?.trouble === undefined ? null : <ErrorNote trouble={{ kind: 'outside', ...read.trouble }} />}
        {read === undefined || read.broken === 0 ? null : (
          <p className="sm t2 broken">{sayActivity.broken(read.broken)}</p>
        )}
        {entries === undefined ? null : all === 0 ? (
          <Empty title={sayActivity.none} says={sayActivity.noneSays} />
        ) : rows.length === 0 ? (
          <Empty title={sayActivity.noMatch} says={sayActivity.noMatchSays(all)}>
            <Button small onPress={showAll}>
              {sayActivity.showAll}
            </Button>
          </Empty>
        ) : (
          <Timeline rows={rows} titles={titles} at={place.at} />
        )}
      </div>
    </main>
  )
}
