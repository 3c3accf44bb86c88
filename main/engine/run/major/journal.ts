import { MaculaError } from '../../../model/errors.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { Adapters } from '../../adapters.ts'

/** Under which name a service's step is kept. */
export const keyOf = (id: string): string => `major-${id}`

/** Scratch volumes of a service's step: the copy that is served, and the dump. */
export const scratchOf = (id: string) => ({ copy: `${keyOf(id)}-copy`, dump: `${keyOf(id)}-dump` })

/** The copy of the data as it was, where a step that was ended midway left the data half. */
async function halfOf(
  { data, docker }: Pick<Adapters, 'data' | 'docker'>,
  id: string,
): Promise<{ readonly from: string; readonly to: string } | undefined> {
  const journal = await data.kept(keyOf(id))
  const [moved] = journal?.moved ?? []
  // Nothing was replaced yet, or the copy is gone: then it is no way back.
  if (journal?.home === undefined || !moved || !(await docker.volumes.has(moved.to))) return undefined
  // Another volume than the one that was filled: somebody put other data in its place.
  if (journal.home !== '' && (await data.made(moved.from)) !== journal.home) return undefined
  return moved
}

/** Whether a step that was ended midway left the data of a service half. */
export const isHalf = async (
  adapters: Pick<Adapters, 'data' | 'docker'>,
  { id }: ServiceSpec,
): Promise<boolean> => (await halfOf(adapters, id)) !== undefined

/**
 * Before a container starts: a step that was ended midway, while the new volume was filled, left that one half. Throws MaculaError
 * naming the copy of the data as it was.
 */
export async function refuseHalf(
  adapters: Pick<Adapters, 'data' | 'docker'>,
  { id, title }: ServiceSpec,
): Promise<void> {
  const moved = await halfOf(adapters, id)
  if (!moved) return
  const at = moved.to.startsWith(`${moved.from}_before-`)
    ? ` ${moved.to.slice(moved.from.length + '_before-'.length)}`
    : ''
  throw new MaculaError({
    kind: 'failed',
    what: `${title} is not started: upgrading its data to another major version of PostgreSQL was interrupted.`,
    why: `What is in ${moved.from} is not whole. The data as it was is kept in ${moved.to}.`,
    todo: `maculactl update ${id} --data goes on; maculactl reset ${id} --back${at} puts the data as it was in place.`,
  })
}

/** What was kept of a step is void: other data was put in place. */
export async function forgetStep({ data }: Pick<Adapters, 'data'>, id: string): Promise<void> {
  if (!(await data.kept(keyOf(id)))) return
  await data.keep(keyOf(id), undefined)
  await data.sweep()
}
