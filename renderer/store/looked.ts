import { foundSince, type Found } from '../../main/model/looked.ts'
import type { Snapshot } from '../../main/model/snapshot.ts'
import { allProblems } from './problems.ts'

/** A look that a person asked for. */
export interface Looked {
  readonly busy: boolean
  /** Epoch ms: of its begin while it goes on, then of its end. */
  readonly at: number
  readonly tookMs: number
  /** What was wrong before, as titles. */
  readonly before: readonly string[]
}

/** How long it is said that somebody looked (ms): long enough to be read, short enough not to be taken for now. */
export const LOOKED_MS = 20_000

/** What is wrong, by its titles. */
export function titlesOf(snapshot: Snapshot): readonly string[] {
  return [...new Set(allProblems(snapshot).map(({ title }) => title))]
}

/** What was found, against what was known when it began. */
export function foundBy({ before }: Pick<Looked, 'before'>, snapshot: Snapshot): Found {
  return foundSince(before, titlesOf(snapshot))
}
