import type { ReactNode } from 'react'
import { Copy } from './copy.tsx'

/** A command to copy into a terminal; `what` names it for a screen reader. */
export function Command(props: { readonly text: string; readonly what: string }): ReactNode {
  return (
    <div className="code cmd">
      <span className="cut" title={props.text}>
        {props.text}
      </span>
      <Copy text={props.text} what={props.what} />
    </div>
  )
}
