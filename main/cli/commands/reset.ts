import { MaculaError } from '../../model/errors.ts'
import { withEngine, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { stateSign } from '../style.ts'
import { resolveServices } from '../targets.ts'
import { sayKeptAt } from '../../model/kept.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { carryOut } from './run.ts'
import { commandLine } from './up.ts'

export interface ResetOptions {
  /** The service's name, typed where nobody can be asked. */
  readonly name?: string
  /** Put back what a reset kept: of that time, or (true) the newest. */
  readonly back?: string | true
}

/** Moves a service's data aside, after its name was typed; it is left stopped and empty. */
export async function reset(face: Face, word: string, options: ResetOptions): Promise<number> {
  return await withEngine(face, async (session) => {
    const { engine, clean } = session
    const meant = resolveServices(engine.catalog(), engine.settings.suffix, [word])
    const [service, ...others] = meant
    if (!service || others.length > 0)
      throw new MaculaError({
        kind: 'usage',
        what: 'Name one service to reset.',
        todo:
          meant.length === 0
            ? `${word} has no services; name another.`
            : `${word} is ${meant.length} services; name one of them.`,
      })
    const title = clean.text(service.title)
    if (options.back !== undefined) return await putBack(face, session, service, options.back)
    await engine.needData(service.id)
    let typed = options.name
    if (typed === undefined) {
      if (!canAsk(face.host))
        throw new MaculaError({
          kind: 'usage',
          what: 'Nothing was reset: its name has to be typed, and this is not a terminal.',
          todo: `Run ${commandLine('reset', [word])} --name ${service.id}`,
        })
      face.err.line(
        `${title} is stopped and its data moved aside, into new volumes; it starts empty the next time.`,
      )
      typed = await face.host.ask.text({ message: `Type ${title} or ${service.id} to reset it.` })
      if (typed === undefined)
        throw new MaculaError({ kind: 'refused', what: 'Nothing was reset. Everything is as it was.' })
    }
    const name = typed
    let moved: readonly { readonly from: string; readonly to: string }[] = []
    const code = await carryOut(face, session, {
      command: 'reset',
      resume: commandLine('reset', [word]),
      async work(tell, signal) {
        const result = await engine.resetData(service.id, name, tell, signal)
        moved = result.moved
        return result
      },
    })
    if (!face.json)
      face.out.lines(
        moved.map(
          ({ from, to }) =>
            `${stateSign(face.out.style(), 'works')} ${clean.text(from)} is kept as ${clean.text(to)}; ${commandLine('reset', [service.id])} --back puts it back.`,
        ),
      )
    return code
  })
}

/** Puts a kept copy back; what the service has now is moved aside as by a reset. */
async function putBack(
  face: Face,
  session: Session,
  service: ServiceSpec,
  back: string | true,
): Promise<number> {
  const { engine, clean } = session
  const title = clean.text(service.title)
  // Looked at first, so that nobody is asked for what cannot be done.
  await engine.look()
  const copies = await engine.keptCopies(service.id)
  const chosen = back === true ? copies[0] : copies.find(({ at }) => at === back)
  if (!chosen)
    throw new MaculaError({
      kind: 'usage',
      what:
        copies.length === 0
          ? `Nothing of ${title} was kept by a reset.`
          : `Nothing of ${title} was kept at ${clean.text(String(back))}.`,
      ...(copies.length === 0 ? {} : { todo: `Kept: ${copies.map(({ at }) => clean.text(at)).join(', ')}.` }),
    })
  const { at } = chosen
  face.err.line(
    `${title} is stopped; what it has now is moved aside, and its data of ${clean.text(sayKeptAt(at))} is put in its place.`,
  )
  let moved: readonly { readonly from: string; readonly to: string }[] = []
  const code = await carryOut(face, session, {
    command: 'reset',
    resume: `${commandLine('reset', [service.id])} --back ${at}`,
    async work(tell, signal) {
      const result = await engine.putBack(service.id, at, tell, signal)
      moved = result.moved
      return result
    },
  })
  if (!face.json && code === 0)
    face.out.lines([
      `${stateSign(face.out.style(), 'works')} ${title} has its data of ${clean.text(sayKeptAt(at))} again; it is stopped: ${commandLine('up', [service.id])}`,
      ...moved.map(({ from, to }) => `  What was in ${clean.text(from)} is kept as ${clean.text(to)}.`),
    ])
  return code
}
