import { MaculaError } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
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

/**
 * The services that are meant and have a container. What was named but is not set up is said; when nothing
 * else was named, that is the error.
 */
export function startable(face: Face, session: Session, words: readonly string[]): readonly ServiceSpec[] {
  const { engine, clean } = session
  const meant = resolveServices(engine.catalog(), engine.settings.suffix, words)
  const absent = meant.filter((service) => service.runtime.kind === 'cluster')
  const rest = meant.filter((service) => service.runtime.kind === 'container')
  if (words.length === 0 || absent.length === 0) return rest
  const titles = sayList(absent.map((service) => clean.text(service.title)))
  const reason = absent[0]?.runtime.kind === 'cluster' ? clean.text(absent[0].runtime.reason) : ''
  const what = `${titles} ${absent.length === 1 ? 'is' : 'are'} not set up.`
  if (rest.length === 0) throw new MaculaError({ kind: 'failed', what, why: reason })
  face.err.line(`${what} ${reason}`)
  return rest
}

/** Starts services with all that they need. */
export async function up(face: Face, words: readonly string[]): Promise<number> {
  return await withEngine(face, async (session) => {
    const ids = startable(face, session, words).map((service) => service.id)
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
    const ids = startable(face, session, words).map((service) => service.id)
    return await carryOut(face, session, {
      command: 'restart',
      resume: commandLine('up', words),
      work: async (tell, signal) => await session.engine.restart(ids, tell, signal),
    })
  })
}
