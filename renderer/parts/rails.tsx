import type { ReactNode } from 'react'
import type { Ladder, RungState } from '../../main/model/ladder.ts'
import { sayLadder } from '../words/ladder.ts'

/** Rails go on where a request could; they break at a problem and end where nothing was reached. */
const hasRail: Readonly<Record<RungState, boolean>> = {
  ok: true,
  progress: true,
  unknown: true,
  unused: true,
  round: false,
  stop: false,
  unreached: false,
}

const STEP = 13
/** Half a pixel, so that a bar of three lands on whole ones. */
const FIRST = 9.5

function mark(state: RungState, x: number): ReactNode {
  switch (state) {
    case 'ok':
      return <rect className="r-ok" x={x - 1.5} y="1" width="3" height="12" />
    case 'round':
      return <path className="r-warn" d={`M${x} 1.8L${x + 5.2} 11.6H${x - 5.2}z`} />
    case 'stop':
      return <path className="r-fail" d={`M${x - 3.8} 3l7.6 8M${x + 3.8} 3l-7.6 8`} />
    case 'progress':
      return <rect className="r-busy" x={x - 2} y="2.5" width="4" height="9" />
    case 'unknown':
      return <path className="r-unknown" d={`M${x - 3} 7h6`} />
    case 'unreached':
      return <circle className="r-next" cx={x} cy="7" r="1.4" />
    case 'unused':
      return null
  }
}

/** The ladder lying on its side: five rungs, read left to right as a request travels. */
export function Rails({ ladder }: { readonly ladder: Ladder }): ReactNode {
  const label = sayLadder(ladder)
  return (
    <svg className="lad" viewBox="0 0 70 14" role="img" aria-label={label}>
      <title>{label}</title>
      {ladder.map((rung, index) => {
        const x = FIRST + STEP * index
        return (
          <g key={rung.id}>
            {hasRail[rung.state] ? (
              <path className="rail" d={`M${x - 6.5} 1.5h13M${x - 6.5} 12.5h13`} />
            ) : null}
            {mark(rung.state, x)}
          </g>
        )
      })}
    </svg>
  )
}

function standing(state: RungState): ReactNode {
  switch (state) {
    case 'ok':
      return <rect className="r-ok" x="9" y="20.5" width="16" height="3" />
    case 'round':
      return <path className="r-warn" d="M17 16.8L22.2 26.6H11.8z" />
    case 'stop':
      return <path className="r-fail" d="M13.2 18l7.6 8M20.8 18l-7.6 8" />
    case 'progress':
      return <rect className="r-busy" x="9" y="19.5" width="16" height="5" />
    case 'unknown':
      return <path className="r-unknown" d="M14 22h6" />
    case 'unreached':
      return <circle className="r-next" cx="17" cy="22" r="1.4" />
    case 'unused':
      return null
  }
}

/** One rung of the standing ladder, with its piece of the rails; pieces of 44 px stand on each other. */
export function StandingRung({ state }: { readonly state: RungState }): ReactNode {
  const whole = hasRail[state]
  return (
    <svg className="st" viewBox="0 0 34 44" aria-hidden="true">
      {state === 'unreached' ? null : (
        <path className="rail" d={whole ? 'M9 0v44M25 0v44' : 'M9 0v12M25 0v12M9 32v12M25 32v12'} />
      )}
      {standing(state)}
    </svg>
  )
}
