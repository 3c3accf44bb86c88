import { MaculaError } from '../../model/errors.ts'
import { withEngine, type Face } from '../face.ts'
import { canAsk } from '../host.ts'
import { stateSign } from '../style.ts'
import { resolveServices } from '../targets.ts'
import { carryOut } from './run.ts'
import { commandLine } from './up.ts'

export interface ResetOptions {
  /** The service's name, typed where nobody can be asked. */
  readonly name?: string
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
        what: 'One service at a time is reset.',
        todo:
          meant.length === 0
            ? `${word} has no services; name another.`
            : `${word} is ${meant.length} services; name one of them.`,
      })
    const title = clean.text(service.title)
    await engine.needData(service.id)
    let typed = options.name
    if (typed === undefined) {
      if (!canAsk(face.host))
        throw new MaculaError({
          kind: 'usage',
          what: 'Nothing was reset: nobody can be asked for the name here.',
          todo: `Run ${commandLine('reset', [word])} --name ${service.id}`,
        })
      face.err.line(
        `${title} is stopped and its data moved aside, into new volumes; it starts empty the next time.`,
      )
      typed = await face.host.ask.text({ message: `Type ${title} or ${service.id} to reset it.` })
      if (typed === undefined)
        throw new MaculaError({ kind: 'refused', what: 'Nothing was reset. All is left as it was.' })
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
            `${stateSign(face.out.style(), 'works')} ${clean.text(from)} is kept as ${clean.text(to)}; maculactl reset --help says how to put it back.`,
        ),
      )
    return code
  })
}
