import type { ReactNode } from 'react'
import { hasRail, type Ladder, type RungState } from '../../main/model/ladder.ts'
import { sayLadder } from '../words/ladder.ts'
import { RungShape } from './rung-shape.tsx'

const STEP = 13
/** Half a pixel, so that a bar of three lands on whole ones. */
const FIRST = 9.5

interface Placed {
  readonly state: RungState
  /** Its middle, in pixels. */
  readonly x: number
}

/**
 * The ladder lying on its side: five rungs, read left to right as a request travels. The sixth, of TLS, is only in the service's
 * own page: what is wrong with it is a way round, which the row's words tell. All rails are one path and all good rungs another:
 * each element of a drawing takes kilobytes of the page, and a list has hundreds of rungs.
 */
export function Rails({ ladder }: { readonly ladder: Ladder }): ReactNode {
  const label = sayLadder(ladder)
  const rungs = ladder
    .filter(({ id }) => id !== 'tls')
    .map(({ state }, index): Placed => ({ state, x: FIRST + STEP * index }))
  const rails = pathOf(
    rungs.filter(({ state }) => hasRail[state]),
    (x) => `M${x - 6.5} 1.5h13M${x - 6.5} 12.5h13`,
  )
  const good = pathOf(
    rungs.filter(({ state }) => state === 'ok'),
    (x) => `M${x - 1.5} 1h3v12h-3z`,
  )
  return (
    <svg className="lad" viewBox="0 0 70 14" role="img" aria-label={label}>
      <title>{label}</title>
      {rails === '' ? null : <path className="rail" d={rails} />}
      {good === '' ? null : <path className="r-ok" d={good} />}
      {rungs
        .filter(({ state }) => state !== 'ok')
        .map(({ state, x }) => (
          <RungShape key={x} state={state} x={x} y={7} />
        ))}
    </svg>
  )
}

const pathOf = (rungs: readonly Placed[], at: (x: number) => string): string =>
  rungs.map(({ x }) => at(x)).join('')
