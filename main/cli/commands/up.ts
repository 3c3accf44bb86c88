import type { Targets } from '../../engine/engine.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { withEngine, type Face, type Session } from '../face.ts'
import { tellSets } from '../sets.ts'
import { resolveServices } from '../targets.ts'
import { carryOut } from './run.ts'

/** "maculactl up grafana 'registry ui'", so that it can be typed again. */
export function commandLine(command: string, words: readonly string[]): string {
  return ['maculactl', command, ...words.map((word) => (/^[\w@./-]+$/.test(word) ? word : `'${word}'`))].join(
    ' ',
  )
}

/** The services that are meant; without words all. What of a set is gone is said. */
export function startable(face: Face, session: Session, words: readonly string[]): readonly ServiceSpec[] {
  const { engine } = session
  tellSets(face, session, words)
  return resolveServices(engine.catalog(), engine.settings.suffix, words)
}

/** What is to be started: without words everything, which the engine reads in its own way; else each by its name. */
function targetsOf(face: Face, session: Session, words: readonly string[]): Targets {
  return words.length === 0 ? 'all' : startable(face, session, words).map((service) => service.id)
}

/** Starts services with all that they need; `anew`: their own containers are made again first. */
export async function up(
  face: Face,
  words: readonly string[],
  { anew = false }: { readonly anew?: boolean } = {},
): Promise<number> {
  return await withEngine(face, async (session) => {
    const ids = targetsOf(face, session, words)
    return await carryOut(face, session, {
      command: 'up',
      resume: commandLine('up', words),
      work: async (tell, signal) =>
        anew
          ? await session.engine.fix(
              {
                kind: 'start',
                services: ids === 'all' ? startable(face, session, []).map(({ id }) => id) : ids,
                anew,
              },
              tell,
              signal,
            )
          : await session.engine.up(ids, tell, signal),
    })
  })
}

/** Stops and starts services again. */
export async function restart(face: Face, words: readonly string[]): Promise<number> {
  return await withEngine(face, async (session) => {
    const ids = targetsOf(face, session, words)
    return await carryOut(face, session, {
      command: 'restart',
      resume: commandLine('up', words),
      work: async (tell, signal) => await session.engine.restart(ids, tell, signal),
    })
  })
}
