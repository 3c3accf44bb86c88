import { exitCodeOf, MaculaError } from '../../model/errors.ts'
import {
  sayNewer,
  saySilent,
  sayUpdated,
  type ImageUpdated,
  type UpdateWish,
} from '../../model/image-update.ts'
import type { RunResult } from '../../model/run.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { drawNewer } from '../draw/newer.ts'
import { complain, waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { stateSign } from '../style.ts'
import { resolveServices } from '../targets.ts'
import { carryOut } from './run.ts'
import { commandLine, startable } from './up.ts'

export interface UpdateOptions {
  /** Only show what is newer. */
  readonly list?: boolean
  /** A version by its tag. */
  readonly to?: string
  /** Undo the last update. */
  readonly back?: boolean
  /** Bring its data to the major version of PostgreSQL that its image serves. */
  readonly data?: boolean
  /** With `data`: the image that reads the old data. */
  readonly image?: string
  readonly yes?: boolean
}

/** Shows which images have newer versions, or gives one service another version of its image. */
export async function update(face: Face, words: readonly string[], options: UpdateOptions): Promise<number> {
  if (options.to !== undefined && options.back === true)
    throw new MaculaError({
      kind: 'usage',
      what: '--to and --back cannot be used together.',
      todo: 'Leave out one of the two.',
    })
  if (options.list === true && (options.to !== undefined || options.back === true))
    throw new MaculaError({
      kind: 'usage',
      what: `--list changes nothing, so it cannot be used with ${options.back === true ? '--back' : '--to'}.`,
      todo: 'Leave out one of the two.',
    })
  refuseMixed(options)
  return await withEngine(face, async (session) => {
    if (options.list === true) return await list(face, session, words)
    const { engine } = session
    const meant = words.length === 0 ? [] : resolveServices(engine.catalog(), engine.settings.suffix, words)
    const [service, ...others] = meant
    if (!service || others.length > 0)
      throw new MaculaError({
        kind: 'usage',
        what: 'Name one service to update.',
        todo: 'For example: maculactl update grafana\nmaculactl update --list shows which images have newer versions.',
      })
    if (options.data === true) {
      const { updateData } = await import('./update-data.ts')
      return await updateData(face, session, service, options)
    }
    const wish: UpdateWish = options.back === true ? { kind: 'back' } : { kind: 'to', to: options.to }
    return await one(face, session, service, wish)
  })
}

/** --data is about the data alone: the image is the one that the service has. */
function refuseMixed({ list: only, to, back, data, image }: UpdateOptions): void {
  const other = only === true ? '--list' : to !== undefined ? '--to' : back === true ? '--back' : undefined
  if (data === true && other !== undefined)
    throw new MaculaError({
      kind: 'usage',
      what: `--data and ${other} cannot be used together.`,
      why: '--data brings data to the version of the image that the service has.',
      todo: 'Leave out one of the two.',
    })
  if (image !== undefined && data !== true)
    throw new MaculaError({
      kind: 'usage',
      what: '--image says what reads old data, so it is used with --data only.',
      todo: 'Another version of the image is named by --to.',
    })
}

async function list(face: Face, session: Session, words: readonly string[]): Promise<number> {
  const { engine, clean } = session
  const ids = startable(face, session, words)
    .filter(({ runtime }) => runtime.kind === 'container')
    .map(({ id }) => id)
  const found = clean.deep(await waiting(face, 'Asking the registries', engine.newerImages(ids)))
  if (face.json) {
    const { newerJson } = await import('../json/update.ts')
    await writeJson(face.out, newerJson(found), 'whole')
    return saySilent(found) ? exitCodeOf('outside') : 0
  }
  face.out.lines([...drawNewer(face.out.style(), found), '', sayNewer(found)])
  const silent = saySilent(found)
  return silent ? complain(face, { kind: 'outside', ...silent }) : 0
}

async function one(face: Face, session: Session, service: ServiceSpec, wish: UpdateWish): Promise<number> {
  const { engine, clean } = session
  const words = [service.id]
  const resume = `${commandLine('update', words)}${wish.kind === 'back' ? ' --back' : wish.to === undefined ? '' : ` --to ${wish.to}`}`
  let result: ImageUpdated | undefined
  const code = await carryOut(face, session, {
    command: 'update',
    resume,
    json: async () => {
      if (!result) return undefined
      const { updateJson } = await import('../json/update.ts')
      return updateJson(service.id, result)
    },
    async work(tell, signal): Promise<RunResult> {
      result = await engine.updateImage(service.id, wish, tell, signal)
      return result
    },
    left: async () =>
      await Promise.resolve([
        result ? sayUpdated(clean.text(service.title), clean.deep(result)) : 'Nothing was updated.',
        `Continue with ${resume}`,
      ]),
  })
  if (face.json || !result || code === 130) return code
  const style = face.out.style()
  const sign = stateSign(style, result.ok ? 'works' : 'failed')
  const said = clean.deep(result)
  face.out.lines([
    `${sign} ${sayUpdated(clean.text(service.title), said)}${result.outcome === 'updated' && wish.kind === 'to' ? ` ${commandLine('update', words)} --back undoes it.` : ''}`,
    ...said.kept.map(
      ({ from, to }) =>
        `  ${from} as it was before is kept as ${to}; ${commandLine('reset', words)} --back puts it back.`,
    ),
  ])
  return code
}
