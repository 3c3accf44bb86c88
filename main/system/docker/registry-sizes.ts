import { z } from 'zod'
import type { DownloadSize, RegistriesAdapter } from '../../engine/adapters.ts'
import { splitImage } from '../../model/cluster.ts'
import type { RegistryAuth } from './credentials.ts'

/** A registry that answers takes well below a second for the two or three questions; people do not wait for longer. */
const DEADLINE_MS = 5000

/** A registry that did not answer is asked again after this long; a size that was told stays. */
const AGAIN_MS = 60_000

/** Questions at the same time. */
const AT_ONCE = 6

/** A manifest is a few kB; nobody's is larger than this. */
const MOST_BYTES = 4_000_000

const types = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

const size = z.int().min(0).max(1e13)
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
/** Both kinds in one: an index names manifests, a manifest names layers (OCI image-spec, Docker manifest v2.2). */
const manifestSchema = z.object({
  config: z.object({ size }).optional(),
  layers: z.array(z.object({ digest, size })).max(1000).optional(),
  manifests: z
    .array(
      z.object({
        digest,
        platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
      }),
    )
    .max(1000)
    .optional(),
})

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() })

/** Node's word for a processor as images name it. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm' }

/** What `WWW-Authenticate: Bearer realm="…",service="…"` names; undefined: it is another way to sign in. */
export function bearerChallenge(header: string): URL | undefined {
  if (!/^bearer\s/i.test(header)) return undefined
  const of = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`, 'i').exec(header)?.[1]
  const realm = of('realm') ?? ''
  if (!URL.canParse(realm)) return undefined
  const url = new URL(realm)
  for (const name of ['service', 'scope']) {
    const value = of(name)
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return url
}

/** Where a registry's API is. What is on this machine itself speaks plain HTTP, as Docker takes it. */
function baseOf(registry: string): string {
  if (registry === 'docker.io' || registry === 'index.docker.io') return 'https://registry-1.docker.io'
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(registry)
  return `${isHere ? 'http' : 'https'}://${registry}`
}

/** The text of an answer, refused when it is larger than anything a registry has to say here. */
async function jsonOf(response: Response): Promise<unknown> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > MOST_BYTES) throw new Error('the registry says too much')
    parts.push(part)
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}

function basicOf(auth: RegistryAuth | undefined): Readonly<Record<string, string>> {
  if (auth === undefined || !('username' in auth)) return {}
  return { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` }
}

/**
 * Compressed bytes of an image by the registry's manifests (distribution-spec, "Pulling manifests"): each layer counted
 * once, with the configuration. Throws with the reason in a few words.
 */
async function ask(
  image: string,
  auth: RegistryAuth | undefined,
  signal: AbortSignal,
  architecture: string,
): Promise<number> {
  const { registry, repository, tag } = splitImage(image)
  const name =
    baseOf(registry).endsWith('docker.io') && !repository.includes('/') ? `library/${repository}` : repository
  const base = `${baseOf(registry)}/v2/${name}/manifests/`
  let bearer: Readonly<Record<string, string>> = {}
  const get = async (reference: string): Promise<z.infer<typeof manifestSchema>> => {
    const once = async (): Promise<Response> =>
      await fetch(`${base}${reference}`, { headers: { accept: types, ...bearer }, signal })
    let response = await once()
    if (response.status === 401) {
      const url = bearerChallenge(response.headers.get('www-authenticate') ?? '')
      await response.body?.cancel()
      // A sign-in never goes over a line that others can read.
      const own = url?.protocol === 'https:' || base.startsWith('https:') ? basicOf(auth) : {}
      if (url === undefined) bearer = own
      else {
        const given = tokenSchema.parse(await jsonOf(await fetch(url, { headers: own, signal })))
        bearer = { authorization: `Bearer ${given.token ?? given.access_token ?? ''}` }
      }
      response = await once()
    }
    if (response.status === 401 || response.status === 403) throw new Error('the registry wants a sign-in')
    if (response.status === 404) throw new Error('the registry does not have it')
    if (response.status === 429) throw new Error('the registry allows no more questions for now')
    if (!response.ok) throw new Error(`the registry answers HTTP ${response.status}`)
    return manifestSchema.parse(await jsonOf(response))
  }
  let found = await get(/@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? tag)
  if (found.manifests !== undefined) {
    const mine = found.manifests.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
    )
    if (!mine) throw new Error('the registry has none for this processor')
    found = await get(mine.digest)
  }
  const layers = new Map((found.layers ?? []).map((layer) => [layer.digest, layer.size]))
  if (layers.size === 0) throw new Error('the registry does not say')
  return [...layers.values()].reduce((sum, bytes) => sum + bytes, found.config?.size ?? 0)
}

/** A few words for why there is no size. */
function whyOf(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError)
    return 'the registry’s answer cannot be read'
  if (error instanceof Error && error.message.startsWith('the registry')) return error.message
  return 'the registry does not answer'
}

/** Asks registries how large images are, by the person's own sign-in; nothing is downloaded. */
export function openRegistries(options: {
  readonly auth: (image: string) => Promise<RegistryAuth | undefined>
  readonly now: () => number
  readonly deadlineMs?: number
  readonly architecture?: string
}): RegistriesAdapter {
  const { auth, now, deadlineMs = DEADLINE_MS } = options
  const architecture = options.architecture ?? architectures[process.arch] ?? process.arch
  const told = new Map<string, { readonly at: number; readonly size: DownloadSize }>()
  const under = new Map<string, Promise<DownloadSize>>()
  let free = AT_ONCE
  const queue: (() => void)[] = []

  const turn = async (): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => void queue.push(resolve))
  }
  const done = (): void => {
    const next = queue.shift()
    if (next) next()
    else free += 1
  }
  const known = (image: string): DownloadSize | undefined => {
    const last = told.get(image)
    if (last === undefined) return undefined
    return last.size.kind === 'known' || now() - last.at < AGAIN_MS ? last.size : undefined
  }
  const look = async (image: string, signal: AbortSignal): Promise<DownloadSize> => {
    await turn()
    try {
      const bytes = await ask(image, await auth(image), signal, architecture)
      return { kind: 'known', bytes }
    } catch (error) {
      return { kind: 'unknown', why: whyOf(error) }
    } finally {
      done()
    }
  }

  return {
    known,
    async size(image) {
      const before = known(image)
      if (before) return before
      // One deadline from the moment of the question, whatever waits for its turn.
      const work =
        under.get(image) ??
        look(image, AbortSignal.timeout(deadlineMs))
          .then((size) => {
            told.set(image, { at: now(), size })
            return size
          })
          .finally(() => under.delete(image))
      under.set(image, work)
      return await work
    },
  }
}
