import { isFor } from '../../model/may.ts'
import { withEngine, type Face } from '../face.ts'
import { carryOut } from './run.ts'
import { commandLine, startable } from './up.ts'

/** Gets the images that services need; nothing is started. */
export async function pull(face: Face, words: readonly string[]): Promise<number> {
  return await withEngine(face, async (session) => {
    // What runs in a cluster is pulled by its nodes.
    const ids = startable(face, session, words)
      .filter((service) => words.length > 0 || isFor('pull', service))
      .map((service) => service.id)
    return await carryOut(face, session, {
      command: 'pull',
      resume: commandLine('pull', words),
      work: async (tell, signal) => await session.engine.pull(ids, tell, signal),
    })
  })
}
