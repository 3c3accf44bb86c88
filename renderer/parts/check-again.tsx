import type { ReactNode } from 'react'
import { deedToTell } from '../store/deeds.ts'
import { foundBy } from '../store/looked.ts'
import { useActions, useShellState } from '../store/use-shell.ts'
import { sayCommon } from '../words/common.ts'
import { sayLooked } from '../words/looked.ts'
import { Button } from './button.tsx'
import { useDeed } from './deed.tsx'

/** Has everything looked at; its word says that it does, and it keeps the keyboard meanwhile. */
export function CheckAgain(props: {
  readonly kind?: 'normal' | 'primary'
  readonly small?: boolean
}): ReactNode {
  const actions = useActions()
  const busy = useShellState((state) => state.looked?.busy === true)
  return (
    <Button {...props} waits={busy} onPress={actions.look}>
      {busy ? sayLooked.looking : sayCommon.checkAgain}
    </Button>
  )
}

/** What is told of what a person asked for last: a look, or anything else that was pressed since. */
export function useTold(): string {
  const looked = useLooked()
  const deed = useDeed()
  const isNewer = useShellState((state) => (deedToTell(state)?.at ?? 0) >= (state.looked?.at ?? 0))
  return deed !== '' && (isNewer || looked === '') ? deed : looked
}

/** What a look that a person asked for found, or that it goes on; empty when nobody asked lately. */
export function useLooked(): string {
  return useShellState(({ looked, snapshot }) => {
    if (looked === null) return ''
    return looked.busy || snapshot === null
      ? sayLooked.lookingAt
      : sayLooked.done(looked, foundBy(looked, snapshot))
  })
}
