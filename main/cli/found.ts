import type { Engine } from '../engine/engine.ts'
import { waiting, type Face } from './face.ts'
import { findTarget } from './targets.ts'

/** Looks once where a word names nothing yet: what was found in a cluster is known only after that was looked at. */
export async function knowFound(face: Face, engine: Engine, words: readonly string[]): Promise<void> {
  const isKnown = (word: string): boolean =>
    findTarget(engine.catalog(), engine.settings.suffix, word) !== undefined
  if (!words.every(isKnown)) await waiting(face, 'Looking at services', engine.look())
}
