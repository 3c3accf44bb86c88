import type { CSSProperties, ReactNode } from 'react'
import type { State } from '../../main/model/snapshot.ts'
import { sayCommon } from '../words/common.ts'
import { StateShape } from './state-shape.tsx'
import { useOverflows } from './use-overflows.ts'

/** One of the three answers. */
export interface StripCell {
  readonly head: string
  readonly body: ReactNode
}

/** The explanation: fixed height, up to three answers, one primary button. Rows therefore never grow. */
export function Strip(props: {
  readonly label: string
  readonly state: State
  readonly title: string
  readonly beside: string
  readonly cells: readonly StripCell[]
  readonly pager?: ReactNode
  readonly buttons?: ReactNode
}): ReactNode {
  const [box, overflows] = useOverflows()
  return (
    <section className="strip" aria-label={props.label} data-region="strip" tabIndex={-1}>
      <header>
        <StateShape state={props.state} />
        <h2 className="cut" dir="auto" title={props.title}>
          {props.title}
        </h2>
        <span className="t2 cut" dir="auto" title={props.beside}>
          {props.beside}
        </span>
      </header>
      <div className="pager">{props.pager}</div>
      <div
        className="three"
        ref={box}
        style={columns(props.cells)}
        {...(overflows ? { tabIndex: 0, role: 'region', 'aria-label': props.title } : {})}
      >
        {props.cells.map((cell) => (
          <div key={cell.head}>
            <h3>{cell.head}</h3>
            <p>{cell.body}</p>
          </div>
        ))}
      </div>
      <div className="do">{props.buttons}</div>
    </section>
  )
}

/** A word is not broken for its answer's shortness (characters). */
const LEAST_WIDE = 30

/** Each answer is as wide as it is long, so that all take as many lines; those that are no texts share as they need. */
function columns(cells: readonly StripCell[]): CSSProperties {
  const texts = cells.flatMap(({ body }) => (typeof body === 'string' ? [body] : []))
  if (texts.length < cells.length) return {}
  const shares = texts.map(({ length }) => `minmax(0, ${Math.max(LEAST_WIDE, length)}fr)`)
  return { '--columns': shares.join(' ') } as CSSProperties
}

/** What happened, why, what to do; no heading without an answer below it. */
export function three(what: ReactNode, why: ReactNode, todo: ReactNode): readonly StripCell[] {
  const all = [
    { head: sayCommon.whatHappened, body: what },
    { head: sayCommon.why, body: why },
    { head: sayCommon.whatToDo, body: todo },
  ]
  return all.filter(({ body }) => body !== '')
}
