import type { ActivityFace, ActivityVerb } from '../../model/activity.ts'
import type { RootOutcome } from '../../model/change.ts'
import { clusterOfRow, clusterRow } from '../../model/cluster-id.ts'
import { INTERRUPTED, type RunResult } from '../../model/run.ts'
import type { SecretsChange } from '../../model/secret.ts'
import type { Adapters } from '../adapters.ts'
import type { Engine } from '../engine.ts'
import type { LoadHistory } from '../look/load.ts'
import { forwardsIn, pullsIn, startsIn, type OnlyNew } from './only-new.ts'
import { createJournal, type Journal, type Outcome } from './journal.ts'

/** What came of a run: what was done and what failed; nothing of what was to be done may have been left to do. */
function ofRun(result: RunResult, signal?: AbortSignal): Outcome | undefined {
  const about = [...result.done, ...result.failed.map(({ service }) => service)]
  if (about.length === 0) return undefined
  const left = result.skipped.flatMap(({ service, because }) => (because === INTERRUPTED ? [service] : []))
  return {
    about,
    failed: result.failed.map(({ service, trouble }) => ({
      service,
      reason: [trouble.what, trouble.why].filter((one) => one !== undefined && one !== '').join(' '),
    })),
    result: result.failed.length > 0 ? 'failed' : signal?.aborted === true ? 'interrupted' : 'done',
    ...(left.length === 0 ? {} : { left }),
  }
}

type Judge<T> = (value: T) => boolean

/** The changes that were taken back, where root's program told of each; undefined: it did not come to that. */
function undoneOf(outcome: RootOutcome): readonly string[] | undefined {
  if (outcome.kind !== 'done') return undefined
  return outcome.steps.flatMap(({ change, result }) => (result === 'done' ? [change] : []))
}

function ofRoot(outcome: RootOutcome, about: readonly string[]): Outcome | undefined {
  if (outcome.kind === 'done' && outcome.steps.every(({ result }) => result === 'unchanged')) return undefined
  return { about, failed: [], result: outcome.kind }
}

/** The engine by itself, before anybody has it. */
export type UnrecordedEngine = Omit<Engine, 'activity' | 'as'>

/** The engine with a timeline; what nobody else claims is the command line's doing. */
export function record(engine: UnrecordedEngine, adapters: Adapters, history: LoadHistory): Engine {
  const journal = createJournal({
    activity: adapters.activity,
    clock: adapters.clock,
    secrets: async () => await engine.secrets(),
  })
  return recorded(engine, { journal, history }, 'command line')
}

/** The engine as one face has it: what that face asks for is written down, and so is what it sees. */
function recorded(
  engine: UnrecordedEngine,
  parts: { readonly journal: Journal; readonly history: LoadHistory },
  by: ActivityFace,
): Engine {
  const { journal, history } = parts
  const run = async <T extends RunResult>(
    verb: ActivityVerb,
    about: readonly string[],
    work: () => Promise<T>,
    signal?: AbortSignal,
    only: OnlyNew['only'] = (result) => result,
  ): Promise<T> => await journal.asked({ by, verb, about }, work, (value) => ofRun(only(value), signal))
  /** What is done as a whole or not at all. `isNew`: it was not so before; what was is not told. */
  const done = async <T>(
    verb: ActivityVerb,
    named: readonly string[],
    work: () => Promise<T>,
    { isOk = () => true, isNew = () => true }: { isOk?: Judge<T>; isNew?: Judge<T> } = {},
  ): Promise<T> =>
    await journal.asked({ by, verb, about: [], named }, work, (value) =>
      isNew(value) ? { about: named, failed: [], result: isOk(value) ? 'done' : 'failed' } : undefined,
    )
  /** Which passwords changed is told by their names elsewhere; the services that were made anew are what it was about. */
  const secrets = async <T extends SecretsChange>(work: () => Promise<T>): Promise<T> =>
    await journal.asked({ by, verb: 'secrets', about: [] }, work, (value) =>
      value.changed.length === 0
        ? undefined
        : (ofRun(value) ?? { about: [], failed: [], result: value.ok ? 'done' : 'failed' }),
    )
  /** A repair; of names and forwarders it tells whose were not right, not all that run. */
  const fix: Engine['fix'] = async (action, tell, signal) => {
    if (action.kind === 'start') {
      const { tell: hear, only } = action.anew
        ? { tell, only: (result: RunResult) => result }
        : startsIn(tell)
      return await run(
        'start',
        action.services,
        async () => await engine.fix(action, hear, signal),
        signal,
        only,
      )
    }
    if (action.kind === 'restart')
      return await run('restart', action.services, async () => await engine.fix(action, tell, signal), signal)
    const { tell: hear, only } = forwardsIn(tell, engine.catalog)
    return await journal.asked(
      { by, verb: 'fix', about: [] },
      async () => await engine.fix(action, hear, signal),
      (value) =>
        ofRun(only(value), signal) ??
        (action.kind === 'forward' || action.kind === 'release'
          ? { about: [], failed: [], result: 'done' }
          : undefined),
    )
  }
  const isOk = ({ ok }: { readonly ok: boolean }): boolean => ok
  const isNew = ({ made }: { readonly made: boolean }): boolean => made
  const idsOf = (ids: readonly string[] | 'all'): readonly string[] => (ids === 'all' ? [] : ids)

  return {
    ...engine,
    subscribe(tell, attention) {
      const unwatch = journal.watch()
      // A terminal shows no load.
      const unload = by !== 'command line' && attention === 'closely' ? history.watch() : () => undefined
      const undo = engine.subscribe((snapshot) => {
        journal.see(snapshot)
        tell(snapshot)
      }, attention)
      return () => {
        unwatch()
        unload()
        undo()
      }
    },
    async look(how) {
      const snapshot = await engine.look(how)
      journal.see(snapshot)
      return snapshot
    },
    async up(ids, tell, signal) {
      const { tell: hear, only } = startsIn(tell)
      return await run('start', idsOf(ids), async () => await engine.up(ids, hear, signal), signal, only)
    },
    down: async (ids, options, tell, signal) =>
      await run('stop', ids, async () => await engine.down(ids, options, tell, signal), signal),
    restart: async (ids, tell, signal) =>
      await run('restart', idsOf(ids), async () => await engine.restart(ids, tell, signal), signal),
    async pull(ids, tell, signal) {
      const { tell: hear, only } = pullsIn(tell, engine.catalog)
      return await run('pull', ids, async () => await engine.pull(ids, hear, signal), signal, only)
    },
    updateImage: async (id, wish, tell, signal) =>
      await run('update', [id], async () => await engine.updateImage(id, wish, tell, signal), signal),
    stepData: async (id, image, tell, signal) =>
      await run('update', [id], async () => await engine.stepData(id, image, tell, signal), signal),
    fix: async (action, tell, signal) => await fix(action, tell, signal),
    resetData: async (id, typed, tell, signal) =>
      await run('reset', [id], async () => await engine.resetData(id, typed, tell, signal), signal),
    putBack: async (id, at, tell, signal) =>
      await run('put back', [id], async () => await engine.putBack(id, at, tell, signal), signal),
    createBackup: async (wish, tell, signal) =>
      await run('snapshot', [], async () => await engine.createBackup(wish, tell, signal), signal),
    restoreBackup: async (word, wish, tell, signal) =>
      await run(
        'restore snapshot',
        [],
        async () => await engine.restoreBackup(word, wish, tell, signal),
        signal,
      ),
    restoreBack: async (tell, signal) =>
      await run('bring back', [], async () => await engine.restoreBack(tell, signal), signal),
    removeCluster: async (id, tell) =>
      await run(
        'delete',
        [clusterRow(clusterOfRow(id) ?? id)],
        async () => await engine.removeCluster(id, tell),
      ),
    setSecrets: async (values, tell, signal) =>
      await secrets(async () => await engine.setSecrets(values, tell, signal)),
    rotateSecrets: async (names, tell, signal) =>
      await secrets(async () => await engine.rotateSecrets(names, tell, signal)),
    importSecrets: async (text, tell, signal) =>
      await secrets(async () => await engine.importSecrets(text, tell, signal)),
    createDatabase: async (name, service) =>
      await done('database', [name], async () => await engine.createDatabase(name, service), { isNew }),
    createBucket: async (name, options, service) =>
      await done('bucket', [name], async () => await engine.createBucket(name, options, service), { isNew }),
    takeApp: async (wish, only) =>
      only === 'read'
        ? await engine.takeApp(wish, only)
        : await done('add app', [wish.path], async () => await engine.takeApp(wish, only)),
    forgetApp: async (word, options, tell) =>
      await run('remove app', [], async () => await engine.forgetApp(word, options, tell)),
    applyTls: async (options, tell) =>
      await done('tls', [], async () => await engine.applyTls(options, tell)),
    migrate: async (choice, tell, signal) =>
      await done('migrate', [], async () => await engine.migrate(choice, tell, signal), { isOk }),
    migrateBack: async (tell, signal) =>
      await done('migrate back', [], async () => await engine.migrateBack(tell, signal), { isOk }),
    setup: async (changes, tell) => {
      const named = changes.map(({ title }) => title)
      return await journal.asked(
        { by, verb: 'machine', about: [], named },
        async () => await engine.setup(changes, tell),
        (outcome) => ofRoot(outcome, named),
      )
    },
    async undo(entries, options, tell) {
      const before = await engine.ledger().catch(() => [])
      const of = before.filter(({ id, state }) => entries?.includes(id) ?? state !== 'undone')
      const titles = (some: typeof of): readonly string[] => [...new Set(some.map(({ title }) => title))]
      // Where root's program told what became of each, only what it took back.
      const told = (outcome: RootOutcome): readonly string[] => {
        const undone = undoneOf(outcome)
        const done = titles(of.filter(({ change }) => undone?.includes(change)))
        return done.length === 0 ? titles(of) : done
      }
      return await journal.asked(
        { by, verb: 'undo', about: [], named: titles(of) },
        async () => await engine.undo(entries, options, tell),
        (outcome) => ofRoot(outcome, told(outcome)),
      )
    },
    activity: async () => await journal.read(),
    as: (face) => recorded(engine, parts, face),
    async close() {
      await engine.close()
      await journal.close()
    },
  }
}
