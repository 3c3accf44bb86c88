import type { ReactNode } from 'react'
import { hasRail, type Ladder } from '../../main/model/ladder.ts'
import { sayLadder } from '../words/ladder.ts'
import { RungShape } from './rung-shape.tsx'

const STEP = 13
/** Half a pixel, so that a bar of three lands on whole ones. */
const FIRST = 9.5

/**
 * The ladder lying on its side: five rungs, read left to right as a request travels. The sixth, of TLS, is only in the service's
 * own page: what is wrong with it is a way round, which the row's words tell.
 */
export function Rails({ ladder }: { readonly ladder: Ladder }): ReactNode {
  const label = sayLadder(ladder)
  return (
    <svg className="lad" viewBox="0 0 70 14" role="img" aria-label={label}>
      <title>{label}</title>
      {ladder
        .filter(({ id }) => id !== 'tls')
        .map((rung, index) => {
          const x = FIRST + STEP * index
          return (
            <g key={rung.id}>
              {hasRail[rung.state] ? (
                <path className="rail" d={`M${x - 6.5} 1.5h13M${x - 6.5} 12.5h13`} />
              ) : null}
              <RungShape state={rung.state} x={x} y={7} />
            </g>
          )
        })}
    </svg>
  )
}
