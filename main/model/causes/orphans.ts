import type { Frame } from '../frame.ts'
import type { ContainerSeen } from '../observation.ts'
import { sayList } from '../say.ts'
import type { ServiceSpec } from '../service.ts'
import type { SharedCause } from '../snapshot.ts'

const runs: ReadonlySet<ContainerSeen['state']> = new Set(['running', 'restarting', 'paused'])

/** Containers of ours whose service the catalog does not have, or has no more. */
export function orphansOf(
  services: readonly ServiceSpec[],
  containers: ReadonlyMap<string, ContainerSeen>,
): readonly ContainerSeen[] {
  return [...containers.values()].filter(
    ({ service }) => !services.some(({ id, runtime }) => id === service && runtime.kind === 'container'),
  )
}

/** Those of them that run: no row tells of them. */
export function orphansCause({ services, world }: Frame): SharedCause | undefined {
  const found = orphansOf(services, world.containers).filter(({ state }) => runs.has(state))
  if (found.length === 0) return undefined
  const one = found.length === 1
  const ids = found.map(({ service }) => service)
  const names = sayList(
    found.map(({ name }) => name),
    found.length,
  )
  return {
    id: 'orphans',
    headline: {
      what: `${sayList(ids, ids.length)} ${one ? 'runs and is' : 'run and are'} not in the catalog: ${one ? 'container' : 'containers'} ${names}.`,
      why: 'The folder was removed or renamed, or its compose.yaml cannot be used.',
      todo: `Fix the folder, or stop ${one ? 'it' : 'them'}: maculactl down ${ids.join(' ')} (--remove removes ${one ? 'the container' : 'the containers'}; data stays).`,
    },
    services: [],
  }
}
