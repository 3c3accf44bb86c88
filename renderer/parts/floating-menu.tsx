import { createElement, Suspense, type ReactNode } from 'react'
import { useActions } from '../store/use-shell.ts'
import { sayShell } from '../words/shell.ts'
import { Fence } from './fence.tsx'
import { lazily } from './lazily.ts'
import type { MenuLine } from './menu-line.ts'

const menu = lazily(async () => (await import('./menu.tsx')).Menu)

/** A menu beside an element of the page, open while `anchor` is set; its code is loaded when the first one opens. */
export function FloatingMenu(props: {
  readonly label: string
  readonly anchor: HTMLElement | null
  readonly lines: readonly MenuLine[]
  readonly onClose: () => void
}): ReactNode {
  const { anchor, ...rest } = props
  const actions = useActions()
  if (anchor === null) return null
  const onBroken = (): void => {
    menu.forget()
    props.onClose()
    actions.tell(sayShell.partFailed)
  }
  return (
    <Fence title={props.label} onBroken={onBroken}>
      <Suspense fallback={null}>{createElement(menu.part(), { anchor, ...rest })}</Suspense>
    </Fence>
  )
}
