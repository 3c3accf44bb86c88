import type { ReactNode } from 'react'
import type { RungState } from '../../../main/model/ladder.ts'
import { rungWords } from '../../words/ladder.ts'

/** Whether the rails go on through a rung. */
const isThrough: Readonly<Record<RungState, boolean>> = {
  ok: true,
  round: true,
  progress: true,
  unknown: true,
  unused: true,
  stop: false,
  unreached: false,
}

function mark(state: RungState): ReactNode {
  switch (state) {
    case 'ok':
      return <rect className="r-ok" x="9" y="-1.5" width="16" height="3" />
    case 'round':
      return <path className="r-warn" d="M17 -5.2L22.2 4.6H11.8z" />
    case 'stop':
      return <path className="r-fail" d="M13 -4l8 8M21 -4l-8 8" />
    case 'progress':
      return <rect className="r-busy" x="10" y="-2.5" width="14" height="5" />
    case 'unknown':
      return <path className="r-unknown" d="M14 0h6" />
    case 'unreached':
      return <circle className="r-next" cx="17" cy="0" r="1.6" />
    case 'unused':
      return null
  }
}

/** A rung of the standing ladder; it stretches with its row. The first and last rung have a loose end. */
export function RungMark(props: {
  readonly state: RungState
  readonly first: boolean
  readonly last: boolean
}): ReactNode {
  const { state } = props
  const rail = isThrough[state]
  return (
    <span className="rung">
      <svg className="lad st" role="img" aria-label={rungWords[state]}>
        {rail
          ? [9, 25].map((x) => (
              <line
                key={x}
                className="rail"
                x1={x}
                x2={x}
                y1={props.first ? '22%' : '0'}
                y2={props.last ? '78%' : '100%'}
              />
            ))
          : null}
        <svg y="50%" overflow="visible">
          {mark(state)}
        </svg>
      </svg>
    </span>
  )
}
