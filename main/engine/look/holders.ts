import type { Holder } from '../../model/observation.ts'
import type { DockerAdapter } from '../adapters.ts'

/**
 * Gives the containers among holders the name that Docker knows them by: /proc tells only an id or an address. One of
 * these for a reading of many ports: each container is asked for once. Of a service of ours the service is told too.
 */
export function createNamer(
  docker: Pick<DockerAdapter, 'nameOf' | 'projectOf'>,
  /** The service that a container of this name is of; undefined: it is not ours. */
  serviceOf: (container: string) => Holder['service'] = () => undefined,
): (holder: Holder) => Promise<Holder> {
  const asked = new Map<string, Promise<string | undefined>>()
  return async (holder) => {
    const { container } = holder
    if (container === undefined) return holder
    const answer = asked.get(container) ?? docker.nameOf(container)
    asked.set(container, answer)
    const name = await answer
    // "docker stop" of it would end nothing.
    if (name === undefined) return { ...holder, unknown: true }
    const service = serviceOf(name)
    const compose = service ? undefined : await docker.projectOf?.(name)
    return {
      ...holder,
      container: name,
      ...(service ? { service } : {}),
      ...(compose === undefined ? {} : { compose }),
    }
  }
}
