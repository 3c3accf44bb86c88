/** What the explanation shows: pure, from what is known. */
import type { Problem } from '../../../main/model/problems.ts'
import type { AlertView, ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import type { Note } from '../../store/state.ts'
import { allProblems } from '../../store/problems.ts'

export type Explained =
  | { readonly kind: 'note'; readonly note: Note }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly at: number; readonly of: number }
  | { readonly kind: 'service'; readonly view: ServiceView }
  /** It works, and something about it fires in Prometheus. */
  | { readonly kind: 'alert'; readonly view: ServiceView; readonly alert: AlertView }
  /** Nothing runs; `ever`: something did before. */
  | { readonly kind: 'off'; readonly ever: boolean }
  | { readonly kind: 'calm'; readonly reachable: number }

/** Index of the problem a service's row is about: its own, else the shared cause that hits it; -1: none. */
export function problemOf(problems: readonly Problem[], snapshot: Snapshot, id: string): number {
  const own = problems.findIndex((problem) => problem.service === id)
  if (own >= 0) return own
  const view = snapshot.services.find((one) => one.id === id)
  return view === undefined ? -1 : problems.findIndex((problem) => problem.hits.includes(view.title))
}

/**
 * A note first; then the selected row; nothing selected: the problem the pager stands at, the worst at first; no
 * problem: an alert that fires, a critical one first; else what one can do here.
 */
export function explain(input: {
  readonly snapshot: Snapshot
  readonly selected: string | null
  readonly problem: number
  readonly note: Note | null
}): Explained {
  const { snapshot, selected, note } = input
  if (note) return { kind: 'note', note }
  const problems = allProblems(snapshot)
  const show = (at: number): Explained => {
    const problem = problems[at]
    return problem === undefined
      ? calm(snapshot)
      : { kind: 'problem', problem, at: at + 1, of: problems.length }
  }
  const view = snapshot.services.find((one) => one.id === selected)
  if (view) {
    const at = problemOf(problems, snapshot, view.id)
    return at >= 0 ? show(at) : (alertOf([view]) ?? { kind: 'service', view })
  }
  if (nothingRuns(snapshot))
    return { kind: 'off', ever: snapshot.services.some((one) => one.container !== undefined) }
  return show(Math.min(input.problem, problems.length - 1))
}

/** Whether nothing runs and nobody asked for anything to run. */
export function nothingRuns(snapshot: Snapshot): boolean {
  return (
    snapshot.services.length > 0 &&
    snapshot.services.every((view) => view.state === 'stopped' || view.state === 'not set up')
  )
}

function alertOf(views: readonly ServiceView[]): Explained | undefined {
  const all = views.flatMap((view) => (view.alerts ?? []).map((alert) => ({ view, alert })))
  const worst = all.find(({ alert }) => alert.severity === 'critical') ?? all[0]
  return worst && { kind: 'alert', ...worst }
}

function calm(snapshot: Snapshot): Explained {
  const alert = alertOf(snapshot.services)
  if (alert) return alert
  const good = snapshot.services.filter((view) => view.state === 'works' || view.state === 'degraded')
  return { kind: 'calm', reachable: good.length }
}
