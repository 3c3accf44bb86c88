/** What a machine ran for the platform before Macula Desktop, and how it is taken over and given back. */
import type { Change, RootStepResult } from './change.ts'
import type { Trouble } from './errors.ts'
import type { ListenerPlace } from './listeners.ts'
import type { StepEvent } from './run.ts'
import { sayList } from './say.ts'

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
  /** One that is paused runs. */
  readonly running: boolean
  readonly paused?: boolean | undefined
  /** When it was last started (epoch ms); absent: never, or it is gone. */
  readonly startedAt?: number
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
      /** Names of containers that run, are none of the project, and have its volume: nothing is copied while they may write to it. */
      readonly writers?: readonly string[]
    }
  /** It cannot be taken over, with the reason. */
  | { readonly kind: 'refused'; readonly trouble: Trouble }
  /** There is no such store in their project. */
  | { readonly kind: 'none' }

/** One thing that was found of what the machine ran before. */
export interface OldPart {
  readonly id: MigrationPartId
  /** "The Compose project infrastructure" */
  readonly title: string
  /** What it holds that Macula needs: "port 80 of all addresses", "172.23.0.0/16". */
  readonly holds: readonly string[]
  /** What does not work while it stays, in a sentence. */
  readonly costs: string
  /** What of it stays after all of its steps, with why and how a person takes it away. */
  readonly remains?: string
  /** Where it listens on this machine: "0.0.0.0" stands for all addresses. */
  readonly listens?: readonly ListenerPlace[]
  /** Their .env, when it can be read: its passwords are imported on request. */
  readonly envFile?: string
  /** Docker networks of it that take the room of ours. */
  readonly networks?: readonly string[]
  /** One of its networks has addresses of Macula's own subnet. */
  readonly hasSubnet?: true
}

/** One step of a take-over, shown with its exact effect before anything is done. */
export interface PlannedStep {
  /** Stable over runs: progress is kept by it. */
  readonly id: string
  readonly part: MigrationPartId
  readonly title: string
  /** What is done exactly: containers by name, lines by file and number, processes by pid. */
  readonly effects: readonly string[]
  /** What it means for a person: "localhost:5001 does not answer until Macula runs". */
  readonly price?: string
  /** What does not work when it is left out. */
  readonly without: string
  /** What --back brings back of it: "the KinD cluster macula-dev". */
  readonly brings: string
  /** Present: done as root, through the ledger, so that undo restores it. */
  readonly change?: Change
  /** What brings it back, as a person could type it. */
  readonly back: readonly string[]
}

/** A store of theirs, measured; `taken`: when its data was last taken over, and what was compared then. */
export interface DataSetView {
  readonly id: DataSetId
  readonly title: string
  readonly project: string
  readonly measured: DataMeasured
  readonly taken?: { readonly at: number; readonly says: string }
}

/** A step that was done, or begun: what `migrate --back` gives back. */
export interface DoneStep {
  readonly id: string
  readonly part: MigrationPartId
  readonly title: string
  readonly brings: string
  /** Epoch ms. */
  readonly at: number
  readonly state: 'begun' | 'done'
  readonly says: string
  readonly back: readonly string[]
}

/** A volume of Macula's own whose data was copied to another one, before it was replaced. */
export interface MovedAside {
  readonly from: string
  readonly to: string
}

/** What is there of what the machine ran before, what would be done, and what was done. */
export interface MigrationView {
  readonly found: readonly OldPart[]
  /** Still to do; those that root does come last, under one prompt. */
  readonly steps: readonly PlannedStep[]
  readonly data: readonly DataSetView[]
  readonly done: readonly DoneStep[]
  /** When the first step was begun (epoch ms); absent: none was. */
  readonly since?: number
  /** Copies of Macula's own data that there are, of earlier runs and of `reset` too. */
  readonly aside?: readonly MovedAside[]
}

/** What is told while it is taken over or given back. `id`: of a step, or of a store. */
export type MigrationEvent =
  | { readonly kind: 'begins'; readonly id: string; readonly title: string }
  | { readonly kind: 'tells'; readonly id: string; readonly says: string }
  | { readonly kind: 'bytes'; readonly id: string; readonly progress: DataProgress }
  | { readonly kind: 'done'; readonly id: string; readonly says: string }
  | { readonly kind: 'root'; readonly step: RootStepResult }
  | { readonly kind: 'run'; readonly event: StepEvent }

export interface MigrationResult {
  readonly ok: boolean
  readonly done: readonly { readonly id: string; readonly says: string }[]
  /** What was not done, why, and what does not work therefore. */
  readonly left: readonly {
    readonly id: string
    readonly title: string
    readonly because: string
    readonly without?: string
  }[]
  /** What ended it before its end. */
  readonly trouble?: Trouble
  /** What Macula itself had in the stores that were replaced, and where it is kept now. */
  readonly aside?: readonly MovedAside[]
  /** Services of Macula that were stopped for it, and do not run again. */
  readonly off?: readonly { readonly id: string; readonly title: string }[]
}

/** What a person chose of what they were shown. */
export interface MigrationChoice {
  /** Exactly the steps that were shown and not left out. */
  readonly steps: readonly PlannedStep[]
  /** What was shown and left out. */
  readonly left: readonly PlannedStep[]
  readonly data: readonly DataSetId[]
}

/** What is taken when nobody says more: every step, and of the data what was not taken before. */
export function everythingOf(view: MigrationView): MigrationChoice {
  return {
    steps: view.steps,
    left: [],
    data: view.data
      .filter(({ measured, taken }) => measured.kind === 'found' && taken === undefined)
      .map(({ id }) => id),
  }
}

/** Why a store is not copied: these containers may write to it meanwhile. `id`: they are none of its project, and it can be left out. */
export function mayWrite(title: string, names: readonly string[], id?: DataSetId): Trouble {
  const isOne = names.length === 1
  return {
    kind: 'outside',
    what: `${title} are not taken over: ${sayList(names)} ${isOne ? 'runs' : 'run'} and may write to them.`,
    ...(id === undefined
      ? {}
      : {
          why: `${isOne ? 'It is not one' : 'None of them is one'} of the project’s containers, so Macula does not stop ${isOne ? 'it' : 'them'}; what is written during the copy would be lost.`,
        }),
    todo: [
      `docker stop ${names.join(' ')} stops ${isOne ? 'it' : 'them'}.`,
      ...(id === undefined ? [] : [`maculactl migrate --without ${id} leaves this store out.`]),
    ].join('\n'),
  }
}

/** Why the chosen stores cannot all be taken over now, where that was seen already; undefined: nothing is known against it. */
export function writersOf({ data }: MigrationView, chosen: readonly DataSetId[]): Trouble | undefined {
  const found = data.find(
    ({ id, measured }) => chosen.includes(id) && measured.kind === 'found' && measured.writers !== undefined,
  )
  if (found?.measured.kind !== 'found' || found.measured.writers === undefined) return undefined
  return mayWrite(found.title, found.measured.writers, found.id)
}

/** What does not run after a take-over that stopped it, in sentences with the command. */
export function sayOff({ off = [], trouble }: Pick<MigrationResult, 'off' | 'trouble'>): string {
  const isOne = off.length === 1
  const starts = `maculactl up ${off.map(({ id }) => id).join(' ')} starts ${isOne ? 'it' : 'them'}`
  return [
    `${sayList(off.map(({ title }) => title))} ${isOne ? 'is' : 'are'} off: ${isOne ? 'it was' : 'they were'} stopped while data was taken over.`,
    // Interrupted in the middle, a store may be half filled.
    trouble?.kind === 'refused'
      ? `The next maculactl migrate goes on and starts ${isOne ? 'it' : 'them'} at its end. ${starts} with what is there now.`
      : `${starts}.`,
  ].join(' ')
}
