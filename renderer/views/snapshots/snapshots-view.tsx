import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { GridList, GridListItem } from 'react-aria-components/GridList'
import type { BackupListed } from '../../../main/model/backup.ts'
import { listedAt, sayState } from '../../../main/model/say-backup.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Empty, ErrorNote } from '../../parts/empty.tsx'
import { FloatingMenu } from '../../parts/floating-menu.tsx'
import { Icon } from '../../parts/icon.tsx'
import type { MenuLine } from '../../parts/menu-line.ts'
import { StateShape } from '../../parts/state-shape.tsx'
import { useAsked } from '../../store/use-asked.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { saySnapshots as say } from '../../words/snapshots.ts'
import { CutNote, EndedNote, RunNote } from './snapshot-job.tsx'
import { beginCheck, isBackupRun } from './work.ts'
import './snapshots.css'

/** Snapshots in files: what there is, what goes on with one, and how the last ended, whichever face asked for it. */
export function SnapshotsView(): ReactNode {
  const actions = useActions()
  const shell = useShell()
  const { value, trouble, again, quietly } = useAsked('backups')
  const run = useShellState((state) => state.runs.find(isBackupRun))
  const putAway = useShellState((state) => state.putAway)
  const asks = useShellState((state) => state.asking?.kind)
  // Another face, or a dialog here, may have changed what there is.
  useEffect(quietly, [quietly, asks])
  // Each begin and end, also of what is over before it is drawn.
  useEffect(() => shell.on('runs', quietly), [shell, quietly])
  const create = (): void => actions.ask({ kind: 'snapshot', about: { does: 'create' } })
  const ended = value?.ended
  return (
    <main className="page snapspage" aria-busy={value === undefined && trouble === undefined}>
      <div className="bar-t" data-region="top">
        <div className="grow">
          <h1>
            {value === undefined
              ? trouble === undefined
                ? say.looking
                : say.unread
              : say.head(value.snapshots.filter(({ cut }) => !cut).length)}
          </h1>
          {value === undefined || value.snapshots.length === 0 ? null : <p>{say.says}</p>}
        </div>
        {value === undefined || value.snapshots.length === 0 ? null : (
          <>
            <Button kind="primary" disabled={run !== undefined} onPress={create}>
              {say.create}
            </Button>
          </>
        )}
      </div>
      <div className="scroll">
        {run === undefined ? null : <RunNote run={run} />}
        {run !== undefined || !ended || ended.run === putAway ? null : <EndedNote ended={ended} />}
        {run !== undefined || !value?.cut ? null : (
          <CutNote cut={value.cut} listed={value.snapshots.find(({ path }) => path === value.cut?.path)} />
        )}
        {trouble === undefined ? null : (
          <ErrorNote trouble={trouble}>
            <Button onPress={again}>{sayCommon.checkAgain}</Button>
          </ErrorNote>
        )}
        {value === undefined ? null : value.snapshots.length === 0 ? (
          <Empty title={say.none} says={say.noneSays}>
            <Button kind="primary" disabled={run !== undefined} onPress={create}>
              {say.create}
            </Button>
            <p className="sm">
              {say.noneFolder} <code>{value.folder}</code>
            </p>
          </Empty>
        ) : (
          <>
            <List snapshots={value.snapshots} busy={run !== undefined} />
            <p className="snapfolder">
              <span className="grow">
                {say.noneFolder} <code>{value.folder}</code>
              </span>
              <Copy text={value.folder} what={say.folder} />
            </p>
          </>
        )}
      </div>
    </main>
  )
}

type Does = 'show' | 'restore' | 'delete'

function List(props: { readonly snapshots: readonly BackupListed[]; readonly busy: boolean }): ReactNode {
  const { snapshots, busy } = props
  const actions = useActions()
  const shell = useShell()
  const [menu, setMenu] = useState<{ readonly name: string; readonly anchor: HTMLElement } | null>(null)
  const spot = useRef<HTMLSpanElement>(null)
  const of = (name: string | undefined): BackupListed | undefined =>
    snapshots.find((one) => one.name === name)
  const ask = (does: Does, listed: BackupListed): void =>
    actions.ask({ kind: 'snapshot', about: { does, listed } })
  const create = (name: string): void => actions.ask({ kind: 'snapshot', about: { does: 'create', name } })
  /** The row's own menu, where the pointer is. */
  const onContext = (event: MouseEvent): void => {
    const listed = of(rowOf(event.target))
    if (!listed || spot.current === null) return
    event.preventDefault()
    spot.current.style.left = `${event.clientX}px`
    spot.current.style.top = `${event.clientY}px`
    setMenu({ name: listed.name, anchor: spot.current })
  }
  const onKey = (event: KeyboardEvent): void => {
    const listed = event.key === 'Delete' ? of(rowOf(event.target)) : undefined
    if (!listed || busy) return
    event.preventDefault()
    ask('delete', listed)
  }
  const chosen = of(menu?.name)
  return (
    <>
      <div className="snaps" role="presentation" onContextMenu={onContext} onKeyDown={onKey}>
        <div className="snaprow head" aria-hidden="true">
          <span />
          <span>{say.columns.name}</span>
          <span className="when">{say.columns.when}</span>
          <span className="size">{say.columns.size}</span>
          <span className="what">{say.columns.what}</span>
          <span />
        </div>
        <GridList
          aria-label={say.list}
          data-region="list"
          onAction={(key) => {
            const listed = of(String(key))
            if (listed) ask('show', listed)
          }}
        >
          {snapshots.map((listed) => {
            const { name, size, manifest } = listed
            const what = sayState(listed)
            const at = listedAt(listed)
            return (
              <GridListItem
                key={name}
                id={name}
                className="snaprow"
                textValue={`${name}: ${what}`}
                data-name={name}
              >
                <StateShape state={manifest ? 'works' : 'failed'} quiet />
                <span className="mono cut name" title={name}>
                  {name}
                </span>
                <span className="t2 when">{at === undefined ? '' : say.when(at)}</span>
                <span className="t2 num size">{say.bytes(size)}</span>
                <span className={manifest ? 't2 cut what' : 'fail cut what'} title={what}>
                  {what}
                </span>
                <span className="acts">
                  {listed.cut ? (
                    <Button small disabled={busy} label={say.createOf(name)} onPress={() => create(name)}>
                      {say.createAgain}
                    </Button>
                  ) : (
                    <Button
                      small
                      disabled={busy || !manifest}
                      label={say.restoreOf(name)}
                      onPress={() => ask('restore', listed)}
                    >
                      {say.restore}
                    </Button>
                  )}
                  <button
                    type="button"
                    className="ib"
                    aria-label={say.more(name)}
                    title={say.more(name)}
                    aria-haspopup="menu"
                    aria-expanded={menu?.name === name}
                    onClick={(event) => setMenu({ name, anchor: event.currentTarget })}
                  >
                    <Icon name="more" />
                  </button>
                </span>
              </GridListItem>
            )
          })}
        </GridList>
        <span className="snapspot" ref={spot} />
      </div>
      <FloatingMenu
        label={say.more(chosen?.name ?? '')}
        anchor={chosen ? (menu?.anchor ?? null) : null}
        lines={
          chosen
            ? linesFor(chosen, busy, {
                ask,
                create,
                check: () => beginCheck({ shell, actions }, chosen),
                copy: actions.copy,
              })
            : []
        }
        onClose={() => setMenu(null)}
      />
    </>
  )
}

/** What can be done with one. */
function linesFor(
  listed: BackupListed,
  busy: boolean,
  does: {
    readonly ask: (does: Does, listed: BackupListed) => void
    readonly create: (name: string) => void
    readonly check: () => void
    readonly copy: (text: string) => Promise<boolean>
  },
): readonly MenuLine[] {
  const usable = listed.manifest !== undefined
  const { menu } = say
  const ofWhole: readonly MenuLine[] = [
    {
      id: 'restore',
      text: menu.restore,
      icon: 'undo',
      disabled: busy || !usable,
      run: () => does.ask('restore', listed),
    },
    { id: 'check', text: menu.check, icon: 'check', disabled: busy || !usable, run: does.check },
  ]
  return [
    { id: 'show', text: menu.show, icon: 'eye', run: () => does.ask('show', listed) },
    ...(listed.cut ? [] : ofWhole),
    ...(listed.cut
      ? [
          {
            id: 'create',
            text: say.createAgain,
            icon: 'restart',
            disabled: busy,
            run: () => does.create(listed.name),
          } as const,
        ]
      : []),
    { id: 'copy', text: menu.copyPath, icon: 'copy', run: () => void does.copy(listed.path) },
    null,
    {
      id: 'delete',
      text: menu.remove,
      icon: 'x',
      danger: true,
      disabled: busy,
      run: () => does.ask('delete', listed),
    },
  ]
}

const rowOf = (target: EventTarget): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>('[role="row"]')?.dataset['name'] : undefined
