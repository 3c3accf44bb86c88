import type { Snapshot } from '../../../main/model/snapshot.ts'
import type { Shell } from '../../store/shell.ts'
import type { Place } from '../../store/state.ts'

/** What was chosen last in a window, so that going back to the logs finds it again. */
const chosen = new WeakMap<Shell, readonly string[]>()

/** Keeps a choice for the next time the logs are shown. */
export function remember(shell: Shell, services: readonly string[]): void {
  chosen.set(shell, services)
}

/** What is shown at first: what the place names, else what was chosen last, else all that have a container. */
export function chosenFor(
  shell: Shell,
  snapshot: Snapshot,
  { service, services }: Pick<Place, 'service' | 'services'>,
): readonly string[] {
  if (service !== undefined) return [service]
  if (services !== undefined && services.length > 0) return services
  const known = chosen.get(shell)
  if (known) return known
  return snapshot.services.filter((view) => view.container !== undefined).map((view) => view.id)
}
