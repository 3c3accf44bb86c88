import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { inert, parsePort } from '../../model/atoms.ts'
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
  | { readonly kind: 'unusable'; readonly says: string; readonly todo: string }

/** Where Docker is, and who says so; undefined: nobody, it is the usual socket. */
export interface Found {
  readonly endpoint: Endpoint
  readonly from: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads an address; `from`: who gives it. `unix:///path`, `/path`, `tcp://host:port`, `http(s)://host:port`. Certificates are added by findEndpoint. */
export function parseEndpoint(text: string, from?: string): Endpoint {
  const path = text.startsWith('unix://') ? text.slice('unix://'.length) : text
  if (path.startsWith('/') && !path.includes('\0')) return { kind: 'socket', path }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && ['tcp:', 'http:', 'https:'].includes(url.protocol) && url.hostname !== '') {
    const port = url.port === '' ? (url.protocol === 'https:' ? 2376 : 2375) : parsePort(url.port)
    // IPv6 addresses stand in brackets in a URL only.
    if (port !== undefined) return { kind: 'tcp', host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port }
  }
  return unusable(text, from)
}

/** Who says where Docker is; absent: nobody, so it is the usual socket. */
function whoSays(setting: string, env: Environment, context: string | undefined): string | undefined {
  if (given(setting) !== undefined) return '"dockerHost" in settings.json'
  if (given(env['DOCKER_HOST']) !== undefined) return 'DOCKER_HOST'
  if (context === undefined || context === 'default') return undefined
  return `the docker context ${context}${given(env['DOCKER_CONTEXT']) === undefined ? '' : ' (DOCKER_CONTEXT)'}`
}

function unusable(text: string, from = 'the address'): Endpoint {
  const shown = JSON.stringify(inert(text).slice(0, 200))
  const known = 'unix:// and tcp:// can be used'
  const other = `Give ${from} another address, or none to use this machine’s own Docker.`
  if (!text.startsWith('ssh://'))
    return {
      kind: 'unusable',
      says: `${from} is ${shown}, which is not a Docker address that can be used here (${known}).`,
      todo: other,
    }
  const host = text.slice('ssh://'.length)
  return {
    kind: 'unusable',
    says: `${from} is ${shown}: Docker is not reached by ssh here (${known}).`,
    todo: isPlainHost(host)
      ? `Bring its socket here (ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ${host}) and give ${from} unix:///tmp/docker.sock; or none to use this machine’s own Docker.`
      : other,
  }
}

const isPlainHost = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._@-]*$/.test(text)

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
export async function findEndpoint(setting: string, env: Environment): Promise<Found> {
  const folder = dockerFolder(env)
  const host = given(setting) ?? given(env['DOCKER_HOST'])
  if (host !== undefined) {
    const from = whoSays(setting, env, undefined)
    const tls = given(env['DOCKER_TLS_VERIFY']) !== undefined
    const endpoint = await withCertificates(
      parseEndpoint(host, from),
      tls ? (given(env['DOCKER_CERT_PATH']) ?? folder) : undefined,
    )
    return { endpoint, from }
  }
  const context = given(env['DOCKER_CONTEXT']) ?? (await currentContext(folder))
  const from = whoSays('', env, context)
  if (context === undefined || context === 'default') return { endpoint: await defaultSocket(folder), from }
  const digest = createHash('sha256').update(context).digest('hex')
  const file = join(folder, 'contexts', 'meta', digest, 'meta.json')
  const text = await readIfThere(file).catch(() => undefined)
  const found = metaSchema.safeParse(parseJson(text)).data?.Endpoints.docker?.Host
  if (found === undefined) return { endpoint: noContext(inert(context), env, folder, file, text), from }
  const endpoint = parseEndpoint(found, from)
  return {
    endpoint: await withCertificates(endpoint, join(folder, 'contexts', 'tls', digest, 'docker')),
    from,
  }
}

/** A context that is named, and is not there or has no address. */
function noContext(
  context: string,
  env: Environment,
  folder: string,
  file: string,
  text: string | undefined,
): Endpoint {
  const isFromEnv = given(env['DOCKER_CONTEXT']) !== undefined
  const where = isFromEnv ? 'DOCKER_CONTEXT' : join(folder, 'config.json')
  return {
    kind: 'unusable',
    says:
      text === undefined
        ? `The docker context ${context}, which ${where} names, does not exist (there is no ${file}).`
        : `The docker context ${context}, which ${where} names, has no address (${file}).`,
    todo: `See which there are (docker context ls), then ${isFromEnv ? 'set DOCKER_CONTEXT to one of them, or unset it' : 'choose one (docker context use default)'}.`,
  }
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
