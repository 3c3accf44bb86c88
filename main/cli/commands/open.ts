import { isLoopback, isIpv4 } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Door, EndpointView, ServiceView, Snapshot } from '../../model/snapshot.ts'
import { waiting, withEngine, writeJson, type Face } from '../face.ts'
import { SCHEMA_VERSION } from '../json/shape.ts'
import { findTarget, knownWords, unknownWords } from '../targets.ts'

export interface OpenOptions {
  readonly print?: boolean
}

/**
 * The URL to hand to the desktop, when it may be: http or https to one of our names, to loopback, or to the
 * service's own container. Compared after parsing and handed over as parsed, so that no other reading of the
 * text counts.
 */
export function handable(url: string, snapshot: Snapshot, view: ServiceView): string | undefined {
  const parsed = URL.parse(url)
  if (!parsed || parsed.username !== '' || parsed.password !== '') return undefined
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return undefined
  const host = parsed.hostname
  const ours = isIpv4(host)
    ? isLoopback(host) || (view.container !== undefined && host === view.container.address)
    : host.endsWith(`.${snapshot.suffix}`) &&
      snapshot.services.some((service) => service.names.includes(host))
  return ours ? parsed.href : undefined
}

/** The endpoint that is meant: the one named, else the first that can be opened, else the first. */
export function pickEndpoint(view: ServiceView, id: string | undefined): EndpointView | undefined {
  if (id !== undefined) return view.endpoints.find((endpoint) => endpoint.id === id)
  return view.endpoints.find((endpoint) => endpoint.opens) ?? view.endpoints[0]
}

/** Why the door in use is not the first one, in words: "grafana.macula.local: name takes 5.0 s". */
function whyNotFirst(endpoint: EndpointView): string | undefined {
  const first = endpoint.doors[0]
  if (endpoint.best <= 0 || first?.reason === undefined) return undefined
  return `${first.host}: ${first.reason}`
}

/** Opens a service at the best address that works now, and says why when that is not its name. */
export async function open(face: Face, word: string, options: OpenOptions): Promise<number> {
  return await withEngine(face, async ({ engine, clean }) => {
    const catalog = engine.catalog()
    const target = findTarget(catalog, engine.settings.suffix, word)
    if (target?.kind === 'tier')
      throw new MaculaError({
        kind: 'usage',
        what: `${word} is a tier; one service can be opened at a time.`,
        todo: `Name one of ${target.services.map((service) => service.id).join(', ')}.`,
      })
    if (!target) throw unknownWords('service', [word], knownWords(catalog))
    const raw = await waiting(face, 'Looking for the best address', engine.look())
    const snapshot = clean.deep(raw)
    const view = snapshot.services.find((one) => one.id === target.service.id)
    const endpoint = view && pickEndpoint(view, target.endpoint?.id)
    if (!view || !endpoint || view.endpoints.length === 0)
      throw new MaculaError({
        kind: 'usage',
        what: `${clean.text(target.service.title)} has no address to open.`,
      })
    const door: Door | undefined = endpoint.doors[endpoint.best]
    if (!door)
      throw new MaculaError({
        kind: 'failed',
        what: `${view.title} cannot be opened: ${view.reason === '' ? 'no way in works' : view.reason}.`,
        ...(view.headline === undefined ? {} : { why: view.headline.why, todo: view.headline.todo }),
      })
    const because = whyNotFirst(endpoint)
    const finish = async (opened: boolean): Promise<number> => {
      if (face.json) {
        const { openSchema } = await import('../json/open.ts')
        const value = {
          version: SCHEMA_VERSION,
          service: view.id,
          endpoint: endpoint.id,
          url: door.url,
          kind: door.kind,
          because,
          opened,
        }
        await writeJson(face.out, openSchema.parse(value), 'whole')
      } else if (!opened || options.print === true) face.out.line(door.url)
      else face.out.line(`Opened ${door.url}`)
      return 0
    }
    if (because !== undefined) face.err.line(`Not by its name. ${because}`)
    if (options.print === true) return await finish(false)
    const href = endpoint.opens ? handable(door.url, snapshot, view) : undefined
    if (href === undefined) {
      face.err.line(`${view.title} is not for a browser. Its address:`)
      return await finish(false)
    }
    const launched = await launch(face, href)
    if (launched !== undefined) face.err.line(`${launched} Open this yourself:`)
    return await finish(launched === undefined)
  })
}

/** Why the desktop could not be asked, or undefined when the URL was handed over. */
async function launch(face: Face, url: string): Promise<string | undefined> {
  const { env, platform } = face.host
  const mac = platform === 'darwin'
  if (!mac && (env['DISPLAY'] ?? '') === '' && (env['WAYLAND_DISPLAY'] ?? '') === '')
    return 'There is no display here.'
  const program = mac ? 'open' : 'xdg-open'
  const result = await face.host.launch(program, url)
  return result.kind === 'opened' ? undefined : `${program} did not open it (${result.says}).`
}
