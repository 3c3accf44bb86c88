import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere } from '../files.ts'

/** Where the Docker API is: a unix socket, or host and port. */
export type Endpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: boolean }
  | { readonly kind: 'unusable'; readonly says: string }

/** Reads `unix:///path`, `/path`, `tcp://host:port`, `http(s)://host:port`. */
export function parseEndpoint(text: string): Endpoint {
  if (text.startsWith('/')) return { kind: 'socket', path: text }
  if (text.startsWith('unix://')) return { kind: 'socket', path: text.slice('unix://'.length) }
  try {
    const url = new URL(text)
    if (['tcp:', 'http:', 'https:'].includes(url.protocol) && url.hostname !== '')
      return {
        kind: 'tcp',
        host: url.hostname,
        port: Number(url.port === '' ? 2375 : url.port),
        tls: url.protocol === 'https:',
      }
  } catch {
    // said below
  }
  return {
    kind: 'unusable',
    says: `${text} is not a Docker address that can be used here (unix:// or tcp://).`,
  }
}

const configSchema = z.object({ currentContext: z.string().optional() })
const metaSchema = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string().optional() }).optional() }),
})

/**
 * The endpoint in use: the setting, else DOCKER_HOST, else the current docker context, else the default sockets.
 * docker-modem does not read contexts (its modem.js), so they are read here from docker's own files:
 * ~/.docker/config.json names one, ~/.docker/contexts/meta/<sha256 of the name>/meta.json describes it.
 */
export async function findEndpoint(
  setting: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Endpoint> {
  if (setting !== '') return parseEndpoint(setting)
  const host = env['DOCKER_HOST']
  if (host !== undefined && host !== '') return parseEndpoint(host)
  const home = join(env['HOME'] ?? homedir(), '.docker')
  const named = env['DOCKER_CONTEXT'] ?? (await currentContext(home))
  if (named !== undefined && named !== '' && named !== 'default') {
    const file = join(home, 'contexts', 'meta', createHash('sha256').update(named).digest('hex'), 'meta.json')
    const text = await readIfThere(file).catch(() => undefined)
    const meta = text === undefined ? undefined : metaSchema.safeParse(parseJson(text)).data
    const found = meta?.Endpoints.docker?.Host
    if (found === undefined)
      return { kind: 'unusable', says: `The docker context ${named} has no address (${file}).` }
    return parseEndpoint(found)
  }
  const desktop = join(home, 'run', 'docker.sock')
  return { kind: 'socket', path: existsSync(desktop) ? desktop : '/var/run/docker.sock' }
}

async function currentContext(home: string): Promise<string | undefined> {
  const text = await readIfThere(join(home, 'config.json')).catch(() => undefined)
  return text === undefined ? undefined : configSchema.safeParse(parseJson(text)).data?.currentContext
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
