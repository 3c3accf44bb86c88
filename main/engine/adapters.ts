/** The interfaces the engine needs of the outside; main/system implements them, tests may stand in for them. */
import type { ClusterAdapter } from './adapters/cluster.ts'
import type { DataAdapter } from './adapters/data.ts'
import type { DockerAdapter } from './adapters/docker.ts'
import type { StackAdapter } from './adapters/stack.ts'
import type { InsideAdapter } from './adapters/inside.ts'
import type { EjectAdapter } from './adapters/eject.ts'
import type {
  ActivityAdapter,
  SetupMemoryAdapter,
  SecretsAdapter,
  LockAdapter,
  IntentAdapter,
  RecordAdapter,
  Clock,
} from './adapters/keep.ts'
import type {
  ForwardersAdapter,
  NameServerAdapter,
  ZonesAdapter,
  HostAdapter,
  ResolverRoute,
  MachineStep,
  RootAdapter,
  EngineStartAdapter,
  ReleaseAdapter,
} from './adapters/machine.ts'
import type { RegistriesAdapter } from './adapters/registries.ts'
import type { EnvFilesAdapter } from './adapters/env-files.ts'
import type { UpdatesAdapter } from './adapters/updates.ts'
import type { TlsAdapter } from './adapters/tls.ts'
import type { BackupsAdapter, DumpsAdapter } from './adapters/backup.ts'
import type { AlertsAdapter } from './adapters/alerts.ts'
import type { RestoresAdapter } from './adapters/restores.ts'
import type { MigrationAdapter } from './migration/family.ts'

export type * from './migration/family.ts'
export type * from './adapters/docker.ts'
export type * from './adapters/stack.ts'
export type * from './adapters/volumes.ts'
export type * from './adapters/inside.ts'
export type * from './adapters/machine.ts'
export type * from './adapters/apps.ts'
export type * from './adapters/cluster.ts'
export type * from './adapters/backup.ts'
export type * from './adapters/data.ts'
export type * from './adapters/keep.ts'
export type * from './adapters/eject.ts'
export type * from './adapters/registries.ts'
export type * from './adapters/tls.ts'
export type * from './adapters/terminal.ts'
export type * from './adapters/env-files.ts'
export type * from './adapters/updates.ts'
export type * from './adapters/alerts.ts'
export type * from './adapters/restores.ts'

/** All of the outside in one value. */
export interface Adapters {
  readonly docker: DockerAdapter
  readonly stack: StackAdapter
  readonly inside: InsideAdapter
  readonly forwarders: ForwardersAdapter
  readonly nameServer: NameServerAdapter
  readonly zones: ZonesAdapter
  readonly host: HostAdapter
  readonly routes: readonly ResolverRoute[]
  readonly steps: readonly MachineStep[]
  readonly root: RootAdapter
  /** Absent: nothing is started from here. */
  readonly engineStart?: EngineStartAdapter
  /** Absent: nothing of others is ended from here. */
  readonly release?: ReleaseAdapter
  readonly secrets: SecretsAdapter
  readonly lock: LockAdapter
  readonly intent: IntentAdapter
  readonly memory: SetupMemoryAdapter
  readonly record: RecordAdapter
  readonly clusters: ClusterAdapter
  /** Absent: nothing is looked for (a platform that the old scripts never ran on). */
  readonly migration?: MigrationAdapter
  readonly data: DataAdapter
  readonly eject: EjectAdapter
  readonly backups: BackupsAdapter
  readonly dumps: DumpsAdapter
  /** Absent: no restore is written down. */
  readonly restores?: RestoresAdapter
  /** Absent: sizes are not asked for. */
  readonly registries?: RegistriesAdapter
  readonly tls: TlsAdapter
  /** Absent: images cannot be updated. */
  readonly updates?: UpdatesAdapter
  /** Absent: no file of a project can be written. */
  readonly envFiles?: EnvFilesAdapter
  /** Absent: nobody is asked what fires. */
  readonly alerts?: AlertsAdapter
  /** Absent: nothing is written down. */
  readonly activity?: ActivityAdapter
  readonly clock: Clock
}
