import { actionOf } from '../../model/action.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { sayBytes, sayDuration } from '../../model/say.ts'
import { waiting, withEngine, writeJson, type Face } from '../face.ts'
import { canAsk } from '../host.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { resolveServices } from '../targets.ts'
import { commandLine } from './up.ts'

/** Runs an action of a service's own and prints what it printed, inert; without one the actions are listed. Its exit code is the program's. */
export async function action(
  face: Face,
  word: string,
  id: string | undefined,
  options: { readonly yes?: boolean },
): Promise<number> {
  return await withEngine(face, async ({ engine, clean }) => {
    const [service, ...others] = resolveServices(engine.catalog(), engine.settings.suffix, [word])
    if (!service || others.length > 0)
      throw new MaculaError({
        kind: 'usage',
        what: 'Actions belong to one service: name one service, not a tier or a set.',
      })
    const title = clean.text(service.title)
    if (id === undefined) {
      const all = service.actions ?? []
      if (face.json) {
        const { actionsJson } = await import('../json/action.ts')
        await writeJson(face.out, clean.concealDeep(actionsJson(service.id, all)), 'whole')
        return 0
      }
      face.out.lines(
        all.length === 0
          ? [`${title} has no actions.`]
          : all.map((one) => `${one.id}  ${clean.text(one.title)}  (${clean.text(one.run.join(' '))})`),
      )
      return 0
    }
    const found = actionOf(service, id)
    if (found?.asks !== undefined && options.yes !== true) {
      if (!canAsk(face.host))
        throw new MaculaError({
          kind: 'usage',
          what: `${clean.text(found.title)} was not run: it needs a confirmation, and this is not a terminal.`,
          todo: `Run ${commandLine('action', [word, id])} --yes`,
        })
      face.err.line(clean.text(found.asks))
      const chosen = await face.host.ask.one({
        message: `${clean.text(found.title)}?`,
        options: [
          { value: 'no', label: 'Do nothing' },
          { value: 'yes', label: clean.text(found.title) },
        ],
      })
      if (chosen !== 'yes')
        throw new MaculaError({ kind: 'refused', what: 'Nothing was done. Everything is as it was.' })
    }
    const abort = new AbortController()
    const undo = face.host.onInterrupt(() => abort.abort(), 'outlived')
    const done = await waiting(
      face,
      found ? clean.text(found.title) : id,
      engine.act(service.id, id, abort.signal),
    )
      .catch((error: unknown) => {
        if (!abort.signal.aborted) throw error
        face.err.line(clean.text(troubleOf(error).what))
        return undefined
      })
      .finally(undo)
    if (done === undefined) return INTERRUPTED
    if (face.json) {
      const { actionJson } = await import('../json/action.ts')
      await writeJson(
        face.out,
        actionJson({ service: service.id, action: id, ...clean.concealDeep(done) }),
        'whole',
      )
      return done.code
    }
    const { out, err } = clean.deepLines(done)
    if (out !== '') face.out.lines(out.replace(/\n$/, '').split('\n'))
    if (err !== '') face.err.lines(err.replace(/\n$/, '').split('\n'))
    if (done.dropped !== undefined)
      face.err.line(
        `Only the end of its output is shown: ${sayBytes(done.dropped)} before that were not kept.`,
      )
    face.err.line(
      done.code === 0
        ? `Done after ${sayDuration(done.ms)}.`
        : `It failed: exit code ${done.code} after ${sayDuration(done.ms)}.`,
    )
    return done.code
  })
}
