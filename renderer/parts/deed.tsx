import type { ReactNode } from 'react'
import { deedToTell, deedUnderWay, plainLabel } from '../store/deeds.ts'
import { useSecond } from '../store/minute.ts'
import { useShellState } from '../store/use-shell.ts'
import { sayDeed, sayStep } from '../words/deeds.ts'
import { Button, type ButtonProps } from './button.tsx'

/** What is told of what was pressed last: what it is at, or what came of it; empty when nothing was pressed lately. */
export function useDeed(): string {
  return useShellState((state) => {
    const deed = deedToTell(state)
    if (deed === undefined) return ''
    if (deed.end !== null) return sayDeed.ended(deed)
    const step = state.steps[deed.id]
    const title = (id: string): string => state.shown?.services.find((one) => one.id === id)?.title ?? id
    return sayDeed.running(deed.label, step === undefined ? '' : sayStep(step, title))
  })
}

/** For how long it goes on; a reader is not told each second. */
export function DeedClock(): ReactNode {
  const at = useShellState((state) => {
    const deed = deedToTell(state)
    return deed?.end === null ? deed.at : undefined
  })
  return at === undefined ? null : <Ticking at={at} />
}

function Ticking({ at }: { readonly at: number }): ReactNode {
  const now = useSecond()
  // "0 s" of what was only just pressed tells nothing.
  if (now - at < 1000) return null
  return (
    <span aria-hidden="true" className="num">
      {', '}
      {sayDeed.seconds(now - at)}
    </span>
  )
}

/** A button that says while it is at it, and for how long; it keeps the keyboard, and a second press does nothing. */
export function DeedButton(
  props: Omit<ButtonProps, 'children' | 'waits'> & {
    /** What the deed is called. */
    readonly of: string
    readonly children: string
  },
): ReactNode {
  const { of, children, ...rest } = props
  const at = useShellState((state) => deedUnderWay(state, of)?.at)
  return at === undefined ? (
    <Button {...rest}>{children}</Button>
  ) : (
    <Button {...rest} waits>
      <Busy label={plainLabel(children)} at={at} />
    </Button>
  )
}

function Busy({ label, at }: { readonly label: string; readonly at: number }): ReactNode {
  const now = useSecond()
  return <>{sayDeed.busy(label, now - at)}</>
}
