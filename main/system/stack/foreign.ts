import { MaculaError } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'
import { isOwn } from '../docker/container.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { dockerTrouble } from '../docker/trouble.ts'
import type { Fragment } from './fragment.ts'

/**
 * Refuses to let compose work where containers or volumes of our names are not ours: compose knows its own by
 * project name only, so it would replace the containers of another project that has our name, and fill its volumes
 * (faults.md row 30). Only reads.
 */
export async function refuseForeign(
  link: Link,
  settings: Settings,
  fragments: readonly Fragment[],
): Promise<void> {
  const { project } = settings
  const ids = fragments.map(({ id }) => id)
  try {
    const containers = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await link.calls.listContainers({ all: true, abortSignal }),
    )
    const inUse = new Set<string>()
    const wanted = new Set(fragments.flatMap(({ volumes }) => [...volumes.values()]))
    for (const container of containers) {
      const { Labels: own, Names: names, Mounts: mounts } = container
      if (isOwn(own, project)) {
        // A volume that a container of ours has is ours, whoever made it (an earlier version, without the label).
        for (const { Name: volume } of mounts) if (volume !== undefined) inUse.add(volume)
        continue
      }
      // Two databases on one volume destroy it, and neither notices the other: each is the first process of its container.
      const shared = mounts.find(({ Name: volume }) => volume !== undefined && wanted.has(volume))
      if (container.State === 'running' && shared?.Name !== undefined)
        throw inUseBy(shared.Name, (names[0] ?? '').slice(1))
      const isOfSameProject =
        own['com.docker.compose.project'] === project && ids.includes(own['com.docker.compose.service'] ?? '')
      const taken = ids.map((id) => `/${project}-${id}-1`).find((name) => names.includes(name))
      if (isOfSameProject || taken !== undefined)
        throw foreign('container', (names[0] ?? '').slice(1), project)
    }
    if (wanted.size === 0) return
    const { Volumes: volumes } = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await link.calls.listVolumes({ abortSignal }),
    )
    for (const { Name: name, Labels: own } of volumes)
      if (wanted.has(name) && !inUse.has(name) && !isOwn(own, project)) throw foreign('volume', name, project)
  } catch (error) {
    throw dockerTrouble('Docker cannot be asked for containers and volumes', error)
  }
}

function inUseBy(volume: string, container: string): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: `The volume ${volume} is in use by the container ${container}, which Macula did not create.`,
    why: 'Two programs that write to the same data destroy it.',
    todo: `Stop it first (docker stop ${container}); files of maculactl eject: docker compose down.`,
  })
}

function foreign(what: 'container' | 'volume', name: string, project: string): MaculaError {
  const rename =
    what === 'container'
      ? `remove it yourself (docker rm ${name})`
      : `remove it yourself (docker volume rm ${name})`
  return new MaculaError({
    kind: 'failed',
    what: `There is a ${what} ${name} that Macula did not create. It is left as it is.`,
    why: `Our own would have the same name: the project is called ${project} here and there.`,
    todo: `Choose another "project" in settings.json, or, if you do not need it, ${rename}.`,
  })
}
