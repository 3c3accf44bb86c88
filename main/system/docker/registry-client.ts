import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { z } from 'zod'
import { splitImage } from '../../model/cluster.ts'
import type { RegistryAuth } from './credentials.ts'

/** A manifest or a page of tags is a few kB; nobody's is larger than this. */
const MOST_BYTES = 4_000_000

/** What a manifest may be. */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() })

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

/** Whether a registry is on this machine: by a loopback address, or by a name that leads to one (registry.macula.local). */
async function isHere(registry: string, signal: AbortSignal): Promise<boolean> {
  if (/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(registry)) return true
  const found = await addressesOf(registry.replace(/:\d+$/, ''), signal)
  return found.length > 0 && found.every(({ address }) => address.startsWith('127.') || address === '::1')
}

/** A name's addresses; none at the deadline: the system's resolver cannot be stopped, it is only waited for no longer. */
async function addressesOf(name: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
  return await new Promise((resolve) => {
    const late = (): void => resolve([])
    if (signal.aborted) late()
    signal.addEventListener('abort', late, { once: true })
    void lookup(name, { all: true })
      .then(resolve, late)
      .finally(() => signal.removeEventListener('abort', late))
  })
}

/** Where a registry's API is. What is on this machine itself speaks plain HTTP, as Docker takes it. */
async function baseOf(registry: string, signal: AbortSignal): Promise<string> {
  if (isHub(registry)) return 'https://registry-1.docker.io'
  return `${(await isHere(registry, signal)) ? 'http' : 'https'}://${registry}`
}

const isHub = (registry: string): boolean => registry === 'docker.io' || registry === 'index.docker.io'

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

/** One answer, and whether a list goes on after it. */
export interface Page {
  readonly value: unknown
  readonly next:
    | { readonly kind: 'none' }
    | { readonly kind: 'elsewhere' }
    | { readonly kind: 'here'; readonly path: string }
}

/** A registry's API for one repository: GET and HEAD below /v2/NAME/, signed in where it wants that. */
export interface Repository {
  /** Throws with the reason in a few words; 404 too. */
  json(path: string): Promise<Page>
  /** The digest of a manifest, as the registry calls it. */
  digest(reference: string, accept: string): Promise<string>
}

/** Where the next page of a list is (RFC 8288): a path of this repository's; another one is not followed. */
function nextOf(link: string | null, base: string, from: string): Page['next'] {
  const [, target] = /<([^>]*)>\s*;[^,]*rel="?next"?/i.exec(link ?? '') ?? []
  if (target === undefined) return { kind: 'none' }
  if (target.length > 2000 || !URL.canParse(target, from)) return { kind: 'elsewhere' }
  const { href } = new URL(target, from)
  return href.startsWith(base) ? { kind: 'here', path: href.slice(base.length) } : { kind: 'elsewhere' }
}

/** Opens the repository of an image (distribution-spec; the token protocol of docker's own registry). */
export async function openRepository(input: {
  readonly image: string
  readonly auth: RegistryAuth | undefined
  readonly signal: AbortSignal
  readonly accept: string
}): Promise<Repository> {
  const { auth, signal } = input
  const { registry, repository } = splitImage(input.image)
  const name = isHub(registry) && !repository.includes('/') ? `library/${repository}` : repository
  const base = `${await baseOf(registry, signal)}/v2/${name}/`
  let bearer: Readonly<Record<string, string>> = {}

  async function ask(path: string, method: 'GET' | 'HEAD', accept: string): Promise<Response> {
    const once = async (): Promise<Response> =>
      await fetch(`${base}${path}`, { method, headers: { accept, ...bearer }, signal })
    let response = await once()
    if (response.status === 401) {
      const url = bearerChallenge(response.headers.get('www-authenticate') ?? '')
      await response.body?.cancel()
      // A sign-in never goes over a line that others can read: what counts is where it goes, not who asks for it.
      const own = (url ?? new URL(base)).protocol === 'https:' ? basicOf(auth) : {}
      if (url === undefined) bearer = own
      else {
        const given = tokenSchema.parse(await jsonOf(await fetch(url, { headers: own, signal })))
        bearer = { authorization: `Bearer ${given.token ?? given.access_token ?? ''}` }
      }
      response = await once()
    }
    if (response.status === 401 || response.status === 403)
      throw new Error('the registry requires signing in')
    if (response.status === 404) throw new Error('the registry does not have it')
    if (response.status === 429) throw new Error('the registry allows no more requests for now')
    if (!response.ok) throw new Error(`the registry answers HTTP ${response.status}`)
    return response
  }

  return {
    async json(path) {
      const response = await ask(path, 'GET', input.accept)
      return {
        value: await jsonOf(response),
        next: nextOf(response.headers.get('link'), base, `${base}${path}`),
      }
    },
    async digest(reference, accept) {
      const response = await ask(`manifests/${reference}`, 'HEAD', accept)
      const digest = response.headers.get('docker-content-digest') ?? ''
      if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error('the registry does not say')
      return digest
    },
  }
}

/** A few words for why a registry told nothing. */
export function whyUntold(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError)
    return 'the registry’s answer cannot be read'
  if (error instanceof Error && error.message.startsWith('the registry')) return error.message
  return 'the registry does not answer'
}
