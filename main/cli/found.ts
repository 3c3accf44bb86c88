import type { Engine } from '../engine/engine.ts'
import { MaculaError, troubleOf } from '../model/errors.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { waiting, type Face } from './face.ts'
import { findTarget, noService, resolveTargets } from './targets.ts'

/**
 * Looks once where a word names nothing yet: what was found in a cluster is known only after that was looked at. Answers what was
 * seen, undefined when all words are known. What only the settings know, sets, is checked before; words that are unknown are wrong
 * words, also where nothing can be looked at. Throws MaculaError `usage` then.
 */
export async function knowFound(
  face: Face,
  engine: Engine,
  words: readonly string[],
  says = 'Looking at services',
): Promise<Snapshot | undefined> {
  const { suffix } = engine.settings
  const unknown = words.filter((word) => findTarget(engine.catalog(), suffix, word) === undefined)
  if (unknown.length === 0) return undefined
  const sets = unknown.filter((word) => word.startsWith('@'))
  if (sets.length > 0) resolveTargets(engine.catalog(), suffix, sets)
  try {
    return await waiting(face, says, engine.look())
  } catch (error) {
    const { what, todo } = troubleOf(noService(engine.catalog(), 'service or tier', unknown))
    throw new MaculaError(
      {
        kind: 'usage',
        what,
        why: `What runs in clusters could not be checked either: ${troubleOf(error).what}`,
        ...(todo === undefined ? {} : { todo }),
      },
      { cause: error },
    )
  }
}
