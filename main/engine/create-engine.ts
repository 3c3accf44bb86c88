import type { RunResult, StepEvent } from '../model/run.ts'
import type { Catalog, Settings } from '../model/service.ts'
import { createRuns } from './run/runs.ts'
import type { Engine, Targets } from './engine.ts'
import { coalesce } from '../model/coalesce.ts'
import { late } from '../model/late.ts'
import { namesSeen } from './look/names.ts'
import { createTruth } from './look/truth.ts'
import type { Adapters, AppsAdapter, RoomSeen } from './adapters.ts'
import { record, type UnrecordedEngine } from './activity/recorded.ts'
import { addPeers, settleClusters } from './cluster/standing.ts'
import { forgetApp, noApps, takeApp } from './cluster/apps.ts'
import { balance, passWebsockets } from './cluster/balance.ts'
import { followApps } from './cluster/follow-apps.ts'
import { picked, rowOf } from './picked.ts'
import { createRunContext } from './run/context.ts'
import { consequencesOf } from './run/down.ts'
import { createBucket, listBuckets } from './run/buckets.ts'
import { listDatabases } from './run/databases.ts'
import { createEnvFileCalls } from './run/env-files.ts'
import { followFound } from './run/found-names.ts'
import { handOut, newDatabase } from './run/hand-out.ts'
import { forward, notOurs } from './run/fix.ts'
import { imageInfos, pull } from './run/images.ts'
import { logSources } from './run/log-sources.ts'
import { mergedLogs } from './run/logs.ts'
import { newerImages } from './run/newer.ts'
import { forgetPassed, updateImage } from './run/update.ts'
import { release } from './run/release.ts'
import { setRoute } from './run/set-route.ts'
import { startDocker } from './run/start-docker.ts'
import { createContainerCalls } from './run/container-calls.ts'
import { createBackupCalls } from './run/backup/calls.ts'
import { createResetCalls } from './run/reset-calls.ts'
import { createSecretsCalls } from './run/secrets/calls.ts'
import { createPuttingRight } from './run/put-right.ts'
import { createSetupCalls } from './run/setup-calls.ts'
import { createTlsCalls } from './run/tls-calls.ts'

/** How long a change waits for another actor before it gives up (ms). */
const LOCK_DEADLINE_MS = 5000

/**
 * The engine over its adapters. It keeps no truth of its own: what runs is read from Docker, pid records and
 * listening ports, so several engines may live at the same time.
 */
export function createEngine(input: {
  readonly adapters: Adapters
  readonly settings: Settings
  readonly catalog: Catalog
  /** What is to be said of our own files as they are now, with that catalog; the doctor tells it. */
  readonly notes: (catalog: Catalog) => Promise<readonly string[]>
  /** Whether our own folders can be written. */
  readonly room: () => Promise<readonly RoomSeen[]>
  /** Applications that are used where they lie; absent: there are none, and none can be added. */
  readonly apps?: AppsAdapter
}): Engine {
  const { adapters, settings, notes, room } = input
  // What people describe, and what lies where they have it, changes while we run.
  let { catalog } = input
  const apps = input.apps ?? noApps
  const truth = createTruth(
    adapters,
    settings,
    () => catalog,
    () => void reconcile().catch(() => undefined),
    () => void follow().catch(() => undefined),
  )
  const context = createRunContext(
    adapters,
    settings,
    () => catalog,
    truth,
    async () => await following.again(),
  )
  const migration = late(async () => {
    const { createMigration } = await import('./migration/create-migration.ts')
    return createMigration({ adapters, settings, catalog: () => catalog, truth, context, putRight })
  })
  const wizard = late(async () =>
    (await import('./wizard/wizard.ts')).createWizard(adapters, settings, () => catalog, truth),
  )
  const none = (): undefined => undefined
  /** What is described, and what was found in clusters. */
  const all = (): Catalog => ({ ...catalog, services: truth.rows() })
  const runs = createRuns(context)
  const follow = coalesce(async () => {
    await followFound(context, runs.settle)
    await passWebsockets(context)
    await balance(context)
  })
  /** Changes of what runs, and of the machine, one after the other among all our processes. */
  const alone = async <T>(purpose: string, work: () => Promise<T>): Promise<T> =>
    await adapters.lock.alone(purpose, LOCK_DEADLINE_MS, work)

  const { goOn, needWhole, ...secretsCalls } = createSecretsCalls(
    context,
    alone,
    async () => await runs.settle(),
  )

  const { putRight, reconcile } = createPuttingRight(context, runs, alone)
  const setupCalls = createSetupCalls(context, alone, putRight)
  const resetCalls = createResetCalls(context, runs, alone)
  const { history, ...containerCalls } = createContainerCalls(context)

  const following = followApps({
    apps,
    truth,
    catalog: () => catalog,
    took(next) {
      catalog = next
    },
    putIn: async (ids, signal) => void (await start(ids, none, signal)),
    reconcile,
    now: () => adapters.clock.now(),
  })

  async function start(
    ids: Targets,
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
    how?: 'anew' | 'own',
  ): Promise<RunResult> {
    const targets = ids === 'all' ? ids : picked(catalog, ids, 'start')
    return await alone(`starting ${targets === 'all' ? 'everything' : targets.join(', ')}`, async () => {
      // Another process may have updated an image since: a container of the old one must not come back.
      await following.again()
      await goOn(tell, signal)
      await forgetPassed(context, tell)
      return await runs.start(targets, tell, signal, how)
    })
  }

  async function restart(
    ids: Targets,
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<RunResult> {
    const targets = ids === 'all' ? ids : picked(catalog, ids, 'restart')
    return await alone(`restarting ${targets === 'all' ? 'everything' : targets.join(', ')}`, async () => {
      await following.again()
      return await runs.restart(targets, tell, signal)
    })
  }

  const engine: UnrecordedEngine = {
    settings,
    catalog: all,
    subscribe: (tell, attention) => following.subscribe(tell, attention),
    async look(how) {
      // The run itself settled what clusters it was about, and read the catalog again when it began.
      if (how === 'after a run') return await truth.lookAfterRun()
      await following.beforeLook()
      const snapshot = await truth.look()
      // Of another person's Macula nothing is looked at more closely.
      if (snapshot.docker.kind !== 'up' || context.isOthers()) return snapshot
      if (!(await settleClusters(context, 'look'))) return snapshot
      return await truth.look()
    },
    addPeers: async (ids) => await alone('adding peers', async () => await addPeers(context, ids)),
    up: start,
    async down(ids, options, tell, signal) {
      const isKnown = (id: string): boolean => catalog.services.some((service) => service.id === id)
      // What is not in the catalog may still run: that is known once Docker was looked at.
      const targets = [...picked(catalog, ids.filter(isKnown), 'stop'), ...ids.filter((id) => !isKnown(id))]
      return await alone(
        `stopping ${targets.join(', ')}`,
        async () => await runs.stop(targets, options, tell, signal),
      )
    },
    restart,
    consequences: (ids) =>
      consequencesOf(
        catalog,
        ids,
        new Set(
          [...truth.seen.containers]
            .filter(([, container]) => container.state === 'running' || container.state === 'restarting')
            .map(([id]) => id),
        ),
      ),
    async *logs(ids, options) {
      // What is watched is true already; reading all containers takes longer than the lines.
      if (!truth.isWatched()) await truth.observe.docker().then(truth.observe.containers)
      await context.needDocker('no log can be read')
      yield* mergedLogs(
        adapters,
        logSources({ adapters, truth, catalog: all() }, ids, options.onEnd),
        options,
      )
    },
    env: async (ids, inside) => await handOut(context, needWhole, ids, inside === true),
    ...createEnvFileCalls(context, async (id) => await handOut(context, needWhole, [id], false)),
    databases: async (service) => await listDatabases(context, service),
    createDatabase: async (name, service) => await newDatabase(context, needWhole, name, service),
    buckets: async (service) => await listBuckets(context, service),
    createBucket: async (name, options, service) => await createBucket(context, name, options, service),
    async restorePasswords() {
      await truth.observe.docker()
      await context.needDocker('passwords cannot be read back')
      return await adapters.secrets.restore(catalog.services)
    },
    ...secretsCalls,
    async doctor() {
      await following.beforeLook()
      const snapshot = await truth.look()
      const names = namesSeen(catalog, settings, truth.seen)
      const said = await notes(catalog)
      const { runChecks } = await import('./doctor/doctor.ts')
      return await runChecks({ adapters, settings, catalog, snapshot, names, notes: said, room })
    },
    ...setupCalls,
    elevation: async () => await adapters.root.elevation(),
    ledger: async () => await adapters.root.ledger(),
    undo: async (entries, options, tell) =>
      await alone('undoing changes', async () => await adapters.root.undo(entries, options, tell)),
    async fix(action, tell, signal) {
      switch (action.kind) {
        case 'start':
          return await start(action.services, tell, signal, action.anew === true ? 'anew' : undefined)
        case 'restart':
          return await restart(action.services, tell, signal)
        case 'forward':
          return await alone('fixing names and forwarders', async () => await forward(context, tell))
        case 'route':
          return await alone('setting the route again', async () => await setRoute(context, tell))
        case 'release':
          return await alone('freeing a port', async () => await release(context, action, tell))
        case 'engine':
          return await startDocker(context, tell, signal)
        case 'setup':
        case 'logs':
        case 'subnet':
        case 'none':
          throw notOurs(action)
      }
    },
    ...containerCalls,
    async images() {
      await truth.observe.docker()
      // What a first start will fetch is told before there is a Docker, too.
      const isDown = truth.seen.docker?.kind === 'down'
      return await imageInfos(adapters, catalog, isDown ? 'without docker' : undefined)
    },
    newerImages: async (ids) =>
      await newerImages(context, ids === 'all' ? ids : picked(catalog, ids, 'pull')),
    async updateImage(id, wish, tell, signal) {
      picked(catalog, [id], 'pull')
      return await alone(`updating ${id}`, async () => {
        await following.again()
        await goOn(tell, signal)
        const took = (next: Catalog): void => void (catalog = next)
        const updating = { context, runs, catalog: () => catalog, took }
        return await updateImage(updating, rowOf(catalog, id), wish, tell, signal)
      })
    },
    pull: async (ids, tell, signal) => await pull(context, picked(catalog, ids, 'pull'), tell, signal),
    async wizard() {
      await following.beforeLook()
      return await wizard.read()
    },
    skipStep: async (step, skipped) => await wizard.skip(step, skipped),
    chooseRun: async (services, cluster) =>
      await wizard.choose(services === 'all' ? services : picked(catalog, services, 'start'), cluster),
    endWizard: async () => await wizard.end(),
    ...resetCalls,
    ...createBackupCalls(context, runs, alone),
    async takeApp(wish, only) {
      const read = await takeApp(apps, wish, only)
      if (only === 'add') await following.again()
      return read
    },
    ownApps: async () => await apps.list(),
    async forgetApp(word, options, tell) {
      return await alone(`removing ${word}`, async () => {
        const result = await forgetApp(context, apps, word, options, tell)
        await following.again()
        await putRight().catch(() => undefined)
        return result
      })
    },
    kubeconfig: async (id) => await runs.kubeconfig(id),
    events: async (id) => await runs.events(id),
    migration: async () => await migration.view(),
    migrationEntries: async () => await migration.entries(),
    migrate: async (choice, tell, signal) =>
      await alone(
        'taking over what was here before',
        async () => await migration.take(runs, choice, tell, signal),
      ),
    migrateBack: async (tell, signal) =>
      await alone('bringing back what was here before', async () => await migration.back(runs, tell, signal)),
    ...createTlsCalls(context, runs, alone),
    async eject(folder, options) {
      const { eject } = await import('./run/eject.ts')
      return await eject({ adapters, settings, catalog }, folder, options)
    },
    async close() {
      following.close()
      history.close()
      truth.close()
    },
  }
  return record(engine, adapters, history)
}
