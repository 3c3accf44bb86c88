/**
 * Everything a face may ask of the engine and be told by it, in one value. The Electron bridge, the link to the engine's
 * process, the browser's transport and the tests' fakes are computed from it. What comes in is parsed by its schema at
 * the access; what goes out is ours and only typed.
 */
import { z } from 'zod'
import type { ActionDone } from '../main/model/action.ts'
import type { AppListed, AppRead } from '../main/model/added-app.ts'
import {
  backupRegistries,
  SHORTEST_PASSPHRASE,
  type BackupMade,
  type BackupPlan,
  type BackupRestored,
} from '../main/model/backup.ts'
import type { ClusterEvent, KubeconfigView } from '../main/model/cluster.ts'
import type { LedgerEntry, RootOutcome } from '../main/model/change.ts'
import type { CheckResult } from '../main/model/check.ts'
import type { EnvFileEntry, EnvFileView } from '../main/model/env-file.ts'
import type { DataStep, DataStepped } from '../main/model/data-step.ts'
import type { KeptCopy } from '../main/model/kept.ts'
import type { ImageInfo, ServiceFacts, StatsSample } from '../main/model/facts.ts'
import type { ImageUpdated, NewerImage } from '../main/model/image-update.ts'
import type { LogLine } from '../main/model/log-line.ts'
import { dataSetIds, type MigrationResult } from '../main/model/migration.ts'
import type { Consequences, RunResult } from '../main/model/run.ts'
import type { SettingsView } from '../main/model/service.ts'
import { terminalKinds, type TerminalPlace } from '../main/model/terminal.ts'
import type { Variable } from '../main/model/variable.ts'
import type { VolumeListing } from '../main/model/volume-list.ts'
import { wizardStepIds, type WizardState } from '../main/model/wizard.ts'
import type {
  About,
  ActivityAnswer,
  BackupsAnswer,
  MigrationPlan,
  OpenAnswer,
  ResetResult,
  SetupPlan,
} from './shapes.ts'
import {
  appPath,
  backup,
  id,
  ids,
  instant,
  MOST_TYPED,
  nothing,
  passphrase,
  run,
  setChange,
  settingsPatch,
  size,
  token,
} from './fields.ts'
import { request } from './spec.ts'

export * from './events.ts'
export { MOST_SERVICES, MOST_TYPED } from './fields.ts'
export * from './shapes.ts'
export type { EventSpec, RequestSpec } from './spec.ts'

export const requests = {
  /** Begins the stream of snapshots: the current one comes at once. Calling again changes how closely is looked. */
  watch: request(z.strictObject({ closely: z.boolean() })).answers<null>(),
  unwatch: request(nothing).answers<null>(),
  /** Changes did not fit the snapshot that this face has: it is told the whole once more. */
  wholeSnapshot: request(nothing).answers<null>(),
  /** Looks at everything afresh ("Check again"); the snapshot comes as an event too. */
  look: request(nothing).answers<null>(),
  about: request(nothing).answers<About>(),

  start: request(z.strictObject({ ...run, services: ids })).answers<RunResult>(),
  stop: request(
    z.strictObject({ ...run, services: ids, also: z.boolean(), remove: z.boolean() }),
  ).answers<RunResult>(),
  restart: request(z.strictObject({ ...run, services: ids })).answers<RunResult>(),
  pull: request(z.strictObject({ ...run, services: ids })).answers<RunResult>(),
  fix: request(
    z.strictObject({
      ...run,
      action: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('start'), services: ids, anew: z.literal(true).optional() }),
        z.strictObject({ kind: z.literal('restart'), services: ids }),
        z.strictObject({ kind: z.literal('forward') }),
        z.strictObject({ kind: z.literal('engine') }),
        z.strictObject({ kind: z.literal('route') }),
        z.strictObject({
          kind: z.literal('release'),
          key: z.string().max(80),
          what: z.discriminatedUnion('kind', [
            z.strictObject({ kind: z.literal('container'), name: z.string().max(256) }),
            z.strictObject({
              kind: z.literal('unit'),
              name: z.string().max(256),
              of: z.enum(['system', 'user']),
            }),
          ]),
        }),
      ]),
    }),
  ).answers<RunResult>(),
  resetData: request(
    z.strictObject({ ...run, service: id, typed: z.string().max(100) }),
  ).answers<ResetResult>(),
  /** Interrupts a run as Ctrl-C does; what was begun is ended tidily. */
  cancel: request(z.strictObject(run)).answers<null>(),
  consequences: request(z.strictObject({ services: ids })).answers<Consequences>(),

  /** The best way in that works now. The desktop opens it; a browser face opens the URL itself (`opened` false). */
  open: request(
    z.strictObject({
      service: id,
      endpoint: id.optional(),
      /** Another way in than the best one. */
      access: z.enum(['clean', 'named', 'address', 'direct']).optional(),
    }),
  ).answers<OpenAnswer>(),
  /** Connection strings and credentials, in clear: asked for only when a person reveals or copies. */
  variables: request(z.strictObject({ services: ids })).answers<readonly Variable[]>(),
  /** The same of one service to be drawn: secrets are masked, none is read or made, nothing is looked at afresh. */
  maskedVariables: request(z.strictObject({ service: id })).answers<readonly Variable[]>(),
  facts: request(z.strictObject({ service: id })).answers<ServiceFacts | null>(),
  /** What a cluster told of itself or of one application lately, newest first; empty while it is down. */
  clusterEvents: request(z.strictObject({ service: id })).answers<readonly ClusterEvent[]>(),
  /** What leads a person's own kubectl to a cluster; puts it into their kubeconfig when the settings want that. */
  clusterKubeconfig: request(z.strictObject({ service: id })).answers<KubeconfigView>(),
  /** What a folder of manifests holds; nothing is added. */
  readApp: request(z.strictObject({ path: appPath })).answers<AppRead>(),
  /** The same, and it is used from now on, where it lies. */
  addApp: request(z.strictObject({ path: appPath, follow: z.boolean() })).answers<AppRead>(),
  /** Describes the next peer of the hub, which can be started then; the id of its row. */
  addPeer: request(nothing).answers<{ readonly service: string }>(),
  ownApps: request(nothing).answers<readonly AppListed[]>(),
  /** Takes out what one put into its cluster, and forgets it; its folder is left alone. `data`: its volumes too. */
  removeApp: request(z.strictObject({ ...run, app: id, data: z.boolean() })).answers<RunResult>(),
  images: request(nothing).answers<readonly ImageInfo[]>(),
  /** Which images have newer versions: their registries are asked now, which takes seconds. */
  newerImages: request(nothing).answers<readonly NewerImage[]>(),
  /** Gives a service another version of its image (none: the newest of its major version), or goes back by one. */
  updateImage: request(
    z.strictObject({
      ...run,
      service: id,
      wish: z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('to'),
          to: z
            .string()
            .regex(/^\w[\w.-]{0,127}$/)
            .optional(),
        }),
        z.strictObject({ kind: z.literal('back') }),
      ]),
    }),
  ).answers<ImageUpdated>(),

  /** Lines come as `log` events with this stream's name until closeStream, or `streamEnd`. */
  openLogs: request(
    z.strictObject({
      stream: token,
      services: ids,
      tail: z.int().min(0).max(10_000),
      since: instant.optional(),
      follow: z.boolean(),
    }),
  ).answers<null>(),
  /** Lines before an instant, for reading on towards the past. */
  readLogs: request(
    z.strictObject({ services: ids, until: instant, tail: z.int().min(1).max(10_000) }),
  ).answers<readonly LogLine[]>(),
  /** Load comes as `stats` events. */
  openStats: request(z.strictObject({ stream: token, service: id })).answers<null>(),
  closeStream: request(z.strictObject({ stream: token })).answers<null>(),

  /** What happened, oldest first; with the mark of an answer before only when something came since. */
  activity: request(z.strictObject({ mark: z.string().max(200).optional() })).answers<ActivityAnswer>(),
  /** Grafana's Explore at the logs of a service around an instant; opened as `open` opens. */
  /** `dashboard`: that one, by its uid, instead of the service's logs. */
  explore: request(
    z.strictObject({
      service: id,
      at: instant,
      dashboard: z
        .string()
        .regex(/^[\w-]{1,40}$/)
        .optional(),
    }),
  ).answers<OpenAnswer>(),
  /** Load of a service within the last hour, as far as somebody looked; oldest first. */
  load: request(z.strictObject({ service: id })).answers<readonly StatsSample[]>(),
  /** A terminal in what runs: its text comes as `terminal` events until `streamEnd`, which says how it ended. */
  openTerminal: request(
    z.strictObject({ stream: token, service: id, kind: z.enum(terminalKinds), ...size }),
  ).answers<TerminalPlace>(),
  /** What was typed; one at a time, so that nothing overtakes another. Answered when the program's terminal took it. */
  typeTerminal: request(z.strictObject({ stream: token, text: z.string().max(MOST_TYPED) })).answers<null>(),
  sizeTerminal: request(z.strictObject({ stream: token, ...size })).answers<null>(),
  /** So many characters are drawn: a program that prints faster than that waits. */
  drewTerminal: request(
    z.strictObject({ stream: token, characters: z.int().min(0).max(10_000_000) }),
  ).answers<null>(),
  /** What bringing a PostgreSQL's data to the major version of its image would do; null: there is nothing to do. */
  dataStep: request(z.strictObject({ service: id })).answers<DataStep | null>(),
  /** Does that; a copy is kept. */
  stepData: request(z.strictObject({ ...run, service: id })).answers<DataStepped>(),
  /** What resets of a service moved aside, newest first. */
  keptCopies: request(z.strictObject({ service: id })).answers<readonly KeptCopy[]>(),
  /** What is in one of its volumes, or of those that resets kept: names of whatever programs wrote them, within bounds. */
  listVolume: request(
    z.strictObject({ service: id, volume: z.string().min(1).max(256) }),
  ).answers<VolumeListing | null>(),
  /** Puts one back as its data; what it has now is moved aside. */
  putBack: request(z.strictObject({ ...run, service: id, at: z.string().max(40) })).answers<ResetResult>(),
  /** A service's variables in a project's .env: looked at, written between our marks, or taken out. Values stay with the engine. */
  envFile: request(
    z.strictObject({ service: id, path: appPath, how: z.enum(['look', 'write', 'clear']) }),
  ).answers<EnvFileView>(),
  envFiles: request(nothing).answers<readonly EnvFileEntry[]>(),
  /** Runs an action of a service's own; the face has asked where it is to be asked first. */
  runAction: request(z.strictObject({ service: id, action: id })).answers<ActionDone>(),

  /** Snapshots in files; a file of another machine is one of them as soon as it lies in their folder. */
  backups: request(nothing).answers<BackupsAnswer>(),
  /** What one would take now, and how large that is; nothing is changed. */
  planBackup: request(z.strictObject({ registry: z.enum(backupRegistries) })).answers<BackupPlan>(),
  /** `passphrase` absent: passwords are left out. */
  createBackup: request(
    z.strictObject({
      ...run,
      name: backup,
      registry: z.enum(backupRegistries),
      passphrase: passphrase.min(SHORTEST_PASSPHRASE).optional(),
    }),
  ).answers<BackupMade>(),
  /** Reads all of one and compares every checksum. */
  checkBackup: request(z.strictObject({ ...run, name: backup })).answers<null>(),
  /** `passphrase` absent: passwords stay as they are here. */
  restoreBackup: request(
    z.strictObject({ ...run, name: backup, passphrase: passphrase.optional() }),
  ).answers<BackupRestored>(),
  /** Brings what a restore that was cut began to replace back to what was there before it. */
  restoreBack: request(z.strictObject(run)).answers<null>(),
  deleteBackup: request(z.strictObject({ name: backup })).answers<null>(),

  doctor: request(nothing).answers<readonly CheckResult[]>(),
  setupPlan: request(nothing).answers<SetupPlan>(),
  /** `digest` is the one of the plan that was shown: another plan is never applied in its place. */
  setup: request(
    z.strictObject({ changes: z.array(z.string().max(63)).max(50), digest: z.string().max(100) }),
  ).answers<RootOutcome>(),
  ledger: request(nothing).answers<readonly LedgerEntry[]>(),
  undo: request(
    z.strictObject({
      /** Absent: all. */
      entries: z.array(z.string().max(100)).max(500).optional(),
      evenIfDrifted: z.boolean(),
    }),
  ).answers<RootOutcome>(),

  wizard: request(nothing).answers<WizardState>(),
  skipStep: request(
    z.strictObject({ step: z.enum(wizardStepIds), skipped: z.boolean() }),
  ).answers<WizardState>(),
  /** What set-up gets and starts; `services` null: all. */
  chooseRun: request(
    z.strictObject({ services: ids.nullable(), cluster: z.boolean() }),
  ).answers<WizardState>(),
  endWizard: request(nothing).answers<null>(),

  /** What this machine ran for the platform before Macula, and exactly what taking it over would do. */
  migration: request(nothing).answers<MigrationPlan>(),
  /** `digest` is the one of the plan that was shown; steps that are not named are left out, with their price. */
  migrate: request(
    z.strictObject({
      ...run,
      steps: z.array(z.string().max(100)).max(200),
      data: z.array(z.enum(dataSetIds)).max(dataSetIds.length),
      digest: z.string().max(100),
    }),
  ).answers<MigrationResult>(),

  settings: request(nothing).answers<SettingsView>(),
  saveSettings: request(settingsPatch).answers<SettingsView>(),
  /** `over`: what another face had made of the same set meanwhile, which this replaced. */
  changeSet: request(setChange).answers<{
    readonly settings: SettingsView
    readonly over?: readonly string[] | undefined
  }>(),
  /** Everything back to its default, except what runs: services, data and changes of the machine stay. */
  resetSettings: request(nothing).answers<SettingsView>(),

  /** Desktop only: the program that this desktop has for a service's connection string (postgres://); null: none, or a browser asks. */
  client: request(z.strictObject({ service: id })).answers<{ readonly title: string } | null>(),
  /** Desktop only: hands that program the string, in clear, and nobody else. */
  openClient: request(z.strictObject({ service: id })).answers<null>(),

  /** Desktop only: how the application is left. `hide`: only the window goes. */
  leave: request(z.strictObject({ how: z.enum(['hide', 'quit', 'stop']) })).answers<null>(),
} as const

export type RequestName = keyof typeof requests
type Specs = typeof requests
/** What a face passes. */
export type Input<Name extends RequestName> = z.input<Specs[Name]['input']>
/** What a handler is given. */
export type Parsed<Name extends RequestName> = z.output<Specs[Name]['input']>
export type Output<Name extends RequestName> =
  NonNullable<Specs[Name]['output']> | Extract<Specs[Name]['output'], null>

/** Whether a text from outside names a request (own keys only: never "constructor"). */
export function isRequest(name: string): name is RequestName {
  return Object.hasOwn(requests, name)
}
