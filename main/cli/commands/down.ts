import type { Consequences } from '../../model/run.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
import { waiting, withEngine, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { stateSign } from '../style.ts'
import { findTarget } from '../targets.ts'
import { commandLine, startable } from './up.ts'
import { carryOut } from './run.ts'

export interface DownOptions {
  readonly remove?: boolean
  readonly also?: boolean
  readonly only?: boolean
}

function sayConsequences(face: Face, titles: readonly string[], found: Consequences): readonly string[] {
  const style = face.err.style()
  return [
    style.paint.bold(`Stopping ${sayList(titles)} affects others:`),
    ...found.failing.map((one) => `${stateSign(style, 'failed')} ${one.title} ${one.because} and will fail.`),
    ...found.missing.map(
      (one) => `${stateSign(style, 'degraded')} ${one.title} ${one.because} and will miss it.`,
    ),
    'No data is removed.',
  ]
}

/** Whether to stop what needs it too; undefined: the person left it as it is. */
async function decide(
  face: Face,
  session: Session,
  ids: readonly string[],
  words: readonly string[],
  options: DownOptions,
): Promise<boolean | undefined> {
  const { engine, clean } = session
  // Consequences are only for what runs, so it has to be seen first.
  await waiting(face, 'Looking at what runs', engine.look())
  const found = clean.deep(engine.consequences(ids))
  if (found.failing.length === 0 && found.missing.length === 0) return options.also === true
  const titles = engine
    .catalog()
    .services.filter((service) => ids.includes(service.id))
    .map((service) => clean.text(service.title))
  if (words.length > 0) face.err.lines(sayConsequences(face, titles, found))
  if (found.failing.length === 0 || options.also === true || options.only === true)
    return options.also === true
  const others = sayList(found.failing.map((one) => one.title))
  if (!canAsk(face.host))
    throw new MaculaError({
      kind: 'usage',
      what: `${others} ${found.failing.length === 1 ? 'needs' : 'need'} what is to be stopped.`,
      todo: `Choose: ${commandLine('down', ['--also', ...words])} stops ${found.failing.length === 1 ? 'it' : 'them'} too, ${commandLine('down', ['--only', ...words])} does not.`,
    })
  const answer = await face.host.ask.one({
    message: `Stop ${sayList(titles)}?`,
    options: [
      { value: 'also', label: `Stop ${others} too` },
      { value: 'only', label: `Stop only ${sayList(titles)}`, hint: `${others} will fail` },
      { value: 'leave', label: 'Leave everything as it is' },
    ],
  })
  return answer === undefined || answer === 'leave' ? undefined : answer === 'also'
}

/** The ids that are meant: of services, and of what still runs though the catalog has it no more. */
async function idsOf(face: Face, session: Session, words: readonly string[]): Promise<readonly string[]> {
  const { engine } = session
  const isKnown = (word: string): boolean =>
    findTarget(engine.catalog(), engine.settings.suffix, word) !== undefined
  const unknown = words.filter((word) => !isKnown(word))
  if (unknown.length === 0) return startable(face, session, words).map(({ id }) => id)
  const { orphans = [] } = await waiting(face, 'Looking at what runs', engine.look())
  const found = new Map(
    unknown.flatMap((word) => {
      const orphan = orphans.find(({ service, container }) => service === word || container === word)
      return orphan ? [[word, orphan.service] as const] : []
    }),
  )
  const rest = words.filter((word) => !found.has(word))
  return [...(rest.length === 0 ? [] : startable(face, session, rest).map(({ id }) => id)), ...found.values()]
}

/** Stops services; what others need is named before, and asked. */
export async function down(face: Face, words: readonly string[], options: DownOptions): Promise<number> {
  if (options.also === true && options.only === true)
    throw new MaculaError({ kind: 'usage', what: '--also and --only cannot be used together.' })
  return await withEngine(face, async (session) => {
    const ids = await idsOf(face, session, words)
    const also = await decide(face, session, ids, words, options)
    if (also === undefined)
      throw new MaculaError({ kind: 'refused', what: 'Nothing was stopped. Everything is as it was.' })
    const which = words.length === 0 ? [] : [also ? '--also' : '--only']
    const flags = [...(options.remove === true ? ['--remove'] : []), ...which]
    return await carryOut(face, session, {
      command: 'down',
      resume: commandLine('down', [...flags, ...words]),
      work: async (tell, signal) =>
        await session.engine.down(ids, { also, remove: options.remove === true }, tell, signal),
    })
  })
}
