import { execa } from 'execa'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere } from '../files.ts'
import { searchPath } from '../host/tool.ts'
import { dockerFolder } from './own-config.ts'
import { splitImage } from '../../model/cluster.ts'

const HELPER_DEADLINE_MS = 5000

/** The key under which docker's own command keeps what belongs to Docker Hub (docker/cli, registry.IndexServer). */
const HUB = 'https://index.docker.io/v1/'

const configSchema = z.object({
  auths: z
    .record(z.string(), z.object({ auth: z.string().optional(), identitytoken: z.string().optional() }))
    .default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
})

const helperSchema = z.object({ Username: z.string(), Secret: z.string() })

/** What the API wants in X-Registry-Auth. */
export type RegistryAuth = { readonly serveraddress: string } & (
  { readonly username: string; readonly password: string } | { readonly identitytoken: string }
)

/** Where docker keeps the sign-in for an image: under its registry's name, and the Hub's under an address of old. */
export function signInKey(image: string): string {
  const { registry } = splitImage(image)
  return registry === 'docker.io' || registry === 'index.docker.io' ? HUB : registry
}

/**
 * The person's own sign-in at the image's registry (docker login), so that a pull has their rights and limits.
 * Undefined when there is none, or the helper does not answer: the pull is then tried without.
 */
export async function registryAuth(
  image: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RegistryAuth | undefined> {
  const folder = dockerFolder(env)
  const registry = signInKey(image)
  try {
    const text = await readIfThere(join(folder, 'config.json'))
    if (text === undefined) return undefined
    const config = configSchema.parse(JSON.parse(text))
    const helper = config.credHelpers[registry] ?? config.credsStore
    return helper === undefined
      ? fromFile(registry, config.auths[registry])
      : await fromHelper(helper, registry, env)
  } catch {
    return undefined
  }
}

function fromFile(
  serveraddress: string,
  entry: { auth?: string | undefined; identitytoken?: string | undefined } | undefined,
): RegistryAuth | undefined {
  if (entry?.identitytoken !== undefined && entry.identitytoken !== '')
    return { serveraddress, identitytoken: entry.identitytoken }
  const plain = Buffer.from(entry?.auth ?? '', 'base64').toString('utf8')
  const colon = plain.indexOf(':')
  if (colon < 1) return undefined
  return { serveraddress, username: plain.slice(0, colon), password: plain.slice(colon + 1) }
}

async function fromHelper(
  helper: string,
  serveraddress: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RegistryAuth | undefined> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(helper)) return undefined
  const { stdout } = await execa(`docker-credential-${helper}`, ['get'], {
    input: serveraddress,
    // It is the person's own program and may need all of theirs: the key ring, the agent, the bus of the session.
    env: { ...env, PATH: searchPath(env).join(':') },
    extendEnv: false,
    timeout: HELPER_DEADLINE_MS,
  })
  const { Username: username, Secret: secret } = helperSchema.parse(JSON.parse(stdout))
  // The protocol of the helpers marks a token by this name (docker/docker-credential-helpers).
  if (username === '<token>') return { serveraddress, identitytoken: secret }
  return { serveraddress, username, password: secret }
}
