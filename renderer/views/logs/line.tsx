import type { Pattern } from '../../../main/model/pattern.ts'
import { memo, type CSSProperties, type ReactNode, type Ref } from 'react'
import { sayDay, saySecond } from '../../../main/model/say.ts'
import { StateShape } from '../../parts/state-shape.tsx'
import { sayLogs } from '../../words/logs.ts'
import { levels, type Level } from './levels.ts'
import { ServiceMark } from './mark.tsx'
import type { Entry } from './ring.ts'
import { cutOf, firstHit, piecesOf } from './search.ts'

/** Characters of a line that are drawn: what fits beside each other, or what is still read under each other. */
const DRAWN = { beside: 1200, wrapped: 4000 } as const

/** About as many characters are seen of a line that is not wrapped. */
const SEEN = 90

const classOf: Readonly<Record<Level, string>> = {
  [levels.unknown]: '',
  [levels.debug]: ' d',
  [levels.info]: '',
  [levels.warning]: ' w',
  [levels.error]: ' e',
}

function LevelSign({ level }: { readonly level: Level }): ReactNode {
  if (level < levels.warning) return <span />
  const isError = level === levels.error
  return (
    <span className="lv">
      <StateShape state={isError ? 'failed' : 'degraded'} quiet />
      <span className="vh">{isError ? sayLogs.error : sayLogs.warning}</span>
    </span>
  )
}

export interface LineProps {
  readonly entry: Entry
  readonly number: number
  readonly index: number
  readonly title: string
  /** Index of the service's sign; undefined: only one service is in the stream. */
  readonly sign: number | undefined
  readonly pattern: Pattern | undefined
  /** It is the find that Previous and Next are at. */
  readonly now: boolean
  readonly selected: boolean
  readonly wrap: boolean
  readonly start: number
  readonly ref: Ref<HTMLDivElement>
}

/** One row of the stream. */
export const Line = memo(({ ref, ...props }: LineProps): ReactNode => {
  const { entry, number, index, pattern, now, wrap } = props
  const place: CSSProperties = { transform: `translateY(${props.start}px)` }
  const row = { 'data-index': index, 'data-number': number, style: place } as const
  if (entry.service === '')
    return (
      <div className="gap" {...row} ref={ref}>
        {entry.text}
      </div>
    )
  const at = now && pattern && !wrap ? Math.max(0, firstHit(entry.text, pattern)) : 0
  const { from, text, left } = cutOf(entry.text, wrap ? DRAWN.wrapped : DRAWN.beside, at, SEEN)
  const pieces = piecesOf(text, pattern)
  const first = pieces.findIndex((piece) => piece.hit)
  return (
    <div
      className={`ln1${classOf[entry.level]}${props.selected ? ' picked' : ''}${wrap ? ' wrapped' : ''}`}
      {...row}
      ref={ref}
    >
      <span className="tm" title={sayDay(entry.at, entry.at)}>
        {saySecond(entry.at)}
        <span className="ms">.{String(Math.floor(entry.at % 1000)).padStart(3, '0')}</span>
      </span>
      <LevelSign level={entry.level} />
      <span className="sv" title={props.title}>
        {props.sign === undefined ? null : <ServiceMark index={props.sign} />}
        <span className="cut" dir="auto">
          {props.title}
        </span>
      </span>
      <span className={wrap ? 'msg' : 'msg cut'}>
        {from > 0 ? <span className="t3">… </span> : null}
        {pieces.map((piece, place) =>
          piece.hit ? (
            // Pieces of one text have nothing but their place.
            // oxlint-disable-next-line react/no-array-index-key
            <mark key={place} className={now && place === first ? 'now' : undefined}>
              {piece.text}
            </mark>
          ) : (
            piece.text
          ),
        )}
        {left > 0 ? <span className="t3"> {sayLogs.left(left)}</span> : null}
      </span>
    </div>
  )
})
Line.displayName = 'Line'
