import type { ServiceSpec } from '../../model/service.ts'
import { withEngine, type Face, type Session } from '../face.ts'
import { resolveServices } from '../targets.ts'
import { carryOut } from './run.ts'

/** "maculactl up grafana 'registry ui'", so that it can be typed again. */
export function commandLine(command: string, words: readonly string[]): string {
  return ['maculactl', command, ...words.map((word) => (/^[\w./-]+$/.test(word) ? word : `'${word}'`))].join(
    ' ',
  )
}

/** The services that are meant; without words all. The engine leaves out a cluster that was never made when all are. */
export function startable(session: Session, words: readonly string[]): readonly ServiceSpec[] {
  const { engine } = session
  return resolveServices(engine.catalog(), engine.settings.suffix, words)
}

/** Starts services with all that they need. */
export async function up(face: Face, words: readonly string[]): Promise<number> {
  return await withEngine(face, async (session) => {
    const ids = startable(session, words).map((service) => service.id)
    return await carryOut(face, session, {
      command: 'up',
      resume: commandLine('up', words),
      work: async (tell, signal) => await session.engine.up(ids, tell, signal),
    })
  })
}

/** Stops and starts services again. */
export async function restart(face: Face, words: readonly string[]): Promise<number> {
  return await withEngine(face, async (session) => {
    const ids = startable(session, words).map((service) => service.id)
    return await carryOut(face, session, {
      command: 'restart',
      resume: commandLine('up', words),
      work: async (tell, signal) => await session.engine.restart(ids, tell, signal),
    })
  })
}
