import { problemsOf, type Problem } from '../../main/model/problems.ts'
import type { Snapshot } from '../../main/model/snapshot.ts'
import { sayStrip } from '../words/services.ts'

/** Everything wrong, each once, worst first; folders that could not be read come last. */
export function allProblems(snapshot: Snapshot): readonly Problem[] {
  const folders = snapshot.problems.map((one): Problem => ({
    state: 'degraded',
    title: sayStrip.catalogTitle(one.service),
    headline: {
      what: sayStrip.catalogWhat(one.service),
      why: sayStrip.catalogWhy(one.file, one.line, one.reason),
      todo: sayStrip.catalogTodo,
    },
    hits: [],
  }))
  return [...problemsOf(snapshot), ...folders]
}
