/** What may be done with a service now; asked by rows, menus, keys and the palette alike. */
import type { Fix } from '../../../main/model/ladder.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { inUse } from './row-words.ts'

/** Whether a row shows Start: it is stopped, or its container is gone. */
export function canStart(view: ServiceView): boolean {
  // A cluster is made by starting it, and so is what waits for its first image.
  if (view.state === 'not set up') return view.cluster !== undefined
  return view.state === 'stopped' || (view.state === 'failed' && view.container === undefined)
}

export function canStop(view: ServiceView): boolean {
  return !['stopped', 'stopping', 'not set up', 'unknown'].includes(view.state)
}

export function canRestart(view: ServiceView): boolean {
  return ['works', 'degraded', 'failed'].includes(view.state)
}

export function canOpen(view: ServiceView): boolean {
  return inUse(view)?.opens === true
}

/** Whether a fix shows something first instead of doing it at once. */
export function asksFirst(fix: Fix): boolean {
  return fix.action.kind === 'setup' || fix.action.kind === 'none' || fix.action.kind === 'logs'
}
