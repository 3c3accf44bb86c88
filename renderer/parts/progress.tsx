import type { ReactNode } from 'react'

/** How far something is, 0 to 1; undefined: it goes on, nobody knows how far. */
export function Progress(props: { readonly label: string; readonly part: number | undefined }): ReactNode {
  return props.part === undefined ? (
    <progress className="bar" aria-label={props.label} />
  ) : (
    <progress className="bar" aria-label={props.label} max={1} value={Math.min(1, Math.max(0, props.part))} />
  )
}
