import type { ReactNode } from 'react'
import type { Fix } from '../../main/model/ladder.ts'
import { useActions, useShellState } from '../store/use-shell.ts'
import { CheckAgain } from './check-again.tsx'
import { DeedButton } from './deed.tsx'

/** What brings the container engine while it does not answer; undefined: it answers, or nobody knows. */
export function useEngineFix(): Fix | undefined {
  return useShellState((state) =>
    state.shown?.docker.kind === 'down'
      ? state.shown.causes.find(({ id }) => id === 'docker')?.headline.fix
      : undefined,
  )
}

/** The button that starts the engine; where that cannot be done from here, it looks again. */
export function EngineFix({ kind = 'normal' }: { readonly kind?: 'normal' | 'primary' }): ReactNode {
  const actions = useActions()
  const fix = useEngineFix()
  if (fix === undefined || fix.action.kind === 'none') return <CheckAgain kind={kind} />
  return (
    <DeedButton of={fix.label} kind={kind} onPress={() => actions.fix(fix)}>
      {fix.label}
    </DeedButton>
  )
}
