import type { ContainerSeen } from '../observation.ts'
import type { Fix, Rung } from '../ladder.ts'
import { sayCount } from '../say.ts'

const MIB = 1024 * 1024

/** "512 MiB", "1.5 GiB": limits are set in powers of two. */
export function sayMemory(bytes: number): string {
  const [value, unit] = bytes >= 1024 * MIB ? [bytes / (1024 * MIB), 'GiB'] : [bytes / MIB, 'MiB']
  return `${Number(value.toFixed(1))} ${unit}`
}

type Told = Required<Pick<Rung, 'says' | 'reason' | 'why' | 'todo'>> & { readonly fix?: Fix }

/**
 * What is told of a container that the kernel ended for its memory: its limit, that it had used all of it, and where it
 * is raised. `file`: the person's own compose.yaml; absent for a service of ours, whose limit is the container's alone.
 */
export function outOfMemory(
  { service, title, file }: { readonly service: string; readonly title: string; readonly file?: string },
  seen: Pick<ContainerSeen, 'name' | 'exitCode' | 'restarts' | 'memoryLimit'>,
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
  return {
    says: `ended because it used all of its ${said} of memory: exit code ${seen.exitCode}${restarts}`,
    reason: `out of memory at ${said}${restarts}`,
    why: `Its container may use ${said}, it needed more, and the kernel ended it.`,
    ...(file === undefined
      ? {
          todo: `Raise its limit: ${raise} (holds until its container is made anew), then maculactl restart ${service}.`,
          fix: { label: 'Raise its limit', command: raise, action: { kind: 'none' } },
        }
      : {
          todo: `Raise mem_limit in ${file} (${said} now; ${more} is twice as much), then maculactl up ${service}.`,
        }),
  }
}
