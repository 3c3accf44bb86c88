import type { Holder } from '../../model/observation.ts'
import type { DockerAdapter } from '../adapters.ts'

/**
 * Gives the containers among holders the name that Docker knows them by: /proc tells only an id or an address. One of
 * these for a reading of many ports: each container is asked for once.
 */
export function createNamer(docker: Pick<DockerAdapter, 'nameOf'>): (holder: Holder) => Promise<Holder> {
  const asked = new Map<string, Promise<string | undefined>>()
  return async (holder) => {
    const { container } = holder
    if (container === undefined) return holder
    const answer = asked.get(container) ?? docker.nameOf(container)
    asked.set(container, answer)
    return { ...holder, container: (await answer) ?? container }
  }
}
