import { MaculaError } from '../../model/errors.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { sqlUser } from '../../model/sql.ts'
import type { Adapters } from '../adapters.ts'
import { majorOf } from '../migration/data/postgres.ts'
import { refuseHalf } from './major/journal.ts'

/** Where images of PostgreSQL keep their data unless PGDATA says otherwise. */
const DATA = '/var/lib/postgresql/data'

/**
 * Before a container of PostgreSQL starts: its data must be of the major version that its image serves. PostgreSQL itself would
 * refuse it too, again and again, with a line in its log. Where one of the two is not known it is left to that.
 * Throws MaculaError `failed`; nothing was touched.
 */
export async function refuseOtherMajor(
  { docker, data }: Pick<Adapters, 'docker' | 'data'>,
  service: ServiceSpec,
  container: ContainerSeen,
): Promise<void> {
  if (container.state === 'running' || sqlUser(service) === undefined) return
  await refuseHalf({ docker, data }, service)
  const image = service.runtime.kind === 'container' ? service.runtime.image : ''
  const asked = async () => {
    const at = async (folder: string) => await docker.peek?.(container.id, `${folder}/PG_VERSION`)
    const [made, usual] = await Promise.all([docker.madeWith(service.id), at(DATA)])
    const { variables } = made ?? {}
    const folder = variables?.get('PGDATA') ?? DATA
    // An image of 18 or later keeps data elsewhere by default; what an older one wrote is where that had it.
    const text = folder === DATA ? usual : ((await at(folder)) ?? usual)
    // The official images name it; the tag of the others does.
    return { serves: variables?.get('PG_MAJOR') ?? majorOf(image), has: text?.trim() }
  }
  const known = await asked().catch(() => undefined)
  const [serves, has] = [Number(known?.serves ?? Number.NaN), Number(known?.has ?? Number.NaN)]
  if (!Number.isInteger(serves) || !Number.isInteger(has) || serves === has) return
  throw new MaculaError({
    kind: 'failed',
    what: `${service.title} is not started: its data was written by PostgreSQL ${has}, its image runs PostgreSQL ${serves}.`,
    why: 'PostgreSQL reads data of its own major version only. The data is as it was.',
    todo: `${has < serves ? `maculactl update ${service.id} --data upgrades it to PostgreSQL ${serves} and keeps a copy. Or give` : 'Give'} it an image of PostgreSQL ${has} in stack/${service.id}/compose.override.yaml.`,
  })
}
