import type { ContainerSeen } from '../observation.ts'
import type { Fix, Rung } from '../ladder.ts'
import { sayCount } from '../say.ts'

const MIB = 1024 * 1024

/** "512 MiB", "1.5 GiB": limits are set in powers of two. */
export function sayMemory(bytes: number): string {
  const [value, unit] = bytes >= 1024 * MIB ? [bytes / (1024 * MIB), 'GiB'] : [bytes / MIB, 'MiB']
  return `${Number(value.toFixed(1))} ${unit}`
}

/** Whether the kernel ended it for its memory: as Docker was told, or as nothing else does (see `killed`). */
export function isStarved(seen: Pick<ContainerSeen, 'oomKilled' | 'killed' | 'memoryLimit'>): boolean {
  return seen.oomKilled || (seen.killed === true && (seen.memoryLimit ?? 0) > 0)
}

type Told = Required<Pick<Rung, 'says' | 'reason' | 'why' | 'todo'>> & { readonly fix?: Fix }

/**
 * What is told of a container that the kernel ended for its memory: its limit, that it had used all of it, and where it
 * is raised. `file`: the person's own compose.yaml; absent for a service of ours, whose limit is the container's alone.
 */
export function outOfMemory(
  { service, title, file }: { readonly service: string; readonly title: string; readonly file?: string },
  seen: Pick<ContainerSeen, 'name' | 'exitCode' | 'restarts' | 'memoryLimit' | 'killed'>,
): Told {
  const restarts = seen.restarts > 0 ? `, ${sayCount(seen.restarts, 'restart')}` : ''
  const limit = seen.memoryLimit ?? 0
  if (limit === 0)
    return {
      says: `ended because this machine had no memory left: exit code ${seen.exitCode}${restarts}`,
      reason: `the machine was out of memory${restarts}`,
      why: 'It has no limit of its own; the kernel ended it to free memory for the rest.',
      todo: `Stop what else uses much memory (docker stats, top), or stop other services, then start ${title}.`,
    }
  const said = sayMemory(limit)
  const more = `${Math.ceil((2 * limit) / MIB)}m`
  const raise = `docker update --memory ${more} --memory-swap ${more} ${seen.name}`
  const probably = seen.killed === true ? 'probably ' : ''
  return {
    says: `ended ${probably}because it used all of its ${said} of memory: exit code ${seen.exitCode}${restarts}`,
    reason: `${probably}out of memory at ${said}${restarts}`,
    why:
      seen.killed === true
        ? `It was killed (SIGKILL) and not by Docker; the kernel does that when a container needs more than its limit, ${said}.`
        : `Its container may use ${said}; it needed more, and the kernel ended it.`,
    ...(file === undefined
      ? {
          todo: `Raise its limit: ${raise}, then maculactl restart ${service} (mem_limit: ${more} in its compose.override.yaml keeps it).`,
          fix: { label: 'Raise its limit', command: raise, action: { kind: 'none' } },
        }
      : {
          todo: `Raise mem_limit to ${more} (${said} now) in ${file}, then maculactl up ${service}.`,
        }),
  }
}
