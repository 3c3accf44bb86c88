import { useEffect, useState, type ReactNode } from 'react'
import { GridList, GridListItem } from 'react-aria-components/GridList'
import type { LedgerEntry } from '../../../main/model/change.ts'
import { hasDrift, listEntries, openEntries, sayEntry, sayOlder } from '../../../main/model/say-change.ts'
import type { State } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Empty, ErrorNote } from '../../parts/empty.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useAsked } from '../../store/use-asked.ts'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayChanges } from '../../words/changes.ts'
import { sayCommon } from '../../words/common.ts'
import { Detail } from './detail.tsx'
import { listText, ofChange } from './entries.ts'
import { EnvFiles } from './env-files.tsx'
import { JobNote } from './job-note.tsx'
import { UndoDialog } from './undo-dialog.tsx'
import './changes.css'

/** How many undone entries are listed at first, and how many more at each "Show older". */
const PAST = { first: 20, more: 100 } as const

/** Everything that was changed outside our own folders, and the way back. */
export function ChangesView(): ReactNode {
  const actions = useActions()
  const { value, trouble, again, quietly } = useAsked('ledger')
  const job = useShellState((state) => state.root)
  const [past, setPast] = useState<number>(PAST.first)
  const [picked, setPicked] = useState<string | null>(null)
  const [asked, setAsked] = useState<readonly LedgerEntry[] | 'all' | null>(null)
  // Each step of root's program is in the record as soon as it is done.
  const done = job?.steps.length ?? 0
  const ended = job !== null && job.end !== null
  useEffect(quietly, [quietly, done, ended])

  if (value === undefined)
    return (
      <main className="page" aria-busy={trouble === undefined}>
        <div className="bar-t" data-region="top">
          <h1>{trouble === undefined ? sayChanges.loading : sayChanges.unread}</h1>
        </div>
        <div className="scroll">
          {trouble === undefined ? null : (
            <ErrorNote trouble={trouble}>
              <Button onPress={again}>{sayCommon.checkAgain}</Button>
            </ErrorNote>
          )}
        </div>
      </main>
    )

  const { listed, older } = listEntries(value, past)
  const open = openEntries(value)
  const selected = listed.find((entry) => entry.id === picked) ?? open.find(hasDrift) ?? listed[0]
  return (
    <main className="page changespage">
      <Head entries={value} onUndoAll={() => setAsked('all')} />
      <div className="changes">
        {job === null ? null : <JobNote job={job} />}
        {trouble === undefined ? null : <ErrorNote trouble={trouble} />}
        {selected === undefined ? (
          <Empty title={sayChanges.none} says={sayChanges.noneSays}>
            <Button kind="primary" onPress={() => actions.go({ view: 'wizard' })}>
              {sayChanges.setUp}
            </Button>
          </Empty>
        ) : (
          <div className="chg">
            <List
              entries={listed}
              selected={selected.id}
              onSelect={setPicked}
              onUndo={(entry) => setAsked(ofChange(value, entry))}
              older={older}
              onOlder={() => setPast(past + PAST.more)}
            />
            <Detail entry={selected} onUndo={() => setAsked(ofChange(value, selected))} />
          </div>
        )}
      </div>
      <EnvFiles />
      {asked === null ? null : (
        <UndoDialog
          entries={asked === 'all' ? open : asked}
          all={asked === 'all'}
          onClose={() => setAsked(null)}
        />
      )}
    </main>
  )
}

function Head(props: {
  readonly entries: readonly LedgerEntry[]
  readonly onUndoAll: () => void
}): ReactNode {
  const { entries } = props
  const open = openEntries(entries)
  const drifted = open.filter((entry) => entry.drift !== 'none').length
  const unfinished = open.some((entry) => entry.state === 'unfinished')
  const state: State =
    open.length === 0 ? 'stopped' : unfinished ? 'failed' : drifted > 0 ? 'degraded' : 'works'
  return (
    <div className="bar-t" data-region="top">
      <StateShape state={state} quiet />
      <div className="grow">
        <h1>
          {entries.length === 0
            ? sayChanges.none
            : open.length === 0
              ? sayChanges.allUndone
              : sayChanges.head(open.length, drifted)}
        </h1>
        {entries.length === 0 ? null : <p>{sayChanges.says(open.length)}</p>}
      </div>
      {entries.length === 0 ? null : (
        <>
          <Copy
            text={async () => listText(listEntries(entries, Infinity).listed, Date.now())}
            what={sayChanges.listName}
            button={sayChanges.copyList}
          />
          <Button
            icon="undo"
            disabled={!open.some((entry) => entry.undoable && entry.elsewhere !== true)}
            onPress={props.onUndoAll}
          >
            {sayChanges.undoAll}
          </Button>
        </>
      )}
    </div>
  )
}

function List(props: {
  readonly entries: readonly LedgerEntry[]
  readonly selected: string
  readonly onSelect: (id: string) => void
  readonly onUndo: (entry: LedgerEntry) => void
  /** How many more were undone, before those that are listed. */
  readonly older: number
  readonly onOlder: () => void
}): ReactNode {
  const { columns } = sayChanges
  return (
    <div className="clist">
      <div className="crow head" aria-hidden="true">
        <span />
        <span>{columns.what}</span>
        <span>{columns.forWhat}</span>
        <span>{columns.when}</span>
        <span>{columns.now}</span>
        <span />
      </div>
      <GridList
        aria-label={sayChanges.list}
        data-region="list"
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        selectedKeys={[props.selected]}
        onSelectionChange={(keys) => {
          const [first] = keys === 'all' ? [] : [...keys]
          if (first !== undefined) props.onSelect(String(first))
        }}
      >
        {props.entries.map((entry) => {
          const [state, says] = sayEntry(entry)
          const isOver = entry.state === 'undone'
          return (
            <GridListItem
              key={entry.id}
              id={entry.id}
              className="crow"
              textValue={`${entry.target}: ${says}`}
            >
              <StateShape state={state} quiet />
              <span className={isOver ? 'cut mono t3' : 'cut mono'} title={entry.target}>
                {entry.target}
              </span>
              <span className="t2 cut for" title={entry.title}>
                {entry.title}
              </span>
              <span className="t2 cut when">{sayChanges.when(entry.at)}</span>
              <span className={`cut sm ${looks[state] ?? 't2'}`}>{says}</span>
              {isOver ? (
                <span />
              ) : (
                <Button
                  small
                  disabled={!entry.undoable}
                  label={sayChanges.undoOf(entry.target)}
                  onPress={() => props.onUndo(entry)}
                >
                  {sayChanges.undo}
                </Button>
              )}
            </GridListItem>
          )
        })}
      </GridList>
      {props.older === 0 ? null : (
        <div className="older">
          <Button small onPress={props.onOlder}>
            {sayChanges.older(Math.min(PAST.more, props.older))}
          </Button>
          <span className="t2">{sayOlder(props.older)}</span>
        </div>
      )}
    </div>
  )
}

const looks: Partial<Readonly<Record<State, string>>> = { degraded: 'warn', failed: 'fail' }
