import { release } from 'node:os'
import { z } from 'zod'
import type { DockerSeen } from '../../model/observation.ts'
import { get, within, type Link } from './link.ts'
import { downFrom, leadElsewhere } from './down.ts'

/** A person waits for this look; `slow` is a better answer than no answer. */
const SEE_DEADLINE_MS = 5000

/** Engine 25, which start_interval of the health checks needs (Compose's documentation). */
const OLDEST_API = { major: 1, minor: 44 }

const versionSchema = z.object({
  Version: z.string(),
  ApiVersion: z.string().regex(/^\d+\.\d+$/),
  Components: z.array(z.object({ Name: z.string() })).default([]),
})

const infoSchema = z.object({
  OSType: z.string().default(''),
  OperatingSystem: z.string().default(''),
  KernelVersion: z.string().default(''),
  SecurityOptions: z.array(z.string()).nullish(),
})

/** What the engine says of itself, as far as it decides whether container addresses can be reached from here. */
export type EngineInfo = z.infer<typeof infoSchema>

/**
 * Whether container addresses can be reached from here: the engine runs on this very kernel, as root, with its
 * bridges on this machine. Docker Desktop, OrbStack, Colima and a remote engine have a kernel of their own (in
 * WSL they share one, hence the names), rootless Docker has a network of its own.
 */
export function isNative(info: EngineInfo, kind: Link['endpoint']['kind'], kernel: string): boolean {
  return (
    kind === 'socket' &&
    info.OSType === 'linux' &&
    info.KernelVersion === kernel &&
    !/docker desktop|orbstack/i.test(info.OperatingSystem) &&
    !(info.SecurityOptions ?? []).some((option) => option.includes('rootless'))
  )
}

/** Whether the engine answers, and is new enough. Never throws. */
export async function seeEngine(link: Link): Promise<DockerSeen> {
  const { endpoint, where } = link
  if (endpoint.kind === 'unusable')
    return { kind: 'down', code: 'address', says: endpoint.says, todo: endpoint.todo }
  try {
    const [said, told] = await within(
      SEE_DEADLINE_MS,
      async (signal) =>
        await Promise.all([get(link.calls, '/version', { signal }), get(link.calls, '/info', { signal })]),
    )
    const version = versionSchema.safeParse(said).data
    if (!version)
      return {
        kind: 'down',
        code: 'broken',
        says: `What answers at ${where} is not a Docker engine.`,
        todo: leadElsewhere(link),
      }
    const [major = 0, minor = 0] = version.ApiVersion.split('.').map(Number)
    if (major < OLDEST_API.major || (major === OLDEST_API.major && minor < OLDEST_API.minor)) {
      const isPodman = version.Components.some(({ Name: name }) => /podman/i.test(name))
      return {
        kind: 'down',
        code: 'old',
        says: `${isPodman ? 'Podman' : 'Docker'} ${version.Version} at ${where} speaks API ${version.ApiVersion}; at least ${OLDEST_API.major}.${OLDEST_API.minor} (Docker Engine 25) is needed.`,
      }
    }
    const info = infoSchema.parse(told)
    return {
      kind: 'up',
      version: version.Version,
      apiVersion: version.ApiVersion,
      native: process.platform === 'linux' && isNative(info, endpoint.kind, release()),
    }
  } catch (error) {
    return downFrom(error, link)
  }
}
