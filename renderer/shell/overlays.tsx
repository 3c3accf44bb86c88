import { createElement, Suspense, type ReactNode } from 'react'
import { Fence } from '../parts/fence.tsx'
import { lazily } from '../parts/lazily.ts'
import type { Asking } from '../store/state.ts'
import { useActions, useShellState } from '../store/use-shell.ts'
import { sayShell } from '../words/shell.ts'

const dialogs = async () => await import('./dialogs.tsx')

const overlays = {
  stop: lazily(async () => (await dialogs()).StopDialog),
  create: lazily(async () => (await dialogs()).CreateDialog),
  release: lazily(async () => (await dialogs()).ReleaseDialog),
  delete: lazily(async () => (await import('../views/service/delete-dialog.tsx')).DeleteDialog),
  set: lazily(async () => (await import('../views/settings/set-dialog.tsx')).SetDialog),
  terminal: lazily(async () => (await import('../views/terminal/terminal-dialog.tsx')).TerminalDialog),
  snapshot: lazily(async () => (await import('../views/snapshots/snapshot-dialog.tsx')).SnapshotDialog),
  closing: lazily(async () => (await dialogs()).ClosingDialog),
  'no tray': lazily(async () => (await dialogs()).NoTrayDialog),
  keys: lazily(async () => (await dialogs()).KeysDialog),
  palette: lazily(async () => (await import('./palette/palette.tsx')).Palette),
}

/** What stands before everything else; loaded when first asked for. */
export function Overlays(): ReactNode {
  const asking = useShellState((state) => state.asking)
  const actions = useActions()
  if (asking === null) return null
  const onBroken = (): void => {
    overlays[asking.kind].forget()
    actions.ask(null)
    actions.tell(sayShell.partFailed)
  }
  return (
    <Fence title={asking.kind} key={asking.kind} onBroken={onBroken}>
      <Suspense fallback={null}>{overlay(asking)}</Suspense>
    </Fence>
  )
}

function overlay(asking: Asking): ReactNode {
  if (asking.kind === 'stop') return createElement(overlays.stop.part(), { asking })
  if (asking.kind === 'create') return createElement(overlays.create.part(), { asking })
  if (asking.kind === 'snapshot') return createElement(overlays.snapshot.part(), { about: asking.about })
  if (asking.kind === 'release') return createElement(overlays.release.part(), { asking })
  if (asking.kind === 'delete') return createElement(overlays.delete.part(), { id: asking.service })
  if (asking.kind === 'set') return createElement(overlays.set.part(), { name: asking.name })
  if (asking.kind === 'terminal')
    return createElement(overlays.terminal.part(), { service: asking.service, kind: asking.what })
  if (asking.kind === 'palette') return createElement(overlays.palette.part(), { typed: asking.typed })
  return createElement(overlays[asking.kind].part())
}
