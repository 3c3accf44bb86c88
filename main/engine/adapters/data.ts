/** What taking over data needs of Docker: volumes of others are only ever read, everything else is of our own. */
import type { ServiceMade } from './stack.ts'

/** A volume as Docker tells it. */
export interface VolumeRoom {
  readonly name: string
  /** Undefined: Docker does not know it. */
  readonly bytes: number | undefined
}

/** A container that has a volume mounted. */
export interface VolumeUser {
  readonly id: string
  readonly name: string
  readonly running: boolean
  /** When it was last started (epoch ms); 0: never. */
  readonly startedAt: number
}

/** Something in a volume, by its path below the root ("docker/registry"). */
export interface TreeEntry {
  readonly path: string
  readonly folder: boolean
  readonly bytes: number
  readonly uid: number
  readonly gid: number
  readonly mode: number
}

/** What a stream of a part of a volume held: by path, kind, mode, owner, size and at its end the SHA-256 of the content. */
export interface PartSeen {
  readonly entries: ReadonlyMap<string, string>
  readonly bytes: number
  /** Contents of the files that were asked for. */
  readonly contents: ReadonlyMap<string, Buffer>
}

/** One volume, opened through a container that is never started. */
export interface OpenVolume {
  readonly name: string
  /**
   * What is there down to a depth; undefined where the image has no `find` and `stat`, or a name has a line break. Runs a
   * container that may read the volume and nothing else.
   */
  tree(depth: number, signal: AbortSignal): Promise<readonly TreeEntry[] | undefined>
  /** Reads everything below a path; undefined: there is nothing. `wants`: files whose content is kept. */
  look(
    path: string,
    signal: AbortSignal,
    wants?: (path: string, bytes: number) => boolean,
  ): Promise<PartSeen | undefined>
  /** Makes folders with owner and mode, those above others first; what is there keeps its content. */
  folders(entries: readonly TreeEntry[], signal: AbortSignal): Promise<void>
  /** Writes files whole into the folder that is there. */
  write(
    folder: string,
    files: readonly {
      readonly name: string
      readonly content: Buffer
      readonly uid: number
      readonly gid: number
      readonly mode: number
    }[],
    signal: AbortSignal,
  ): Promise<void>
}

/** A program that ended. */
export interface Ran {
  readonly code: number
  readonly out: string
  /** Its last words, in one inert line. */
  readonly err: string
}

/** A container of ours that runs without a network. */
export interface Box {
  /** Runs a program in it by argv; `env`: values that must not stand in a command line. */
  run(argv: readonly string[], signal: AbortSignal, env?: Readonly<Record<string, string>>): Promise<Ran>
  /** Why it does not run any more, by its last words; undefined: it runs. */
  ended(): Promise<string | undefined>
  /** Ends it as it wants to be ended, within a minute, and removes it. */
  close(): Promise<void>
}

export interface BoxWish {
  readonly image: string
  /** Empty: what the image runs by itself. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Volumes by the folder that they are mounted at. */
  readonly volumes: readonly { readonly name: string; readonly at: string; readonly readOnly: boolean }[]
  /** What compose would make of a service of ours: its mounts, environment and program come first. */
  readonly like?: ServiceMade
}

/** A database of Grafana as its files; `wal`: what was written last and stands beside it. */
export interface GrafanaDb {
  readonly db: Buffer
  readonly wal?: Buffer
}

/** What a database of theirs must fit to. */
export interface GrafanaWish {
  /** Of our administrator. */
  readonly user: string
  readonly password: string
  /** Data sources that our files provision. */
  readonly sources: readonly { readonly name: string; readonly uid: string }[]
}

/** What is done within one `session`; its containers are removed at its end. */
export interface DataHands {
  /** `write`: only a volume of ours is opened so; anything else throws. */
  open(volume: string, image: string, how: 'read' | 'write'): Promise<OpenVolume>
  /**
   * Copies what is below a path to the same path, and compares what arrived. Returns what it held. Throws MaculaError naming
   * the first path that differs.
   */
  copy(
    from: OpenVolume,
    to: OpenVolume,
    path: string,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<PartSeen>
  /** Makes a volume of ours as compose would, by its key in the fragment; one that is there stays. */
  make(name: string, key: string): Promise<void>
  /** Lets go of a volume, so that it can be removed: what runs on it is ended. */
  close(volume: string): Promise<void>
  /** A volume of ours for what is needed on the way; the same name gives the same volume, also in a later session. */
  scratch(name: string): Promise<string>
  discard(scratch: string): Promise<void>
  /** Dashboards and users. Throws MaculaError where it is no database of Grafana. */
  countGrafana(files: GrafanaDb): Promise<{ readonly dashboards: number; readonly users: number }>
  /** The same database, so that our Grafana takes it and removes nothing of it. */
  fitGrafana(files: GrafanaDb, wish: GrafanaWish): Promise<Buffer>
  /** Data sources in the provisioning files of our Grafana. */
  provisionedSources(made: ServiceMade): Promise<GrafanaWish['sources']>
  /** Starts a container without a network. Throws MaculaError with Docker's reason. */
  box(wish: BoxWish, signal: AbortSignal): Promise<Box>
}

/** What is kept of a taking over processes, so that it continues where it stopped. */
export interface TakeKept {
  /** The volume of theirs. */
  readonly source: string
  /** When reading began (epoch ms): who ran later than that may have changed it. */
  readonly since: number
  /** Ids of the containers that had it then: who is gone may have run before. Absent: not known. */
  readonly users?: readonly string[] | undefined
  /** Scratch volumes that are needed to go on. */
  readonly scratch: readonly string[]
  /** Parts that are copied and compared, and stages that are done. */
  readonly done: readonly string[]
  /** What of ours was moved aside. */
  readonly moved: readonly { readonly from: string; readonly to: string }[]
  /** When the volume of ours was made that is filled. */
  readonly home?: string
  /** Bytes that passed in what is done, for the progress. */
  readonly bytes: number
}

export interface DataAdapter {
  /** Free room of the disk that Docker's volumes are on (bytes), looked at through `image` where it is not this machine's. */
  room(image: string): Promise<number | undefined>
  /** Of these volumes, those that are there. Docker counts their files: seconds for large ones. */
  volumes(names: readonly string[]): Promise<readonly VolumeRoom[]>
  /** When a volume was made, as Docker tells it; undefined: it is not there. */
  made(volume: string): Promise<string | undefined>
  /** Whether an image is here, by name or id. */
  hasImage(image: string): Promise<boolean>
  /** What a program of an image prints, run without anything of this machine; undefined: it is not there, or says nothing in time. */
  ask(image: string, argv: readonly [string, ...string[]]): Promise<string | undefined>
  /** Containers that have a volume, without helpers of ours. */
  users(volume: string): Promise<readonly VolumeUser[]>
  /** Variables that a container was made with; undefined: it is gone. */
  variables(container: string): Promise<ReadonlyMap<string, string> | undefined>
  /** Runs `work` with hands on volumes; helpers are removed at its end, whatever happens. */
  session<T>(work: (hands: DataHands) => Promise<T>): Promise<T>
  /** Removes what killed sessions left: helpers, and scratch volumes that nothing kept names. For whoever holds the lock. */
  sweep(): Promise<void>
  /** By the id of the data set. */
  kept(id: string): Promise<TakeKept | undefined>
  keep(id: string, kept: TakeKept | undefined): Promise<void>
}
