import type { ReactNode } from 'react'

/** A named box that scrolls; the keyboard reaches it, as there is nothing in it to be focused. */
export function ScrollBox(props: {
  readonly label: string
  readonly className: string
  /** Shows its end at first: where what went wrong is said last. */
  readonly atEnd?: boolean
  readonly children: ReactNode
}): ReactNode {
  return (
    <section
      className={props.className}
      aria-label={props.label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it only a mouse can scroll
      tabIndex={0}
      ref={props.atEnd === true ? toEnd : undefined}
    >
      {props.children}
    </section>
  )
}

function toEnd(box: HTMLElement | null): void {
  if (box !== null) box.scrollTop = box.scrollHeight
}
