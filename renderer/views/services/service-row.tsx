import { memo, type ReactNode } from 'react'
import { asksToStop, canOpen, inUse, toggleOf, type InUse } from '../../../main/model/may.ts'
import type { Fix } from '../../../main/model/ladder.ts'
import { stateWords } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { IconButton } from '../../parts/icon-button.tsx'
import { ownPress } from '../../parts/own-press.ts'
import { Rails } from '../../parts/rails.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { deedUnderWay } from '../../store/deeds.ts'
import { useMinute, useSecond } from '../../store/minute.ts'
import type { RowFacts } from '../../store/row-facts.ts'
import { useActions, useRow, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayDeed } from '../../words/deeds.ts'
import { sayRow, sayServices } from '../../words/services.ts'
import { useRowLabel } from './row-label.ts'
import { addressCell, answerCell, fixWord, nameCell, narrowCell, noteCell } from './row-words.ts'

/** Opens a menu for a service beside the button that was pressed. */
export type OpenMenu = (id: string, kind: 'more' | 'copy', anchor: HTMLElement) => void

/** One service in the list: always this high, whatever it has to say. */
export const ServiceRow = memo(function ServiceRow(props: {
  readonly id: string
  readonly openMenu: OpenMenu
}): ReactNode {
  const facts = useRow(props.id)
  const label = useRowLabel<HTMLSpanElement>(
    facts === undefined ? '' : sayRow(facts.view, stateWords[facts.view.state]),
  )
  if (facts === undefined) return null
  const { view, suffix } = facts
  const off = view.state === 'not set up' ? ' unset' : ''
  const used = inUse(view)
  const name = nameCell(view, suffix)
  const address = addressCell(view)
  return (
    <>
      <span className="state" ref={label}>
        <StateShape state={view.state} />
      </span>
      <Title view={view} off={off} />
      <span className={used?.by === 'name' ? 'name cut' : 'name cut dim'}>
        {name.label === null ? (
          <span className="t3">{name.rest}</span>
        ) : (
          <Use view={view} used={used?.by === 'name' ? used : undefined}>
            {name.label}
            <span>{name.rest}</span>
          </Use>
        )}
      </span>
      <span className={`addr cut${off}`}>
        <Use view={view} used={used?.by === 'address' ? used : undefined}>
          {address.text}
        </Use>
        {address.more === 0 ? null : (
          <span className="more" title={sayServices.moreAddresses(address.more)}>
            +{address.more}
          </span>
        )}
      </span>
      <Rails ladder={view.ladder} />
      <Note facts={facts} />
      <Acts view={view} dockerUp={facts.dockerUp} openMenu={props.openMenu} />
    </>
  )
})

/** The row of a service that is far out of sight: what names it, to be found in the page, and nothing that is pressed. */
export const FarRow = memo(function FarRow({ id }: { readonly id: string }): ReactNode {
  const facts = useRow(id)
  const label = useRowLabel<HTMLSpanElement>(
    facts === undefined ? '' : sayRow(facts.view, stateWords[facts.view.state]),
  )
  if (facts === undefined) return null
  const { view, suffix } = facts
  const name = nameCell(view, suffix)
  return (
    <>
      <span className="state" ref={label} />
      <span className="title cut">{view.title}</span>
      <span className="name cut">
        {name.label}
        {name.rest}
      </span>
      <span className="addr cut">{addressCell(view).text}</span>
    </>
  )
})

function Title({ view, off }: { readonly view: ServiceView; readonly off: string }): ReactNode {
  const actions = useActions()
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`title cut${off}`}
      dir="auto"
      title={view.purpose}
      {...ownPress(() => actions.go({ view: 'services', service: view.id }))}
    >
      {view.title}
    </button>
  )
}

/** The one of name and address that a click uses is blue and underlined; the other is only read. */
function Use(props: {
  readonly view: ServiceView
  readonly used: InUse | undefined
  readonly children: ReactNode
}): ReactNode {
  const actions = useActions()
  const { used, view } = props
  if (used === undefined) return <span className="unused">{props.children}</span>
  return (
    <button
      type="button"
      tabIndex={-1}
      className="use"
      title={sayServices.accessTip(used.access, used.opens)}
      {...ownPress(() => {
        if (used.opens) actions.open(view.id)
        else actions.copyNamed(used.access.url, view.id)
      })}
    >
      {props.children}
    </button>
  )
}

function Note({ facts }: { readonly facts: RowFacts }): ReactNode {
  const actions = useActions()
  const { view, suffix, missed, copied, own } = facts
  const noteAt = (now: number): ReturnType<typeof noteCell> =>
    noteCell(view, missed === '' ? [] : missed.split('\n'), now)
  const note = noteAt(useMinute((now) => noteAt(now).text))
  const text = copied === undefined ? note.text : sayServices.copied(copied)
  const narrow =
    copied === undefined
      ? narrowCell(view, nameCell(view, suffix), note)
      : { way: '', rest: sayServices.copied(copied) }
  const tone = view.state === 'failed' ? ' fail' : view.state === 'degraded' && note.loud ? ' warn' : ''
  return (
    <span className="note">
      <span className="ms">{answerCell(view)}</span>
      <span className={note.loud ? 'msg cut' : 'cut'} title={text}>
        {text}
      </span>
      {own === undefined ? null : <RowFix view={view} fix={own} />}
      {missed === '' || own !== undefined ? null : (
        <button
          type="button"
          className="btn btn-s"
          aria-label={sayServices.startNamed(view.title)}
          {...ownPress(() => actions.start([view.id]))}
        >
          {sayServices.start}
        </button>
      )}
      <span className={`mobile cut${tone}`}>
        <span className="busy">{narrow.way}</span>
        {narrow.rest}
      </span>
    </span>
  )
}

/** Repairs the row's own trouble; while it goes on it counts the seconds in place of its word, and hears no second press. */
function RowFix({ view, fix }: { readonly view: ServiceView; readonly fix: Fix }): ReactNode {
  const actions = useActions()
  const at = useShellState((state) => deedUnderWay(state, fix.label)?.at)
  return (
    <button
      type="button"
      className="btn btn-s fix num"
      aria-label={sayServices.fix(fixWord(fix), view.title, fix.label)}
      aria-disabled={at === undefined ? undefined : true}
      title={fix.label}
      {...ownPress(() => {
        if (at === undefined) actions.fix(fix)
      })}
    >
      {at === undefined ? fixWord(fix) : <Seconds at={at} />}
    </button>
  )
}

function Seconds({ at }: { readonly at: number }): ReactNode {
  return sayDeed.seconds(useSecond() - at)
}

function Acts(props: {
  readonly view: ServiceView
  readonly dockerUp: boolean
  readonly openMenu: OpenMenu
}): ReactNode {
  const { view, dockerUp, openMenu } = props
  const actions = useActions()
  const { id, title, state } = view
  const unset = state === 'not set up'
  const toggle = toggleOf(view)
  const asks = useShellState((known) => asksToStop(known.shown?.services ?? [], [id]))
  return (
    <span className="acts">
      <IconButton
        icon="open"
        label={sayServices.open(title)}
        disabled={!canOpen(view)}
        onPress={() => actions.open(id)}
      />
      <IconButton
        icon="copy"
        className="x"
        label={sayServices.copyAddress(title)}
        disabled={unset}
        onPress={() => actions.copyAddress(view)}
      />
      <IconButton
        icon="logs"
        className="x"
        label={sayServices.logs(title)}
        disabled={unset}
        onPress={() => actions.go({ view: 'logs', service: id })}
      />
      {toggle.verb === 'start' ? (
        <IconButton
          icon="play"
          className="y"
          label={sayCommon.asking(sayServices.startNamed(title), view.creates !== undefined)}
          disabled={!toggle.can || !dockerUp}
          onPress={() => actions.start([id])}
        />
      ) : (
        <IconButton
          icon="stop"
          className="y"
          label={sayCommon.asking(sayServices.stopNamed(title), asks)}
          disabled={!toggle.can || !dockerUp}
          onPress={() => actions.stop([id], title)}
        />
      )}
      <IconButton
        icon="more"
        menu
        label={sayServices.moreFor(title)}
        onPress={(anchor) => openMenu(id, 'more', anchor)}
      />
    </span>
  )
}
