import type { KeyboardEvent, ReactNode } from 'react'
import { Icon } from '../../parts/icon.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { MenuButton } from '../../parts/menu-button.tsx'
import { Choice } from '../../parts/tabs.tsx'
import { sayLogs } from '../../words/logs.ts'
import { levels, type Level } from './levels.ts'
import type { Query } from './search.ts'
import { sinces, type Since } from './since.ts'

const leastOf = {
  error: levels.error,
  warning: levels.warning,
  info: levels.info,
  all: levels.unknown,
} as const
type Least = keyof typeof leastOf

const numbered = (word: string, count: number): string =>
  count === 0 ? word : `${word} ${sayLogs.count(count)}`

export interface ToolBarProps {
  readonly query: Query
  readonly onQuery: (query: Query) => void
  readonly only: boolean
  readonly onOnly: (only: boolean) => void
  /** Why the expression cannot be used. */
  readonly wrong: string | undefined
  /** Which find is looked at (from 1; 0: none yet), of how many. */
  readonly now: number
  readonly hits: number
  readonly onStep: (step: 1 | -1) => void
  readonly onLeave: () => void
  readonly least: Level
  readonly onLeast: (least: Level) => void
  readonly errors: number
  readonly warnings: number
  readonly since: Since
  readonly sinceStart: boolean
  readonly onSince: (since: Since) => void
  readonly wrap: boolean
  readonly onWrap: (wrap: boolean) => void
  readonly copy: ReactNode
  /** Where else the time of a line is told. */
  readonly ways: ReactNode
  readonly onSave: () => void
  readonly empty: boolean
  /** The way to the services where there is no room for them. */
  readonly picker: ReactNode
}

/** Search, lowest level, time, and what can be done with the lines. */
export function ToolBar(props: ToolBarProps): ReactNode {
  const { query, onQuery, wrong, hits, now } = props
  const isAsked = query.text !== '' && wrong === undefined
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') {
      event.preventDefault()
      props.onStep(event.shiftKey ? -1 : 1)
    }
    if (event.key === 'Escape') {
      event.stopPropagation()
      if (query.text === '') props.onLeave()
      else onQuery({ ...query, text: '' })
    }
  }
  const chosen =
    (Object.keys(leastOf) as readonly Least[]).find((one) => leastOf[one] === props.least) ?? 'all'
  return (
    <div className="ltool">
      {props.picker}
      <search className={wrong === undefined ? 'lsearch' : 'lsearch bad'}>
        <Icon name="search" small />
        <input
          data-search
          value={query.text}
          onChange={(event) => onQuery({ ...query, text: event.currentTarget.value })}
          onKeyDown={onKey}
          aria-label={sayLogs.search}
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong === undefined ? undefined : 'logs-wrong'}
          placeholder={sayLogs.place}
          spellCheck={false}
          autoComplete="off"
        />
        {isAsked ? (
          <output className="sm t3 hits">{hits === 0 ? sayLogs.noHit : sayLogs.hits(now, hits)}</output>
        ) : null}
        {isAsked && hits > 0 ? (
          <>
            <IconButton icon="left" label={sayLogs.previous} onPress={() => props.onStep(-1)} />
            <IconButton icon="right" label={sayLogs.next} onPress={() => props.onStep(1)} />
          </>
        ) : null}
        <button
          type="button"
          className="rx"
          aria-pressed={props.only}
          aria-label={sayLogs.only}
          title={sayLogs.only}
          onClick={() => props.onOnly(!props.only)}
        >
          <svg className="icon icon-s" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2.5 3.5h11l-4.25 5v4.5l-2.5-1.5v-3z" />
          </svg>
        </button>
        <button
          type="button"
          className="rx"
          aria-pressed={query.regex}
          aria-label={sayLogs.regex}
          title={sayLogs.regex}
          onClick={() => onQuery({ ...query, regex: !query.regex })}
        >
          .*
        </button>
      </search>
      <Choice
        label={sayLogs.least}
        options={[
          { id: 'error', text: numbered(sayLogs.levels.error, props.errors) },
          { id: 'warning', text: numbered(sayLogs.levels.warning, props.warnings) },
          { id: 'info', text: sayLogs.levels.info },
          { id: 'all', text: sayLogs.levels.all },
        ]}
        chosen={chosen}
        onChoose={(id: Least) => props.onLeast(leastOf[id])}
      />
      <MenuButton
        label={`${sayLogs.since}: ${sayLogs.sinces[props.since]}`}
        text={sayLogs.sinces[props.since]}
        className="since"
        lines={sinces
          .filter((one) => one !== 'start' || props.sinceStart)
          .map((one) => ({ id: one, text: sayLogs.sinces[one], run: () => props.onSince(one) }))}
      />
      <span className="flex tools">
        <IconButton
          icon="wrap"
          label={sayLogs.wrap}
          pressed={props.wrap}
          onPress={() => props.onWrap(!props.wrap)}
        />
        {props.ways}
        {props.copy}
        <IconButton icon="save" label={sayLogs.save} disabled={props.empty} onPress={props.onSave} />
      </span>
      {wrong === undefined ? null : (
        <p className="wrong" id="logs-wrong" role="alert">
          {wrong}
        </p>
      )}
    </div>
  )
}
