import { lazy, Suspense, type ReactNode } from 'react'
import type { MenuLine } from './menu-line.ts'

const Menu = lazy(async () => ({ default: (await import('./menu.tsx')).Menu }))

/** A menu beside an element of the page, open while `anchor` is set; its code is loaded when the first one opens. */
export function FloatingMenu(props: {
  readonly label: string
  readonly anchor: HTMLElement | null
  readonly lines: readonly MenuLine[]
  readonly onClose: () => void
}): ReactNode {
  const { anchor, ...rest } = props
  if (anchor === null) return null
  return (
    <Suspense fallback={null}>
      <Menu anchor={anchor} {...rest} />
    </Suspense>
  )
}
