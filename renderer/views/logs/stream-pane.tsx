import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react'
import { sayList } from '../../../main/model/say.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { Copy } from '../../parts/copy.tsx'
import { Button } from '../../parts/button.tsx'
import { sayLogs } from '../../words/logs.ts'
import { Foot } from './foot.tsx'
import { Head } from './head.tsx'
import { levels, type Level } from './levels.ts'
import { Lines, type LinesHandle } from './lines.tsx'
import { Nothing } from './nothing.tsx'
import { Pick } from './pick.tsx'
import { createRows } from './rows.ts'
import { matcherOf, type Matcher, type Query } from './search.ts'
import type { Selection } from './selection.ts'
import { sinceAt, type Since } from './since.ts'
import { fileName, partsOf, rangeOf, saveAs } from './take-away.ts'
import { ToolBar } from './tool-bar.tsx'
import { useKeys } from './use-keys.ts'
import { useLed } from './use-led.ts'
import { useLogStream } from './use-log-stream.ts'
import { Ways } from './ways.tsx'
import { useSelection } from './use-selection.ts'

function sayWrong(matcher: Matcher): string | undefined {
  return matcher.kind === 'wrong' ? sayLogs.wrong(matcher.says) : undefined
}

/** On a narrow screen a line is wrapped from the start: beside time and service there is no room for what it says. */
const isNarrow = (): boolean => matchMedia('(max-width: 38.75em)').matches

/** The chosen services, their stream, and what is done with it. */
export function Stream(props: {
  readonly snapshot: Snapshot
  readonly chosen: readonly string[]
  readonly onChoose: (services: readonly string[]) => void
  readonly search: string
  /** The instant that somebody was led to (epoch ms). */
  readonly at: number | undefined
}): ReactNode {
  const { snapshot, chosen, onChoose } = props
  const [query, setQuery] = useState<Query>({ text: props.search, regex: false })
  const [only, setOnly] = useState(false)
  const [least, setLeast] = useState<Level>(levels.unknown)
  const [since, setSince] = useState<{ readonly choice: Since; readonly at: number | undefined }>({
    choice: 'begin',
    at: undefined,
  })
  const [wrap, setWrap] = useState(isNarrow)
  const [showsOwn, setShowsOwn] = useState(false)
  const [how, setHow] = useState<'scroll' | 'other'>('other')
  const [picking, setPicking] = useState(false)
  const [now, setNow] = useState<number>()
  const [selection, setSelection] = useState<Selection>()
  const main = useRef<HTMLElement>(null)
  const lines = useRef<LinesHandle>(null)

  const { stream, state } = useLogStream(chosen, since.at, since.choice === 'begin' ? props.at : undefined)
  const { ring } = stream
  const matcher = useMemo(() => matcherOf(query), [query])
  const pattern = matcher.kind === 'pattern' ? matcher.pattern : undefined
  const rows = useMemo(
    () => createRows(ring, { least, pattern, only: only && pattern !== undefined, hidesOwn: !showsOwn }),
    [ring, least, pattern, only, showsOwn],
  )
  rows.sync()

  const views = useMemo(
    () => new Map(snapshot.services.map((view) => [view.id, view] as const)),
    [snapshot.services],
  )
  const titles = useMemo(
    () => new Map(snapshot.services.map((view) => [view.id, view.title] as const)),
    [snapshot.services],
  )
  const signs = useMemo(
    () =>
      chosen.length < 2
        ? new Map<string, number>()
        : new Map(snapshot.services.map((view, index) => [view.id, index] as const)),
    [snapshot.services, chosen.length],
  )
  const titleOf = (id: string): string => titles.get(id) ?? id
  const running = chosen.flatMap((id) => views.get(id)?.since ?? [])
  const names = sayList(chosen.map(titleOf))

  const pauseByScroll = useCallback(() => {
    if (!stream.state().follows) return
    setHow('scroll')
    stream.pause()
  }, [stream])
  const pause = (): void => {
    setHow('other')
    stream.pause()
  }
  const hits = rows.hits()
  const step = (by: 1 | -1): void => {
    if (hits.length === 0) return
    const at = now === undefined ? -1 : hits.indexOf(now)
    const top = lines.current?.top() ?? 0
    // The first step goes to what is in sight, else to the newest above it.
    const begin = hits.findIndex((number) => number >= top)
    const next = at < 0 ? (begin < 0 ? hits.length - 1 : begin) : (at + by + hits.length) % hits.length
    const number = hits[next]
    if (number === undefined) return
    pause()
    setNow(number)
    lines.current?.reveal(number)
  }
  const range = rangeOf(rows, selection)
  const takeAway = (): readonly string[] => partsOf(ring, rows, selection, titleOf)
  useLed(props.at, ring, rows, (number) => {
    setSelection({ anchor: number, from: number, to: number })
    lines.current?.reveal(number)
  })
  useSelection(main, selection, setSelection)
  useKeys(main, {
    toggle: () => (state.follows ? pause() : stream.newest()),
    newest: () => stream.newest(),
    closePick: () => {
      setPicking(false)
      return picking
    },
    step,
    select: setSelection,
    selection,
    bottom: () => lines.current?.bottom() ?? 0,
    move: (number, by) => rows.numberAt(Math.min(Math.max(0, rows.indexOf(number) + by), rows.count() - 1)),
    reveal: (number) => lines.current?.reveal(number),
  })

  const count = rows.count()
  const kept = ring.end() - ring.first()
  const chooseSince = (choice: Since): void =>
    setSince({
      choice,
      at: sinceAt(choice, Date.now(), running.length > 0 ? Math.max(...running) : undefined),
    })
  return (
    <main className={picking ? 'logs picking' : 'logs'} ref={main}>
      <h1 className="vh">{sayLogs.title}</h1>
      <Pick
        tiers={snapshot.tiers}
        services={views}
        chosen={chosen}
        signs={signs}
        countOf={ring.of}
        onChoose={onChoose}
      />
      <div className="stream">
        <ToolBar
          query={query}
          onQuery={(next) => {
            setQuery(next)
            setNow(undefined)
          }}
          only={only}
          onOnly={setOnly}
          wrong={sayWrong(matcher)}
          now={now === undefined ? 0 : hits.indexOf(now) + 1}
          hits={hits.length}
          onStep={step}
          onLeave={() => lines.current?.focus()}
          least={least}
          onLeast={setLeast}
          errors={ring.count(levels.error)}
          warnings={ring.count(levels.warning)}
          since={since.choice}
          sinceStart={running.length > 0}
          onSince={chooseSince}
          wrap={wrap}
          onWrap={setWrap}
          copy={
            <Copy
              what={
                selection === undefined ? sayLogs.copyShown : sayLogs.copySelected(range.to - range.from + 1)
              }
              text={() => Promise.resolve(takeAway().join(''))}
            />
          }
          ways={
            <Ways
              entry={selection && ring.get(selection.from)}
              service={chosen.length === 1 ? chosen[0] : undefined}
              titleOf={titleOf}
            />
          }
          onSave={() => saveAs(fileName(chosen, Date.now()), takeAway(), document)}
          empty={count === 0}
          picker={
            <Button
              className="pickbtn"
              onPress={() => setPicking(!picking)}
              label={sayLogs.choose(chosen.length)}
            >
              {sayLogs.picked(chosen.length)}
            </Button>
          }
        />
        {count === 0 ? (
          <Nothing
            snapshot={snapshot}
            chosen={chosen}
            names={names}
            lines={kept}
            bytes={ring.bytes()}
            text={only && pattern ? query.text : ''}
            own={!showsOwn && ring.own() === kept}
            onOwn={() => setShowsOwn(true)}
            opening={state.phase === 'opening'}
            onAll={() => onChoose(snapshot.services.map((view) => view.id))}
            onAllLevels={() => setLeast(levels.unknown)}
          />
        ) : (
          <Lines
            stream={stream}
            state={state}
            rows={rows}
            pattern={pattern}
            now={now}
            wrap={wrap}
            selection={selection}
            titles={titles}
            signs={signs}
            head={<Head past={state.past} since={since.at} onOlder={stream.older} />}
            onPause={pauseByScroll}
            handle={lines}
          />
        )}
        {chosen.length === 0 ? (
          <div />
        ) : (
          <Foot
            state={state}
            lines={kept}
            bytes={ring.bytes()}
            own={ring.own()}
            showsOwn={showsOwn}
            onShowsOwn={setShowsOwn}
            full={ring.hasDropped()}
            how={how}
            idle={running.length > 0 ? undefined : { names, one: chosen.length === 1 }}
            onPause={pause}
            onNewest={stream.newest}
            onAgain={stream.open}
          />
        )}
      </div>
    </main>
  )
}
