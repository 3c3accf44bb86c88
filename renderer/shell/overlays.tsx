import { lazy, Suspense, type ReactNode } from 'react'
import { useShellState } from '../store/use-shell.ts'
import type { Asking } from '../store/state.ts'

const Palette = lazy(async () => ({ default: (await import('./palette/palette.tsx')).Palette }))
const StopDialog = lazy(async () => ({ default: (await import('./dialogs.tsx')).StopDialog }))
const ClosingDialog = lazy(async () => ({ default: (await import('./dialogs.tsx')).ClosingDialog }))
const NoTrayDialog = lazy(async () => ({ default: (await import('./dialogs.tsx')).NoTrayDialog }))
const KeysDialog = lazy(async () => ({ default: (await import('./dialogs.tsx')).KeysDialog }))

/** What stands before everything else; loaded when first asked for. */
export function Overlays(): ReactNode {
  const asking = useShellState((state) => state.asking)
  if (asking === null) return null
  return <Suspense fallback={null}>{overlay(asking)}</Suspense>
}

function overlay(asking: Asking): ReactNode {
  switch (asking.kind) {
    case 'stop':
      return <StopDialog asking={asking} />
    case 'closing':
      return <ClosingDialog />
    case 'no tray':
      return <NoTrayDialog />
    case 'palette':
      return <Palette />
    case 'keys':
      return <KeysDialog />
  }
}
