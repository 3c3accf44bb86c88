import type { ReactNode } from 'react'
import type { Trouble } from '../../../main/model/errors.ts'
import { Button } from '../../parts/button.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { sayHidden } from '../../../main/model/own-check.ts'
import { sayLogs } from '../../words/logs.ts'
import type { StreamState } from './stream-state.ts'

/** Whether it follows or is paused, how much waits, how much is kept; always there and always as high. */
export function Foot(props: {
  readonly state: StreamState
  readonly lines: number
  readonly bytes: number
  readonly full: boolean
  /** Lines of our own checks that are kept. */
  readonly own: number
  readonly showsOwn: boolean
  readonly onShowsOwn: (shows: boolean) => void
  /** How the pause came about. */
  readonly how: 'scroll' | 'other'
  /** Names of the services, when none of them runs. */
  readonly idle: { readonly names: string; readonly one: boolean } | undefined
  readonly onPause: () => void
  readonly onNewest: () => void
  readonly onAgain: () => void
}): ReactNode {
  const { state, bytes, idle } = props
  const kept = props.full ? sayLogs.keptFull(bytes) : sayLogs.kept(props.lines, bytes)
  const own =
    props.own === 0 ? null : (
      <span className="t3 ownchecks">
        {props.showsOwn ? sayLogs.ownShown(props.own) : sayHidden(props.own)}{' '}
        <button type="button" className="link" onClick={() => props.onShowsOwn(!props.showsOwn)}>
          {props.showsOwn ? sayLogs.hideOwnShort : sayLogs.showOwnShort}
        </button>
      </span>
    )
  if (state.phase === 'failed')
    return (
      <Bar
        shape="failed"
        head={state.trouble?.what ?? sayLogs.failed}
        says={sayTrouble(state.trouble)}
        kept=""
      >
        <Button onPress={props.onAgain}>{sayLogs.again}</Button>
      </Bar>
    )
  if (state.follows)
    return (
      <Bar
        shape={idle ? 'stopped' : state.phase === 'live' ? 'works' : 'starting'}
        head={
          idle
            ? sayLogs.ended(idle.names, idle.one)
            : state.phase === 'live'
              ? sayLogs.following
              : sayLogs.opening
        }
        says=""
        kept={kept}
        own={own}
      >
        <Button icon="pause" onPress={props.onPause}>
          {sayLogs.pause}
        </Button>
      </Bar>
    )
  return (
    <Bar
      shape="stopped"
      head={props.how === 'scroll' ? sayLogs.pausedByScroll : sayLogs.pausedBySpace}
      says={
        state.detached
          ? sayLogs.waitingFar(state.waiting)
          : sayLogs.waiting(state.waiting, state.waitingErrors)
      }
      kept={kept}
      own={own}
    >
      <Button kind="primary" icon="end" onPress={props.onNewest}>
        {sayLogs.newest}
      </Button>
    </Bar>
  )
}

function sayTrouble(trouble: Trouble | undefined): string {
  return [trouble?.why, trouble?.todo].filter((one) => one !== undefined && one !== '').join(' ')
}

function Bar(props: {
  readonly shape: 'works' | 'starting' | 'stopped' | 'failed'
  readonly head: string
  readonly says: string
  readonly kept: string
  readonly own?: ReactNode
  readonly children: ReactNode
}): ReactNode {
  return (
    <div className="paused" data-region="strip">
      <StateShape state={props.shape} quiet />
      <p className="grow cut">
        <output>
          <b>{props.head}</b>
        </output>{' '}
        <span className="t2">{props.says}</span>
      </p>
      {props.own}
      <span className="t3 keeps">{props.kept}</span>
      {props.children}
    </div>
  )
}
