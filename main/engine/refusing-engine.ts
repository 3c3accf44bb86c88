import type { CheckResult } from '../model/check.ts'
import { MaculaError, type Trouble } from '../model/errors.ts'
import { makeSnapshot } from '../model/make-snapshot.ts'
import type { Catalog, Settings } from '../model/service.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { RootAdapter } from './adapters.ts'
import type { Engine } from './engine.ts'
import { nothingSeen, worldOf } from './look/seen.ts'

/**
 * The engine while the settings cannot be used: nothing is looked at or changed by defaults that are somebody else's
 * project and addresses. Every call is answered by `trouble`, which says what to correct; what root changed can still be
 * listed and taken back, since no setting decides that.
 */
export function createRefusingEngine(input: {
  readonly trouble: Trouble
  readonly defaults: Settings
  readonly catalog: Catalog
  readonly root: RootAdapter
  readonly now: () => number
}): Engine {
  const { trouble, defaults, catalog, root, now } = input
  const refuse = (): Promise<never> => Promise.reject(new MaculaError(trouble))
  // eslint-disable-next-line require-yield -- a stream that ends with the reason, before its first line
  async function* refused(): AsyncGenerator<never> {
    await refuse()
  }

  /** Rows whose state nobody knows, with the reason over them. */
  function snapshot(): Snapshot {
    const plain = makeSnapshot(catalog, defaults.suffix, worldOf(nothingSeen(), now()), 1)
    return {
      ...plain,
      summary: {
        state: 'failed',
        says: trouble.what,
        more: [trouble.why, trouble.todo].filter(Boolean).join(' '),
      },
    }
  }

  const finding: CheckResult = {
    id: 'files',
    group: 'files',
    title: 'Our own files',
    ms: 0,
    result: 'failed',
    what: trouble.what,
    why: trouble.why ?? '',
    todo: trouble.todo ?? '',
  }

  const engine: Engine = {
    settings: defaults,
    catalog: () => catalog,
    subscribe(tell) {
      tell(snapshot())
      return () => undefined
    },
    look: refuse,
    restorePasswords: refuse,
    up: refuse,
    down: refuse,
    restart: refuse,
    consequences: () => ({ failing: [], missing: [] }),
    logs: refused,
    env: refuse,
    secrets: () => Promise.resolve([]),
    secretRows: refuse,
    setSecrets: refuse,
    rotateSecrets: refuse,
    importSecrets: refuse,
    finishSecrets: refuse,
    databases: refuse,
    createDatabase: refuse,
    buckets: refuse,
    createBucket: refuse,
    doctor: () => Promise.resolve([finding]),
    setupPlan: refuse,
    setup: refuse,
    elevation: async () => await root.elevation(),
    ledger: async () => await root.ledger(),
    undo: async (entries, options, tell) => await root.undo(entries, options, tell),
    fix: refuse,
    facts: refuse,
    stats: refused,
    load: () => Promise.resolve([]),
    keptCopies: refuse,
    putBack: refuse,
    listVolumes: refuse,
    envFile: refuse,
    envFiles: refuse,
    piped: refuse,
    terminal: refuse,
    act: refuse,
    images: refuse,
    newerImages: refuse,
    updateImage: refuse,
    dataStep: refuse,
    stepData: refuse,
    pull: refuse,
    wizard: refuse,
    skipStep: refuse,
    chooseRun: refuse,
    endWizard: refuse,
    needData: refuse,
    resetData: refuse,
    removeCluster: refuse,
    planBackup: refuse,
    createBackup: refuse,
    backupFolder: () => '',
    backups: refuse,
    backup: refuse,
    deleteBackup: refuse,
    restoreBackup: refuse,
    cutRestore: () => Promise.resolve(undefined),
    restoreBack: refuse,
    addPeers: refuse,
    needRemovable: refuse,
    needMakeable: refuse,
    takeApp: refuse,
    ownApps: refuse,
    forgetApp: refuse,
    kubeconfig: refuse,
    events: refuse,
    migration: refuse,
    migrate: refuse,
    migrationEntries: refuse,
    migrateBack: refuse,
    tls: refuse,
    applyTls: refuse,
    removeAuthority: refuse,
    certificate: refuse,
    eject: refuse,
    activity: () => Promise.resolve({ entries: [], broken: 0, mark: '' }),
    as: () => engine,
    close: () => Promise.resolve(),
  }
  return engine
}
