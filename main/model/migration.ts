/** What a machine ran for the platform before Macula Desktop, and how it is taken over and given back. */
import type { Trouble } from './errors.ts'

/** The kinds of things that the platform's own scripts leave on a machine, in the order they are taken over. */
export const migrationPartIds = ['compose', 'clusters', 'forwarders', 'names', 'hosts'] as const

export type MigrationPartId = (typeof migrationPartIds)[number]

/** The stores whose data can be taken over. */
export const dataSetIds = ['registry', 'powerdns', 'timescaledb', 'object-store', 'grafana'] as const

export type DataSetId = (typeof dataSetIds)[number]

/** A Compose project of the platform that Macula did not make, as Docker's labels tell it. */
export interface ComposeProjectSeen {
  /** com.docker.compose.project */
  readonly project: string
  /** com.docker.compose.project.working_dir; its files may be gone. */
  readonly folder: string
  /** com.docker.compose.project.config_files, whole paths, in the order they were given. */
  readonly files: readonly string[]
  readonly containers: readonly OldContainer[]
  readonly networks: readonly { readonly id: string; readonly name: string; readonly subnet?: string }[]
}

/** One container of such a project. */
export interface OldContainer {
  readonly id: string
  readonly name: string
  /** com.docker.compose.service */
  readonly service: string
  readonly image: string
  readonly imageId: string
  readonly running: boolean
  /** Named volumes, with the folder in the container that each is mounted at. */
  readonly volumes: readonly { readonly name: string; readonly at: string }[]
  /** Published on the machine: address ("0.0.0.0" for all), port, protocol. */
  readonly ports: readonly {
    readonly address: string
    readonly port: number
    readonly protocol: 'tcp' | 'udp'
  }[]
}

/** How far a copy is. */
export interface DataProgress {
  readonly doneBytes: number
  readonly totalBytes: number
  /** "copying the registry’s blobs" */
  readonly says: string
}

/** What lies in their store, seen before anything is copied. */
export type DataMeasured =
  | {
      readonly kind: 'found'
      /** Room that their data takes (bytes). */
      readonly bytes: number
      /** Room that the copy needs at most while it is made, on Docker's disk (bytes). */
      readonly needsBytes: number
      /** "41 repositories, 212 tags", "3 zones, 57 records" */
      readonly says: string
      /** Ours already has data, which would be moved aside first. */
      readonly replaces: boolean
    }
  /** It cannot be taken over, with the reason. */
  | { readonly kind: 'refused'; readonly trouble: Trouble }
  /** There is no such store in their project. */
  | { readonly kind: 'none' }
