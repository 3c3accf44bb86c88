import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { parsePort } from '../../model/atoms.ts'
import { readIfThere, wholeFile } from '../files.ts'
import { dockerFolder } from './own-config.ts'

export interface Certificates {
  /** Where the three files lie, for docker's own programs. */
  readonly folder: string
  readonly ca: Buffer
  readonly cert: Buffer
  readonly key: Buffer
}

/** Where the Docker API is: a unix socket, or host and port. */
export type Endpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: Certificates }
  | { readonly kind: 'unusable'; readonly says: string }

type Environment = Readonly<Record<string, string | undefined>>

/** Reads `unix:///path`, `/path`, `tcp://host:port`, `http(s)://host:port`. Certificates are added by findEndpoint. */
export function parseEndpoint(text: string): Endpoint {
  const path = text.startsWith('unix://') ? text.slice('unix://'.length) : text
  if (path.startsWith('/') && !path.includes('\0')) return { kind: 'socket', path }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && ['tcp:', 'http:', 'https:'].includes(url.protocol) && url.hostname !== '') {
    const port = url.port === '' ? (url.protocol === 'https:' ? 2376 : 2375) : parsePort(url.port)
    // IPv6 addresses stand in brackets in a URL only.
    if (port !== undefined) return { kind: 'tcp', host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port }
  }
  return {
    kind: 'unusable',
    says: `${JSON.stringify(text)} is not a Docker address that can be used here (unix:// or tcp://).`,
  }
}

const configSchema = z.object({ currentContext: z.string().optional() })
const metaSchema = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string().optional() }).optional() }),
})

/**
 * The endpoint in use, in the order of docker's own command (docker/cli, resolveContextName): the setting, else
 * DOCKER_HOST, else DOCKER_CONTEXT, else the current context, else the default sockets. docker-modem does not
 * read contexts (its modem.js), so they are read here from docker's own files: config.json names one,
 * contexts/meta/<sha256 of the name>/meta.json describes it.
 */
export async function findEndpoint(setting: string, env: Environment): Promise<Endpoint> {
  const folder = dockerFolder(env)
  const host = given(setting) ?? given(env['DOCKER_HOST'])
  if (host !== undefined) {
    const tls = given(env['DOCKER_TLS_VERIFY']) !== undefined
    return await withCertificates(
      parseEndpoint(host),
      tls ? (given(env['DOCKER_CERT_PATH']) ?? folder) : undefined,
    )
  }
  const context = given(env['DOCKER_CONTEXT']) ?? (await currentContext(folder))
  if (context === undefined || context === 'default') return await defaultSocket(folder)
  const digest = createHash('sha256').update(context).digest('hex')
  const file = join(folder, 'contexts', 'meta', digest, 'meta.json')
  const text = await readIfThere(file).catch(() => undefined)
  const found = metaSchema.safeParse(parseJson(text)).data?.Endpoints.docker?.Host
  if (found === undefined)
    return { kind: 'unusable', says: `The docker context ${context} has no address (${file}).` }
  return await withCertificates(parseEndpoint(found), join(folder, 'contexts', 'tls', digest, 'docker'))
}

/** Adds the three files of mutual TLS when the folder has them; a daemon without TLS has none. */
async function withCertificates(endpoint: Endpoint, folder: string | undefined): Promise<Endpoint> {
  if (endpoint.kind !== 'tcp' || folder === undefined) return endpoint
  try {
    const [ca, cert, key] = await Promise.all([
      wholeFile(join(folder, 'ca.pem')),
      wholeFile(join(folder, 'cert.pem')),
      wholeFile(join(folder, 'key.pem')),
    ])
    return { ...endpoint, tls: { folder, ca, cert, key } }
  } catch {
    return endpoint
  }
}

/** The socket docker's own command uses by default; on a Mac without it, the one of Docker Desktop's user. */
async function defaultSocket(folder: string): Promise<Endpoint> {
  const usual = '/var/run/docker.sock'
  const own = join(folder, 'run', 'docker.sock')
  const isThere = async (path: string): Promise<boolean> =>
    await access(path).then(
      () => true,
      // Present but not ours to open: it is the one to name.
      (error: NodeJS.ErrnoException) => error.code === 'EACCES',
    )
  return { kind: 'socket', path: !(await isThere(usual)) && (await isThere(own)) ? own : usual }
}

async function currentContext(folder: string): Promise<string | undefined> {
  const text = await readIfThere(join(folder, 'config.json')).catch(() => undefined)
  return given(configSchema.safeParse(parseJson(text)).data?.currentContext)
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
