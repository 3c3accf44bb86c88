import type { ReactNode } from 'react'
import { hasRail, type RungState } from '../../../main/model/ladder.ts'
import { RungShape } from '../../parts/rung-shape.tsx'
import { rungWords } from '../../words/ladder.ts'

/** A rung of the standing ladder; it stretches with its row. The first and last rung have a loose end. */
export function RungMark(props: {
  readonly state: RungState
  readonly first: boolean
  readonly last: boolean
}): ReactNode {
  const { state } = props
  const rail = hasRail[state]
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
          <RungShape state={state} x={17} y={0} standing />
        </svg>
      </svg>
    </span>
  )
}
