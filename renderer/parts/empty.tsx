import type { ReactNode } from 'react'
import type { Trouble } from '../../main/model/errors.ts'

/** Where nothing is: what that means, and what can be done about it. */
export function Empty(props: {
  readonly title: string
  readonly says: string
  /** It is all of the page. */
  readonly whole?: boolean
  readonly children?: ReactNode
}): ReactNode {
  const Heading = props.whole === true ? 'h1' : 'h2'
  return (
    <div className="empty">
      <Heading>{props.title}</Heading>
      <p>{props.says}</p>
      {props.children}
    </div>
  )
}

/** A failed request in its own place: what happened, why, what to do. */
export function ErrorNote(props: { readonly trouble: Trouble; readonly children?: ReactNode }): ReactNode {
  const { what, why, todo } = props.trouble
  return (
    <div className="errornote" role="alert">
      <div>
        <b>{what}</b>
        {why === undefined ? null : <p>{why}</p>}
        {todo?.split('\n').map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      {props.children}
    </div>
  )
}
