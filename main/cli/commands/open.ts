import { handable } from '../../engine/open.ts'
import { MaculaError } from '../../model/errors.ts'
import { pickEndpoint, whyNotFirst, whyNotOpened } from '../../model/open.ts'
import type { Access } from '../../model/snapshot.ts'
import { knowFound } from '../found.ts'
import { handOver } from '../hand-over.ts'
import { waiting, withEngine, writeJson, type Face } from '../face.ts'
import { SCHEMA_VERSION } from '../json/shape.ts'
import { findTarget, noService } from '../targets.ts'

export interface OpenOptions {
  readonly print?: boolean
}

/** Opens a service at the best address that works now, and says why when that is not its name. */
export async function open(face: Face, word: string, options: OpenOptions): Promise<number> {
  return await withEngine(face, async ({ engine, clean }) => {
    const says = 'Looking for the best address'
    const first = await knowFound(face, engine, [word], says)
    const target = findTarget(engine.catalog(), engine.settings.suffix, word)
    if (target?.kind === 'tier' || target?.kind === 'set')
      throw new MaculaError({
        kind: 'usage',
        what: `${word} is a ${target.kind}; one service can be opened at a time.`,
        todo: `Name one of ${target.services.map((service) => service.id).join(', ')}.`,
      })
    if (!target) throw noService(engine.catalog(), 'service', [word])
    const raw = first ?? (await waiting(face, says, engine.look()))
    const snapshot = clean.deep(raw)
    const view = snapshot.services.find((one) => one.id === target.service.id)
    const endpoint = view && pickEndpoint(view, target.endpoint?.id)
    if (!view || !endpoint || view.endpoints.length === 0)
      throw new MaculaError({
        kind: 'usage',
        what: `${clean.text(target.service.title)} has no address to open.`,
      })
    const access: Access | undefined = endpoint.accesses[endpoint.best]
    if (!access) throw new MaculaError(whyNotOpened(snapshot, view))
    const because = whyNotFirst(endpoint)
    const finish = async (opened: boolean): Promise<number> => {
      if (face.json) {
        const { openSchema } = await import('../json/open.ts')
        const value = {
          version: SCHEMA_VERSION,
          service: view.id,
          endpoint: endpoint.id,
          url: access.url,
          kind: access.kind,
          because,
          opened,
        }
        await writeJson(face.out, openSchema.parse(value), 'whole')
      } else if (!opened || options.print === true) face.out.line(access.url)
      else face.out.line(`Opened ${access.url}`)
      return 0
    }
    if (because !== undefined)
      face.err.line(`${access.kind === 'named' ? 'The clean URL' : 'The name'} is not used (${because}).`)
    if (options.print === true) return await finish(false)
    const href = endpoint.opens ? handable(access.url, snapshot, view) : undefined
    if (href === undefined) {
      face.err.line(`${view.title} is not for a browser. Its address:`)
      return await finish(false)
    }
    const launched = await handOver(face, href)
    if (launched !== undefined) face.err.line(`${launched} Open this yourself:`)
    return await finish(launched === undefined)
  })
}
