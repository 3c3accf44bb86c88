import { MaculaError } from '../../../model/errors.ts'
import { mayWrite, type ComposeProjectSeen } from '../../../model/migration.ts'
import { sayList } from '../../../model/say.ts'
import type { DataAdapter, VolumeUser } from '../../adapters.ts'

type Users = Pick<DataAdapter, 'users'>

/** Containers that run, are none of the project, and have its volume: they go on writing when the project rests. */
export async function foreignWriters(
  data: Users,
  volume: string,
  { containers }: ComposeProjectSeen,
): Promise<readonly string[]> {
  const users = await data.users(volume)
  return users
    .filter(({ id, running }) => running && containers.every((one) => one.id !== id))
    .map(({ name }) => name)
}

/** Who has the volume, none of them running. Throws MaculaError where one runs: nothing is read while it may be written. */
export async function needRest(data: Users, title: string, volume: string): Promise<readonly VolumeUser[]> {
  const users = await data.users(volume)
  const busy = users.filter(({ running }) => running).map(({ name }) => name)
  if (busy.length > 0) throw new MaculaError(mayWrite(title, busy))
  return users
}

/**
 * Throws MaculaError where somebody ran on it while it was copied: what was compared says nothing of what was written since.
 * `began`: who had it before.
 */
export async function needUnused(
  data: Users,
  title: string,
  volume: string,
  began: readonly VolumeUser[],
): Promise<void> {
  const users = await data.users(volume)
  const came = users.filter(
    ({ id, running, startedAt }) =>
      running || began.every((known) => known.id !== id || known.startedAt !== startedAt),
  )
  if (came.length === 0) return
  throw new MaculaError({
    kind: 'failed',
    what: `${title} are not taken over: ${sayList(came.map(({ name }) => name))} ran while they were copied, and may have written to them.`,
    todo: 'Run it again when nothing starts that meanwhile.',
  })
}
