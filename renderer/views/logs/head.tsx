import type { ReactNode } from 'react'
import { sayLogs } from '../../words/logs.ts'
import type { StreamState } from './stream-state.ts'

/** What is in front of the first line: more, or the begin. */
export function Head(props: {
  readonly past: StreamState['past']
  /** Epoch ms from when on lines are wanted. */
  readonly since: number | undefined
  readonly onOlder: () => void
}): ReactNode {
  switch (props.past) {
    case 'loading':
      return <span className="gap">{sayLogs.loading}</span>
    case 'begin':
      return (
        <span className="gap">
          {props.since === undefined ? sayLogs.begin : sayLogs.beginSince(props.since)}
        </span>
      )
    case 'more':
    case 'failed':
      return (
        <span className="gap">
          {props.past === 'failed' ? sayLogs.pastFailed : null}
          <button type="button" className="link" onClick={props.onOlder}>
            {props.past === 'failed' ? sayLogs.again : sayLogs.more}
          </button>
        </span>
      )
  }
}
