/** The interfaces the engine needs of the outside; main/system implements them, tests may stand in for them. */
import type { ClusterPort } from './ports/cluster.ts'
import type { DockerPort, StackPort } from './ports/docker.ts'
import type { SetupMemoryPort, SecretsPort, LockPort, IntentPort, Clock } from './ports/keep.ts'
import type {
  ForwardersPort,
  NameServerPort,
  HostPort,
  ResolverRoute,
  MachineStep,
  RootPort,
} from './ports/machine.ts'

export type * from './ports/docker.ts'
export type * from './ports/machine.ts'
export type * from './ports/cluster.ts'
export type * from './ports/keep.ts'

/** All of the outside in one value. */
export interface Ports {
  readonly docker: DockerPort
  readonly stack: StackPort
  readonly forwarders: ForwardersPort
  readonly nameServer: NameServerPort
  readonly host: HostPort
  readonly routes: readonly ResolverRoute[]
  readonly steps: readonly MachineStep[]
  readonly root: RootPort
  readonly secrets: SecretsPort
  readonly lock: LockPort
  readonly intent: IntentPort
  readonly memory: SetupMemoryPort
  readonly clusters: ClusterPort
  readonly clock: Clock
}
