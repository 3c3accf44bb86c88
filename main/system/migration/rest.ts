import type { Resting } from '../../engine/adapters.ts'
import { stopOrder } from '../../model/before/compose.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import type { ComposeProjectSeen } from '../../model/migration.ts'
import type { Link } from '../docker/link.ts'
import { pauseContainer, startContainer, stopContainer } from './act.ts'
import { oldProjects } from './compose.ts'

/**
 * Stops what ran of a project; `project` says what that is, by name: a run that was interrupted may have stopped some already, and
 * containers may have been made anew since.
 */
export async function restProject(
  link: Link,
  project: ComposeProjectSeen,
  signal: AbortSignal,
): Promise<Resting> {
  const now = (await oldProjects(link)).find((one) => one.project === project.project)
  const ran = new Set(project.containers.flatMap(({ name, running }) => (running ? [name] : [])))
  const paused = new Set(project.containers.flatMap((one) => (one.paused === true ? [one.name] : [])))
  const ordered = stopOrder((now?.containers ?? []).filter(({ name, running }) => running || ran.has(name)))

  // One that does not start must not keep the others down.
  async function again(): Promise<readonly Trouble[]> {
    const failed: Trouble[] = []
    for (const container of ordered.toReversed())
      try {
        await startContainer(link, container)
        if (container.paused === true || paused.has(container.name)) await pauseContainer(link, container)
      } catch (error) {
        failed.push(troubleOf(error))
      }
    return failed
  }

  const resting = { names: ordered.map(({ name }) => name), again }
  try {
    for (const container of ordered) {
      if (signal.aborted)
        throw new MaculaError({ kind: 'refused', what: 'Stopping the old containers was interrupted.' })
      await stopContainer(link, container)
    }
    return resting
  } catch (error) {
    return { ...resting, trouble: troubleOf(error) }
  }
}
