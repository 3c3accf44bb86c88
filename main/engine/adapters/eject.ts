/** What the engine needs to write the stack as plain files. */
import type { Ejected, EjectOptions, EjectPlan } from '../../model/eject.ts'
import type { Trouble } from '../../model/errors.ts'
import type { Catalog } from '../../model/service.ts'
import type { Variable } from '../../model/variable.ts'
import type { PodNames } from './cluster.ts'

/** What can be written of the catalog. */
export interface EjectReading {
  /** Services with files that can be used, with their addresses in the docker network. */
  readonly addresses: ReadonlyMap<string, string>
  readonly refused: readonly { readonly service: string; readonly trouble: Trouble }[]
  /** Names of the volumes that hold their data now. */
  readonly volumes: readonly string[]
  /** Names of the secrets that they want. */
  readonly secrets: readonly string[]
}

export interface EjectWish {
  /** Absolute. */
  readonly folder: string
  /** Only what can be written. */
  readonly catalog: Catalog
  readonly plan: EjectPlan
  /** How manifests write our registry, and its address in the docker network; undefined: there is none. */
  readonly registry: { readonly references: readonly string[]; readonly url: string } | undefined
  /** What pods are told, by cluster: names with addresses (or NODE), variables with `${MACULA_SECRET_…}` for secrets. */
  readonly inside: ReadonlyMap<string, { readonly told: PodNames; readonly variables: readonly Variable[] }>
  /** Absent: no password is written. */
  readonly secrets: ReadonlyMap<string, string> | undefined
  /** Volumes that go on, by name. */
  readonly volumes: ReadonlySet<string>
  readonly options: EjectOptions
}

/** Everything throws MaculaError. */
export interface EjectAdapter {
  read(catalog: Catalog): Promise<EjectReading>
  write(wish: EjectWish): Promise<Omit<Ejected, 'leftOut'>>
}
