import type { KeyboardEvent } from 'react'
import { may, toggleOf } from '../../../main/model/may.ts'
import { problemsOfService } from '../../../main/model/problems.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { Actions } from '../../actions.ts'
import type { Shell } from '../../store/shell.ts'
import { allProblems } from '../../store/problems.ts'
import { problemOf } from './choose.ts'
import { isMove } from './grid-keys.ts'
import type { OpenMenu } from './service-row.tsx'

export interface ListKeys {
  readonly shell: Shell
  readonly actions: Actions
  /** Whether single letters are shortcuts (WCAG 2.1.4 asks for a way to turn them off). */
  readonly letters: boolean
  readonly openMenu: OpenMenu
}

/** Single letters while the list has focus; they go before the list's own typing-to-find. */
export function onListKey(event: KeyboardEvent, keys: ListKeys): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return
  if (leavesButtons(event)) return
  if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    const row = rowOf(event)
    const key = row?.dataset['key']
    if (row === null || key === undefined || event.repeat) return
    // Also keeps the browser's own menu away.
    event.preventDefault()
    event.stopPropagation()
    keys.openMenu(
      key,
      'more',
      row.querySelector<HTMLElement>('.acts') ?? row.querySelector<HTMLElement>('.btn') ?? row,
    )
    return
  }
  const letter = event.key.length === 1 ? event.key.toLowerCase() : ''
  if (!/^[a-z]$/.test(letter)) return
  // The list would look for a row of that first letter otherwise, also when letters are turned off.
  event.stopPropagation()
  if (!keys.letters) return
  const { shell, actions } = keys
  const { shown } = shell.store.getState()
  if (letter === 'n') {
    event.preventDefault()
    pageProblem(keys, event.shiftKey ? -1 : 1)
    return
  }
  // The row under the keyboard, not the one that was selected last: on a tier's heading no letter means a service.
  const view = shown?.services.find((one) => one.id === rowOf(event)?.dataset['key'])
  if (shown === null || view === undefined || event.repeat) return
  const act = deed(letter, event, view, keys)
  if (act === undefined) return
  event.preventDefault()
  if (letter === 'f') {
    const fix = problemsOfService(shown, view)[0]?.headline.fix
    if (fix) actions.fix(fix)
    return
  }
  act()
}

/** The row that has the keyboard, or holds the button that has it. */
function rowOf({ target }: KeyboardEvent): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[role="row"]') : null
}

/** Keys that move from row to row go on from its row on a row's button; the list itself would keep them in the row. */
function leavesButtons(event: KeyboardEvent): boolean {
  if (!isMove(event.key)) return false
  const row = rowOf(event)
  if (row === null || row === event.target) return false
  event.preventDefault()
  event.stopPropagation()
  row.focus()
  row.dispatchEvent(new KeyboardEvent('keydown', { key: event.key, bubbles: true, cancelable: true }))
  return true
}

function deed(
  letter: string,
  event: KeyboardEvent,
  view: ServiceView,
  { actions, openMenu }: ListKeys,
): (() => void) | undefined {
  const row = rowOf(event)
  const toggle = toggleOf(view)
  switch (letter) {
    case 'o':
      return () => actions.open(view.id)
    case 'c':
      return event.shiftKey
        ? () => (row ? openMenu(view.id, 'copy', row.querySelector<HTMLElement>('.acts') ?? row) : undefined)
        : () => actions.copyAddress(view)
    case 'l':
      return () => actions.go({ view: 'logs', service: view.id })
    case 's':
      if (!toggle.can) return undefined
      return toggle.verb === 'start'
        ? () => actions.start([view.id])
        : () => actions.stop([view.id], view.title)
    case 'r':
      return may('restart', view) ? () => actions.restart([view.id]) : undefined
    case 'f':
      return () => undefined
    default:
      return undefined
  }
}

/** Goes to the next or previous problem; its row is selected when it is one row's own. */
export function pageProblem({ shell, actions }: Pick<ListKeys, 'shell' | 'actions'>, step: 1 | -1): void {
  const { shown, selected, problem } = shell.store.getState()
  if (shown === null) return
  const problems = allProblems(shown)
  if (problems.length === 0) return
  const at = selected === null ? problem : problemOf(problems, shown, selected)
  const next = (Math.max(0, at) + step + problems.length) % problems.length
  const service = problems[next]?.service ?? null
  actions.select(service)
  shell.store.setState({ problem: next })
  if (service !== null) showRow(service)
}

/** Brings a row into sight, and the keyboard to it when that is in the list already. */
function showRow(service: string): void {
  const row = document.querySelector<HTMLElement>(`.list [data-key="${CSS.escape(service)}"]`)
  row?.scrollIntoView({ block: 'nearest' })
  if (row?.closest('[role="treegrid"]')?.contains(document.activeElement) === true)
    row.focus({ preventScroll: true })
}
