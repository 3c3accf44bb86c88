import type { ReactNode } from 'react'
import type { RungState } from '../../main/model/ladder.ts'

/** The shape of a rung around (x, y), in pixels; `standing`: in a ladder that stands, so that its bars lie. */
export function RungShape(props: {
  readonly state: RungState
  readonly x: number
  readonly y: number
  readonly standing?: boolean
}): ReactNode {
  const { state, x, y, standing = false } = props
  switch (state) {
    case 'ok':
      return standing ? (
        <rect className="r-ok" x={x - 8} y={y - 1.5} width="16" height="3" />
      ) : (
        <rect className="r-ok" x={x - 1.5} y={y - 6} width="3" height="12" />
      )
    case 'round':
      return <path className="r-warn" d={`M${x} ${y - 5.2}l5.2 9.8h-10.4z`} />
    case 'stop':
      return <path className="r-fail" d={`M${x - 3.8} ${y - 4}l7.6 8M${x + 3.8} ${y - 4}l-7.6 8`} />
    case 'progress':
      return standing ? (
        <rect className="r-busy" x={x - 8} y={y - 2.5} width="16" height="5" />
      ) : (
        <rect className="r-busy" x={x - 2} y={y - 4.5} width="4" height="9" />
      )
    case 'unknown':
      return <path className="r-unknown" d={`M${x - 3} ${y}h6`} />
    case 'unreached':
      return <circle className="r-next" cx={x} cy={y} r="1.4" />
    case 'unused':
      return null
  }
}
