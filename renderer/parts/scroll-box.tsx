import type { ReactNode } from 'react'

/** A named box that scrolls; the keyboard reaches it, as there is nothing in it to be focused. */
export function ScrollBox(props: {
  readonly label: string
  readonly className: string
  readonly children: ReactNode
}): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it only a mouse can scroll
    <section className={props.className} aria-label={props.label} tabIndex={0}>
      {props.children}
    </section>
  )
}
