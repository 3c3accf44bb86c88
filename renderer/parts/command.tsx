import type { ReactNode } from 'react'
import { Copy } from './copy.tsx'
import { ScrollBox } from './scroll-box.tsx'

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

/** Several lines to copy. */
export function CommandBlock(props: {
  readonly lines: readonly string[]
  readonly what: string
  readonly button: string
}): ReactNode {
  const text = props.lines.join('\n')
  return (
    <div className="cmdblock">
      <ScrollBox className="code" label={props.what}>
        {text}
      </ScrollBox>
      <Copy text={text} what={props.what} button={props.button} small />
    </div>
  )
}
