import { createHash } from 'node:crypto'
import { variablesFor } from '../engine/run/environment.ts'
import { MASK } from '../model/clean.ts'
import { MaculaError } from '../model/errors.ts'
import type { SetupItem } from '../model/change.ts'
import { changeSet } from '../model/sets.ts'
import type { Output, Parsed, RequestName, SetupPlan } from '../../preload/contract.ts'
import { appHandlers } from './apps.ts'
import { backupHandlers } from './backups.ts'
import type { GatewayContext, Listener } from './context.ts'
import { migrate, migrationPlan } from './migration.ts'
import { explore, open } from './opening.ts'
import { safeLines, type Streams } from './streams.ts'
import { terminalHandlers } from './terminals.ts'

/** One function for every request of the contract: a missing one does not compile. */
export type Handlers = {
  readonly [Name in RequestName]: (input: Parsed<Name>) => Promise<Output<Name>>
}

/** What belongs to one connection. */
export type Connection = Streams & {
  watch(closely: boolean | undefined): void
  wholeSnapshot(): void
}

/** The contract's requests over the engine. They decide nothing: each is one call of the engine, made safe to show. */
export function handlers(context: GatewayContext, own: Connection, listener: Listener): Handlers {
  const engine = () => context.system().engine
  return {
    async watch({ closely }) {
      own.watch(closely)
      return null
    },
    async unwatch() {
      own.watch(undefined)
      return null
    },
    async wholeSnapshot() {
      own.wholeSnapshot()
      return null
    },
    async look() {
      await engine().look()
      return null
    },
    async about() {
      const { paths, notes } = context.system()
      return {
        version: context.version,
        face: context.face,
        platform: process.platform,
        tray: null,
        folders: { config: paths.config, services: paths.services, state: paths.state },
        notes: notes.map((note) => context.clean().text(note)),
      }
    },

    start: async ({ run, services }) =>
      await context.run(
        { run, verb: 'start', services },
        async (tell, signal) => await engine().up(services, tell, signal),
      ),
    stop: async ({ run, services, also, remove }) =>
      await context.run(
        { run, verb: 'stop', services },
        async (tell, signal) => await engine().down(services, { also, remove }, tell, signal),
      ),
    restart: async ({ run, services }) =>
      await context.run(
        { run, verb: 'restart', services },
        async (tell, signal) => await engine().restart(services, tell, signal),
      ),
    pull: async ({ run, services }) =>
      await context.run(
        { run, verb: 'pull', services },
        async (tell, signal) => await engine().pull(services, tell, signal),
      ),
    fix: async ({ run, action }) =>
      await context.run(
        { run, verb: 'fix', services: 'services' in action ? action.services : [] },
        async (tell, signal) => await engine().fix(action, tell, signal),
      ),
    resetData: async ({ run, service, typed }) =>
      await context.run(
        { run, verb: 'reset', services: [service] },
        async (tell, signal) => await engine().resetData(service, typed, tell, signal),
      ),
    async cancel({ run }) {
      context.cancel(run)
      return null
    },
    consequences: async ({ services }) => engine().consequences(services),

    open: async (input) => await open(context, input),
    variables: async ({ services }) => await engine().env(services),
    maskedVariables: async ({ service }) => masked(context, service),
    facts: async ({ service }) => context.clean().deep((await engine().facts(service)) ?? null),
    clusterKubeconfig: async ({ service }) => context.clean().deep(await engine().kubeconfig(service)),
    clusterEvents: async ({ service }) => context.clean().deep(await engine().events(service)),
    ...appHandlers(context),
    ...backupHandlers(context),
    images: async () => await engine().images(),
    newerImages: async () => context.clean().deep(await engine().newerImages('all')),
    updateImage: async ({ run, service, wish }) =>
      await context.run(
        { run, verb: 'update', services: [service] },
        async (tell, signal) => await engine().updateImage(service, wish, tell, signal),
      ),

    async openLogs(input) {
      own.logs(input)
      return null
    },
    async readLogs({ services, until, tail }) {
      const lines = []
      const signal = AbortSignal.timeout(READ_DEADLINE_MS)
      for await (const line of engine().logs(services, { follow: false, until, tail, signal }))
        lines.push(line)
      return safeLines(context, lines)
    },
    async openStats(input) {
      own.stats(input)
      return null
    },
    ...terminalHandlers(context, listener, own),
    dataStep: async ({ service }) => context.clean().deep((await engine().dataStep(service)) ?? null),
    stepData: async ({ run, service }) =>
      await context.run(
        { run, verb: 'update', services: [service] },
        async (tell, signal) => await engine().stepData(service, undefined, tell, signal),
      ),
    keptCopies: async ({ service }) => context.clean().deep(await engine().keptCopies(service)),
    listVolume: async ({ service, volume }) =>
      context.clean().deep((await engine().listVolumes(service, volume))[0] ?? null),
    putBack: async ({ run, service, at }) =>
      await context.run(
        { run, verb: 'reset', services: [service] },
        async (tell, signal) => await engine().putBack(service, at, tell, signal),
      ),
    envFile: async ({ service, path, how }) =>
      context.clean().deep(await engine().envFile(service, path, how)),
    envFiles: async () => context.clean().deep(await engine().envFiles()),
    runAction: async ({ service, action }) => context.clean().deepLines(await engine().act(service, action)),
    async closeStream({ stream }) {
      own.closeStream(stream)
      return null
    },

    async activity({ mark }) {
      const read = await engine().activity()
      if (mark !== undefined && mark === read.mark) return { kind: 'same', mark }
      return { kind: 'entries', ...context.clean().deep(read) }
    },
    explore: async (asked) => await explore(context, asked),
    load: async ({ service }) => await engine().load(service),

    doctor: async () => context.clean().deep(await engine().doctor()),
    setupPlan: async () => await plan(context),
    async setup({ changes, digest }) {
      const now = await plan(context)
      if (now.digest !== digest)
        throw new MaculaError({
          kind: 'failed',
          what: 'Nothing was changed: the machine is not as it was when the changes were shown.',
          why: 'What would be written now differs from what you read.',
          todo: 'Read the changes again, then go on.',
        })
      const items = now.items.filter(({ change, state }) => state === 'to do' && changes.includes(change.id))
      const outcome = await engine().setup(
        items.map(({ change }) => change),
        (step) => context.tellAll('root', context.clean().deep(step)),
      )
      return context.clean().deep(outcome)
    },
    ledger: async () => context.clean().deep(await engine().ledger()),
    undo: async ({ entries, evenIfDrifted }) =>
      context
        .clean()
        .deep(
          await engine().undo(entries, { evenIfDrifted }, (step) =>
            context.tellAll('root', context.clean().deep(step)),
          ),
        ),

    wizard: async () => context.clean().deep(await engine().wizard()),
    skipStep: async ({ step, skipped }) => context.clean().deep(await engine().skipStep(step, skipped)),
    chooseRun: async ({ services, cluster }) =>
      context.clean().deep(await engine().chooseRun(services ?? 'all', cluster)),
    async endWizard() {
      await engine().endWizard()
      return null
    },

    migration: async () => context.clean().deep(await migrationPlan(context)),
    migrate: async (input) => await migrate(context, input),

    settings: async () => await context.system().settings.view(),
    async saveSettings(patch) {
      await context.system().settings.save(patch)
      const view = await settle(context)
      // What belongs to it is made or ended at once, as `maculactl tls on` does.
      if (patch.tls !== undefined) await context.system().engine.applyTls({}, () => undefined)
      return view
    },
    async changeSet(change) {
      let over: readonly string[] | undefined
      await context.system().settings.save(({ sets }) => {
        const changed = changeSet(sets, change)
        over = changed.over
        return { sets: changed.sets }
      })
      return { settings: await settle(context), over }
    },
    async resetSettings() {
      await context.system().settings.reset()
      return await settle(context)
    },

    client: () => Promise.resolve(null),
    openClient: () =>
      Promise.reject(
        new MaculaError({
          kind: 'usage',
          what: 'Only the desktop application opens programs of this machine.',
          todo: 'Copy the connection string instead.',
        }),
      ),
    leave: () =>
      Promise.reject(
        new MaculaError({
          kind: 'usage',
          what: 'Only the desktop application can be left.',
          todo: 'Close this page; services keep running.',
        }),
      ),
  }
}

/** A service's variables with marks in place of secrets. */
function masked(context: GatewayContext, id: string): Output<'maskedVariables'> {
  const { engine } = context.system()
  const service = engine.catalog().services.find((one) => one.id === id)
  if (!service) throw new MaculaError({ kind: 'usage', what: `There is no service ${id}.` })
  const marks = new Map(service.secrets.map((name) => [name, MASK] as const))
  return variablesFor(engine.catalog(), [id], engine.settings.suffix, marks, context.latest())
}

/** Reading the past must not hang on a log that is written faster than it is read. */
const READ_DEADLINE_MS = 10_000

/** The new settings hold from now on, for everybody. */
async function settle(context: GatewayContext) {
  await context.reopen()
  const view = await context.system().settings.view()
  context.tellAll('settings', view)
  return view
}

/** What set-up would change, with a digest that stands for exactly this. */
async function plan(context: GatewayContext): Promise<SetupPlan> {
  const system = context.system()
  const [items, elevation] = await Promise.all([system.engine.setupPlan(), system.engine.elevation()])
  return {
    items,
    digest: digestOf(items),
    present: await system.readPresent(items),
    elevation: elevation ?? null,
  }
}

/** Of what would be written; what is in place already writes nothing. */
function digestOf(items: readonly SetupItem[]): string {
  const todo = items.flatMap(({ change, state }) => (state === 'to do' ? [[change.id, change.verbs]] : []))
  return createHash('sha256').update(JSON.stringify(todo)).digest('hex')
}
