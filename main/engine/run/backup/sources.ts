import type { BackupRegistry } from '../../../model/backup.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { RunContext } from '../context.ts'
import { volumesNamed } from '../put-back.ts'

/** Where images lie in the registry's volume, by distribution's own layout (registry/storage/paths.go). */
export const REPOSITORIES = 'docker/registry/v2/repositories'

/** The service whose images may be taken by reference. */
export const REGISTRY = 'registry'

/**
 * Where an object store keeps accounts, their passwords and policies: in the clear unless it has a key server (minio,
 * cmd/iam-object-store.go, saveIAMConfig). No password is in a snapshot; the account of programs is made at the next start.
 */
export const ACCOUNTS = '.minio.sys/config/iam'

/** What watches the platform begins anew: metrics, logs and traces of another time help nobody. */
const watchers: ReadonlySet<string> = new Set(['prometheus', 'loki', 'tempo', 'alloy'])

/** A service whose data is taken, and how: a PostgreSQL is dumped while it runs, other volumes are copied while it is stopped. */
export interface BackupSource {
  readonly service: ServiceSpec
  readonly how: 'dump' | 'copy' | 'references'
  /** Its volumes that are there. */
  readonly volumes: readonly string[]
}

/** Whether a service is a PostgreSQL of ours: it keeps a password as one does. */
export const isPostgres = (service: ServiceSpec): boolean =>
  Object.values(service.secretUses ?? {}).some(({ kept }) => kept === 'postgres')

/** What of a volume's name is not the instance's. */
export const keyOf = (volume: string, project: string): string =>
  volume.startsWith(`${project}_`) ? volume.slice(project.length + 1) : volume

/** What is to be taken, in the order of the catalog; services that never had data are left out. */
export async function sourcesOf(
  context: RunContext,
  registry: BackupRegistry,
): Promise<readonly BackupSource[]> {
  const { volumes } = context.adapters.docker
  const found: BackupSource[] = []
  for (const service of context.catalog().services) {
    if (service.runtime.kind !== 'container' || watchers.has(service.id)) continue
    if (service.id === REGISTRY && registry === 'none') continue
    const named = await volumesNamed(context, service)
    const there: string[] = []
    for (const name of named) if (await volumes.has(name)) there.push(name)
    if (there.length === 0) continue
    const how = isPostgres(service)
      ? 'dump'
      : service.id === REGISTRY && registry === 'references'
        ? 'references'
        : 'copy'
    found.push({ service, how, volumes: there })
  }
  return found
}

/** The superuser of a PostgreSQL's container. */
export async function superuserOf({ adapters }: RunContext, { id }: ServiceSpec): Promise<string> {
  return (await adapters.docker.madeWith(id))?.variables.get('POSTGRES_USER') ?? 'postgres'
}

/** An image that is here, for containers that are never started: what is in it does not matter. */
export function imageFor({ truth }: RunContext, id: string): string | undefined {
  const { containers } = truth.seen
  return (containers.get(id) ?? [...containers.values()][0])?.imageId
}
