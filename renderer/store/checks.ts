import { findingsOf } from '../../main/model/check.ts'
import { troubleOf } from '../../main/model/errors.ts'
import { problemsOf } from '../../main/model/problems.ts'
import { unchecked } from './checked.ts'
import type { Shell } from './shell.ts'
import type { ShellState } from './state.ts'

/** Asks the doctor; once at a time. */
export async function examine(shell: Shell): Promise<void> {
  const { store } = shell
  const { trouble: _trouble, ...last } = store.getState().checked ?? unchecked
  if (last.busy) return
  store.setState({ checked: { ...last, busy: true } })
  const began = performance.now()
  try {
    const checks = await shell.request('doctor', {})
    store.setState({
      checked: {
        busy: false,
        at: Date.now(),
        tookMs: performance.now() - began,
        checks,
        problems: problemCount(store.getState()),
      },
    })
  } catch (error) {
    store.setState({ checked: { ...last, busy: false, trouble: troubleOf(error) } })
  }
}

function problemCount({ snapshot }: ShellState): number {
  return snapshot === null ? 0 : problemsOf(snapshot).length + snapshot.problems.length
}

/** The findings to be told in the bar: what the doctor found last, and what came or went in the snapshot since. */
export function findingCount(state: ShellState): number {
  const { checked } = state
  const now = problemCount(state)
  if (checked === null || checked.at === 0) return now
  return Math.max(0, findingsOf(checked.checks).length + now - checked.problems)
}

/** Whether what is told in the bar is what the doctor would find now, as far as is seen: nothing came or went since. */
export function isExamined(state: ShellState): boolean {
  const { checked } = state
  return checked !== null && checked.at > 0 && checked.problems === problemCount(state)
}
