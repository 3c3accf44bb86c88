import type { BackupCalls } from './backup-calls.ts'
/** What every face may ask of the engine. The window, the tray, the command line and the browser are equal clients. */
import type { ActivityFace, ActivityRead } from '../model/activity.ts'
import type { AddedApp, AppListed, AppRead } from '../model/added-app.ts'
import type { ClusterEvent, KubeconfigView } from '../model/cluster.ts'
import type { Change, LedgerEntry, RootOutcome, RootStepResult, SetupItem } from '../model/change.ts'
import type { CheckResult } from '../model/check.ts'
import type { Ejected, EjectOptions } from '../model/eject.ts'
import type { ActionDone } from '../model/action.ts'
import type { ImageInfo, ServiceFacts, StatsSample } from '../model/facts.ts'
import type { BucketMade, BucketsView } from '../model/bucket.ts'
import type { DatabaseMade, DatabasesView } from '../model/database.ts'
import type { EnvFileEntry, EnvFileView } from '../model/env-file.ts'
import type { DataStep, DataStepped } from '../model/data-step.ts'
import type { ImageUpdated, NewerImage, UpdateWish } from '../model/image-update.ts'
import type { KeptCopy } from '../model/kept.ts'
import type { FixAction } from '../model/ladder.ts'
import type { LogLine } from '../model/log-line.ts'
import type { MigrationChoice, MigrationEvent, MigrationResult, MigrationView } from '../model/migration.ts'
import type { Consequences, RunResult, StepEvent } from '../model/run.ts'
import type { SecretRow, SecretsChange, SecretsImport } from '../model/secret.ts'
import type { Catalog, Settings } from '../model/service.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { PipedPiece, TerminalEnd, TerminalPlace, TerminalWish } from '../model/terminal.ts'
import type { IssuedCertificate, TlsApplied, TlsView } from '../model/tls.ts'
import type { Variable } from '../model/variable.ts'
import type { VolumeListing } from '../model/volume-list.ts'
import type { WizardState, WizardStepId } from '../model/wizard.ts'

/** Services by their ids, or all that there is: a cluster that was never made is only made when it is named. */
export type Targets = readonly string[] | 'all'

export interface Engine extends BackupCalls {
  readonly settings: Settings
  catalog(): Catalog
  /**
   * Calls `tell` with the current snapshot as soon as there is one and on every change, until the returned undo.
   * `closely` (a person looks): probes go on too; otherwise only Docker's events and a rare look keep it true.
   */
  subscribe(tell: (snapshot: Snapshot) => void, attention?: 'closely' | 'calmly'): () => void
  /**
   * One whole look at everything, fresh. `after a run`: what the start of services that just ended read itself is not read
   * again, only whether everything answers now.
   */
  look(how?: 'after a run'): Promise<Snapshot>
  /** `all`: everything but clusters that were never made, which is told. */
  up(
    ids: Targets,
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
    /** own: a cluster that is not there is made, whatever could be used in its place. */
    how?: 'own',
  ): Promise<RunResult>
  /** `also`: stop what needs them too. `remove`: remove containers and (when all) the network; never volumes. */
  down(
    ids: readonly string[],
    options: { readonly also: boolean; readonly remove: boolean },
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<RunResult>
  restart(ids: Targets, tell: (event: StepEvent) => void, signal: AbortSignal): Promise<RunResult>
  consequences(ids: readonly string[]): Consequences
  /** Log lines of several services merged by time. */
  logs(
    ids: readonly string[],
    options: {
      readonly follow: boolean
      readonly since?: number
      /** Only lines before this instant (epoch ms), for reading on towards the past. */
      readonly until?: number
      /** The last lines of each service; with `until` the last of all together. */
      readonly tail?: number
      /** Leaves out what is older than where a chatty service's tail begins, so that reading on by `until` misses nothing. */
      readonly complete?: boolean
      /**
       * When following: goes on with what runs next when a service stops, is made anew or is not there yet; called when
       * one has nothing to follow any more. Without it a stream ends with its containers.
       */
      readonly onEnd?: (service: string) => void
      readonly signal: AbortSignal
    },
  ): AsyncIterable<LogLine>
  /** Variables with values, by service; secrets in clear. For stopped services too. */
  /** `inside`: as a pod of a cluster needs them. */
  env(ids: readonly string[], inside?: boolean): Promise<readonly Variable[]>
  /** Every secret there is, so that a face can hide them in what it passes on (logs, health output); makes none. */
  secrets(): Promise<readonly string[]>
  /** Reads lost passwords back from what was made with them; their names. */
  restorePasswords(): Promise<readonly string[]>
  /** Every secret by name, values in clear: faces mask them unless a person asks. Makes none. */
  secretRows(): Promise<readonly SecretRow[]>
  /**
   * Gives secrets other values: programs that keep one are told, containers that were made with an old one are made anew.
   * Throws MaculaError `usage` for a name that no service uses or a value that it cannot be; nothing was changed then.
   */
  setSecrets(
    values: ReadonlyMap<string, string>,
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<SecretsChange>
  /** The same with new random values. */
  rotateSecrets(
    names: readonly string[],
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<SecretsChange>
  /** The same with those of a .env of the platform's own Compose project (its text). */
  importSecrets(text: string, tell: (event: StepEvent) => void, signal: AbortSignal): Promise<SecretsImport>
  /** The databases of the service that has some; `service`: of this one. */
  databases(service?: string): Promise<DatabasesView>
  /** Makes a database with the extensions of the others, as far as it is not there; its connection string in clear. */
  createDatabase(name: string, service?: string): Promise<DatabaseMade>
  /** The buckets of the service that has some; `service`: of this one. */
  buckets(service?: string): Promise<BucketsView>
  /** Makes a bucket, as far as it is not there. Throws MaculaError `usage` for a name that S3 does not take. */
  createBucket(name: string, options: { readonly versioned: boolean }, service?: string): Promise<BucketMade>
  /** Goes on with a change that was interrupted; undefined: there is none. */
  finishSecrets(tell: (event: StepEvent) => void, signal: AbortSignal): Promise<SecretsChange | undefined>
  doctor(): Promise<readonly CheckResult[]>
  /** What set-up would change on this machine, best route chosen, with what is already in place. */
  setupPlan(): Promise<readonly SetupItem[]>
  setup(changes: readonly Change[], tell: (step: RootStepResult) => void): Promise<RootOutcome>
  elevation(): Promise<'root' | 'sudo' | 'desktop' | undefined>
  ledger(): Promise<readonly LedgerEntry[]>
  undo(
    entries: readonly string[] | undefined,
    options: { readonly evenIfDrifted: boolean; readonly evenOthers?: boolean },
    tell: (step: RootStepResult) => void,
  ): Promise<RootOutcome>
  /** Carries out a fix that needs no root: start, restart, forward. Others are refused with what to do instead. */
  fix(action: FixAction, tell: (event: StepEvent) => void, signal: AbortSignal): Promise<RunResult>
  /** What is known of a service's container; undefined while it has none. */
  facts(id: string): Promise<ServiceFacts | undefined>
  /** Load of a running service about once a second until `signal` aborts; ends when the container does. */
  stats(id: string, signal: AbortSignal): AsyncIterable<StatsSample>
  /** Load of a service within the last hour, as far as somebody looked; oldest first, empty where nothing is known. */
  load(id: string): Promise<readonly StatsSample[]>
  /** Opens a terminal in the container or pod of a service that runs. Throws MaculaError where there is none. */
  terminal(id: string, wish: TerminalWish): Promise<Terminal>
  /** Runs a program in the same place by argv, its streams apart. Throws MaculaError where there is none. */
  piped(id: string, argv: readonly string[]): Promise<Piped>
  /** Runs an action of a service's own in its container, by argv; it is ended after ten minutes. Asking first is the face's. */
  act(id: string, action: string, signal?: AbortSignal): Promise<ActionDone>
  /** The images of all services that run in containers, in catalog order. */
  images(): Promise<readonly ImageInfo[]>
  /** Which images have newer versions, by their registries, which are asked now: seconds. */
  newerImages(ids: Targets): Promise<readonly NewerImage[]>
  /**
   * Gives a service another version of its image, or goes back by one; what does not get to answer is put back by itself. Throws
   * MaculaError `usage` where its data forbids that version, or there is nothing to go back from.
   */
  updateImage(
    id: string,
    wish: UpdateWish,
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<ImageUpdated>
  /** What bringing the data of a PostgreSQL to the major version of its image would do; undefined: there is nothing to do. */
  dataStep(id: string, image?: string): Promise<DataStep | undefined>
  /**
   * Does that, with a copy kept, and starts the service. What fails leaves the data as it was: MaculaError. `image`: the one that
   * reads the old data, where its name does not follow from that of the service's image.
   */
  stepData(
    id: string,
    image: string | undefined,
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<DataStepped>
  /** Pulls what is missing for `ids`, without starting anything. */
  pull(ids: readonly string[], tell: (event: StepEvent) => void, signal: AbortSignal): Promise<RunResult>
  /** The set-up of this machine, step by step, read afresh. */
  wizard(): Promise<WizardState>
  /** Leaves a step out, or takes it in again; kept over processes. */
  skipStep(step: WizardStepId, skipped: boolean): Promise<WizardState>
  /** What set-up is to get and start: ids of services, or `all`; and whether it makes a cluster too. Kept over processes. */
  chooseRun(services: Targets, cluster: boolean): Promise<WizardState>
  /** The person has seen the end of the wizard (or closed it); it is not opened by itself again. */
  endWizard(): Promise<void>
  /** Throws when a service has no data that could be moved aside: asked before a person is. */
  needData(id: string): Promise<void>
  /**
   * Stops a service, moves its data aside (under new volume names, told in the result) and leaves it stopped and empty.
   * `typed` must be the service's id or title.
   */
  resetData(
    id: string,
    typed: string,
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<RunResult & { readonly moved: readonly { readonly from: string; readonly to: string }[] }>
  /**
   * Describes peers (`peer0`, `peer1`, …) that can be made from then on; those that are described stay as they are. `next`: the first
   * that nobody described. Returns their ids.
   */
  addPeers(ids: readonly string[] | 'next'): Promise<readonly string[]>
  /** Throws where one of some clusters is not ours to remove: asked before a person is, and before any of them goes. */
  needRemovable(ids: readonly string[]): Promise<void>
  /** Throws where one of some clusters could not be created again; brings kind and pulls node images. Asked before any of them goes. */
  needMakeable(ids: readonly string[], tell: (event: StepEvent) => void, signal: AbortSignal): Promise<void>
  /** What resets of a service moved aside, newest first, by the time that its name tells. */
  keptCopies(id: string): Promise<readonly KeptCopy[]>
  /**
   * Puts what was moved aside back as a service's data: it is stopped, what it has now is moved aside first, and what was kept stays
   * where it is. `at`: as `keptCopies` tells it; empty: the newest.
   */
  putBack(
    id: string,
    at: string,
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<RunResult & { readonly moved: readonly { readonly from: string; readonly to: string }[] }>
  /**
   * What is in the volumes of a service, those that resets kept not among them, or in one of either that is named. Each look is
   * bounded. Throws MaculaError `usage` for a volume that is not its own.
   */
  listVolumes(id: string, volume?: string): Promise<readonly VolumeListing[]>
  /** A service's variables in a project's .env: looked at, written between our marks, or taken out. Throws MaculaError `invalid`. */
  envFile(service: string, path: string, how: 'look' | 'write' | 'clear'): Promise<EnvFileView>
  /** Files that were written so, newest first. */
  envFiles(): Promise<readonly EnvFileEntry[]>
  /** Removes a cluster that Macula made, with everything in it; infrastructure and its data stay. Faces ask before. */
  removeCluster(id: string, tell: (event: StepEvent) => void): Promise<RunResult>
  /** Reads a folder of manifests or a kustomization anywhere on the disk; `add`: it is used from now on, in place. */
  takeApp(wish: AddedApp, only: 'read' | 'add'): Promise<AppRead>
  /** The applications that are used where they lie, with what is wrong with each. */
  ownApps(): Promise<readonly AppListed[]>
  /**
   * Forgets one, named by its id or path; what it put into its cluster goes. `data`: its PersistentVolumeClaims too. `leave`: its
   * objects stay in the cluster.
   */
  forgetApp(
    word: string,
    options: { readonly data: boolean; readonly leave: boolean },
    tell: (event: StepEvent) => void,
  ): Promise<RunResult>
  /** How a person's own tools reach a cluster; writes their kubeconfig when the settings want it. */
  kubeconfig(id: string): Promise<KubeconfigView>
  /** What a cluster told of an application, or of all; newest first. */
  events(id: string): Promise<readonly ClusterEvent[]>
  /** What this machine ran for the platform before Macula, what taking it over would do, and what was done of it. */
  migration(): Promise<MigrationView>
  /** Takes over exactly what was shown and chosen; what means more by now is refused. Goes on where it stopped before. */
  migrate(
    choice: MigrationChoice,
    tell: (event: MigrationEvent) => void,
    signal: AbortSignal,
  ): Promise<MigrationResult>
  /** What `migrateBack` would undo of root's changes. */
  migrationEntries(): Promise<readonly LedgerEntry[]>
  /** Brings back what was there: ours stops, root's changes are undone, each step is given back. */
  migrateBack(tell: (event: MigrationEvent) => void, signal: AbortSignal): Promise<MigrationResult>
  /** What there is of TLS for clean URLs. */
  tls(): Promise<TlsView>
  /** Makes everything as the setting `tls` says. `newAuthority`: another one; the one before is kept aside. */
  applyTls(
    options: { readonly newAuthority?: boolean },
    tell: (event: StepEvent) => void,
  ): Promise<TlsApplied>
  /** Removes the authority with its key: files that are gone now. Throws MaculaError `usage` while TLS is on. */
  removeAuthority(): Promise<readonly string[]>
  /** Writes certificate, key and authority for a program; `names`: none are those of the clean URLs. */
  certificate(
    folder: string,
    names: readonly string[],
    options: { readonly force: boolean },
  ): Promise<IssuedCertificate>
  /** Writes everything as plain files that work without us, below an absolute path; touches nothing that runs. */
  eject(folder: string, options: EjectOptions): Promise<Ejected>
  /** What happened, oldest first; what is written down by any of our processes. */
  activity(): Promise<ActivityRead>
  /** The same engine as another face has it: what that asks for is written down as its doing. */
  as(face: ActivityFace): Engine
  /** Ends streams and timers; services and forwarders stay. */
  close(): Promise<void>
}

/** A program with a terminal in what runs. What it prints is hostile: only a terminal may be given it. */
export interface Terminal {
  readonly place: TerminalPlace
  /** Pieces of text; ends with the program. While nobody reads, the program waits. */
  readonly output: AsyncIterable<string>
  /** Resolves when the program's terminal took it. */
  type(text: string): Promise<void>
  size(columns: number, rows: number): Promise<void>
  /** How it ended; asked once `output` has ended. Never throws. */
  ended(): Promise<TerminalEnd>
  /** Ends it as a closed terminal does. Never throws. */
  close(): Promise<void>
}

/** A program without a terminal in what runs; its bytes are not ours. */
export interface Piped {
  /** In the order of printing; ends with the program. While nobody reads, the program waits. */
  readonly output: AsyncIterable<PipedPiece>
  /** Resolves when it took it; rejects never. */
  write(data: Uint8Array): Promise<void>
  /** Its input is at its end. */
  end(): void
  /** Its exit code once `output` has ended; null: not known. Never throws. */
  code(): Promise<number | null>
  /** Ends it as a hang-up does. Never throws. */
  close(): Promise<void>
}
