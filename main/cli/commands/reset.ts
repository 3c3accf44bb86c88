import { MaculaError } from '../../model/errors.ts'
import { withEngine, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { stateSign } from '../style.ts'
import { resolveServices } from '../targets.ts'
import { needCopy, sayKeptAt, sayMoved, timeOfCopy, type MovedVolume } from '../../model/kept.ts'
import { isTyped } from '../../model/service-name.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { carryOut } from './run.ts'
import { commandLine } from './up.ts'

export interface ResetOptions {
  /** The service's name, typed where nobody can be asked. */
  readonly name?: string
  /** Put back what a reset kept: of that time, or (true) the newest. */
  readonly back?: string | true
  /** Put it back without asking. */
  readonly yes?: boolean
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
    if (options.back !== undefined) return await putBack(face, session, service, word, options)
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
    let moved: readonly MovedVolume[] = []
    let failure: MaculaError | undefined
    const resume = commandLine('reset', [word])
    const code = await carryOut(face, session, {
      command: 'reset',
      resume,
      isWholeIfOk: true,
      async work(tell, signal) {
        try {
          const result = await engine.resetData(service.id, name, tell, signal)
          moved = result.moved
          return result
        } catch (error) {
          if (error instanceof MaculaError) failure = error
          throw error
        }
      },
      left: sayLeft(session, () => failure, resume),
    })
    if (!face.json)
      face.out.lines(
        moved.map((one) => {
          const at = timeOfCopy(one)
          const back = `${commandLine('reset', [service.id])} --back${at === undefined ? '' : ` ${at}`} puts it back.`
          const says = `${one.from} is kept as ${one.to}${one.partial === true ? ', a part of its data only' : `; ${back}`}`
          return `${stateSign(face.out.style(), 'works')} ${clean.text(says)}`
        }),
      )
    return code
  })
}

/** Puts a kept copy back; what the service has now is moved aside as by a reset. */
async function putBack(
  face: Face,
  session: Session,
  service: ServiceSpec,
  word: string,
  options: ResetOptions,
): Promise<number> {
  const { engine, clean } = session
  const title = clean.text(service.title)
  const back = options.back === true ? '' : (options.back ?? '')
  // Looked at first, so that nobody is asked for what cannot be done.
  await engine.look()
  const chosen = needCopy(await engine.keptCopies(service.id), back, service.title)
  const { at } = chosen
  const when = clean.text(sayKeptAt(at))
  const again = `${commandLine('reset', [word])} --back${back === '' ? '' : ` ${at}`}`
  const says = [
    `${title} is stopped; what it has now is moved aside, and its data of ${when} is put in its place.`,
    ...(chosen.partial === true ? [`That copy is a part of its data only.`] : []),
    ...(chosen.goesOn === true ? ['Putting it back was cut off before; this continues it.'] : []),
  ]
  await needYes(
    face,
    { service, again, says, question: `Put back the data of ${title} from ${when}?` },
    options,
  )
  let moved: readonly MovedVolume[] = []
  let failure: MaculaError | undefined
  const code = await carryOut(face, session, {
    command: 'reset',
    resume: `${commandLine('reset', [service.id])} --back ${at}`,
    isWholeIfOk: true,
    async work(tell, signal) {
      try {
        const result = await engine.putBack(service.id, at, tell, signal)
        moved = result.moved
        return result
      } catch (error) {
        if (error instanceof MaculaError) failure = error
        throw error
      }
    },
    left: sayLeft(session, () => failure, `${commandLine('reset', [service.id])} --back ${at}`),
  })
  if (!face.json && code === 0)
    face.out.lines([
      `${stateSign(face.out.style(), 'works')} ${title} has its data of ${when} again; it is stopped: ${commandLine('up', [service.id])}`,
      ...moved.map((one) => `  ${clean.text(sayMoved(one))}`),
    ])
  return code
}

/** What is left of one that was interrupted: what the engine says of it, which knows how far it came. */
const sayLeft =
  ({ clean }: Session, failure: () => MaculaError | undefined, resume: string) =>
  async (by: string): Promise<readonly string[]> => {
    const { what, todo } = failure()?.trouble ?? { what: `Stopped by ${by}. No data was moved.`, todo: '' }
    const ways = [what, todo ?? '', todo?.includes(resume) === true ? '' : `Continue with ${resume}`]
    return await Promise.resolve(ways.filter(Boolean).map((line) => clean.text(line)))
  }

/** Asked before; without a terminal only with --yes or the service's name. */
async function needYes(
  face: Face,
  ask: {
    readonly service: ServiceSpec
    readonly again: string
    readonly says: readonly string[]
    readonly question: string
  },
  { yes, name }: ResetOptions,
): Promise<void> {
  if (name !== undefined && !isTyped(ask.service, name))
    throw new MaculaError({
      kind: 'usage',
      what: 'Nothing was put back: the name is not the one of the service.',
      todo: `Type ${ask.service.title} or ${ask.service.id}.`,
    })
  const isAnswered = yes === true || name !== undefined
  if (!isAnswered && !canAsk(face.host))
    throw new MaculaError({
      kind: 'usage',
      what: 'Nothing was put back: it needs a confirmation, and this is not a terminal.',
      todo: `Run ${ask.again} --yes`,
    })
  face.err.lines(ask.says)
  if (isAnswered) return
  const answer = await face.host.ask.one({
    message: ask.question,
    options: [
      { value: 'no', label: 'Do nothing' },
      { value: 'yes', label: 'Put it back' },
    ],
  })
  if (answer !== 'yes')
    throw new MaculaError({ kind: 'refused', what: 'Nothing was put back. Everything is as it was.' })
}
