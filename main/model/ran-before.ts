import type { ServiceView } from './snapshot.ts'

/**
 * The ids of services that ran before and do not run now: started, and never stopped on purpose since. What somebody
 * stopped is "stopped" and stays so; what should run and does not is "failed".
 */
export function ranBefore(views: readonly Pick<ServiceView, 'id' | 'state'>[]): readonly string[] {
  return views.filter(({ state }) => state === 'failed').map(({ id }) => id)
}
