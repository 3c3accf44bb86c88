/** A machine of before as values, and the family over it: what the engine's own rules are tried on. */
import type {
  DataMove,
  Journal,
  JournalAdapter,
  MigrationAdapter,
  MigrationPart,
} from '../../../main/engine/adapters.ts'
import type { RootOutcome } from '../../../main/model/change.ts'
import type {
  ComposeProjectSeen,
  DataMeasured,
  MovedAside,
  PlannedStep,
} from '../../../main/model/migration.ts'
import { beyondShown } from '../../../main/model/before/compose.ts'
import { MaculaError, type Trouble } from '../../../main/model/errors.ts'

export const theirs: ComposeProjectSeen = {
  project: 'infrastructure',
  folder: '/home/ada/infrastructure',
  files: ['/home/ada/infrastructure/docker-compose.yml'],
  containers: [
    {
      id: 'c1',
      name: 'macula-registry',
      service: 'registry',
      image: 'registry:2',
      imageId: 'i',
      running: true,
      volumes: [],
      ports: [],
    },
  ],
  networks: [{ id: 'n1', name: 'infrastructure_macula-infra', subnet: '172.23.0.0/16' }],
}

const step = (id: string, part: PlannedStep['part'], more: Partial<PlannedStep> = {}): PlannedStep => ({
  id,
  part,
  title: `Do ${id}`,
  effects: [`${id} goes`],
  without: `${id} stays`,
  brings: id,
  back: [`bring ${id}`],
  ...more,
})

const rootStep = (id: string, part: PlannedStep['part']): PlannedStep =>
  step(id, part, {
    change: {
      id,
      title: id,
      reason: 'r',
      verbs: [{ verb: 'remove', path: '/etc/dnsmasq.d/macula.conf', shown: '3'.repeat(64) }],
      commands: [],
    },
  })

/** As the real part says it: what runs is stopped too. */
const composeEffects = (running: boolean): readonly string[] => [
  `container macula-registry (registry:2) is ${running ? 'stopped and ' : ''}removed`,
  'network infrastructure_macula-infra (172.23.0.0/16) is removed',
  'no volume is removed: infrastructure_registry-data stay',
]

/** `said`: everything that was done to the machine, in order. */
export function oldMachine() {
  const said: string[] = []
  const there = new Set([
    'compose-infrastructure',
    'cluster-macula-dev',
    'forwarders-own',
    'before-dnsmasq',
    'before-hosts',
  ])
  const world = {
    said,
    there,
    /** Steps that mean this too by now. */
    more: new Map<string, string>(),
    /** What ends at this step: it throws after the first half of its work. */
    failsAt: '',
    running: true,
    /** When theirs were last started; undefined: they are gone. */
    startedAt: 0 as number | undefined,
    /** What keeps theirs from running again. */
    stuck: undefined as Trouble | undefined,
    journal: { steps: [], data: [] } as Journal,
    closed: false,
    free: 1_000_000_000 as number | undefined,
    outcome: undefined as RootOutcome | undefined,
    /** The store whose copy fails. */
    dataFails: undefined as string | undefined,
    /** What ours was moved to, by store. */
    movedAside: new Map<string, readonly MovedAside[]>(),
    measured: {
      kind: 'found',
      bytes: 1000,
      needsBytes: 2000,
      says: '2 tags',
      replaces: false,
    } as DataMeasured,
  }

  const part = (id: MigrationPart['id'], steps: readonly PlannedStep[]): MigrationPart => ({
    id,
    detect: () =>
      Promise.resolve(
        steps.some((one) => there.has(one.id))
          ? [{ id, title: `The ${id}`, holds: ['it'], costs: 'much.' }]
          : [],
      ),
    ...(id === 'compose' ? { beyond: (shown, now) => beyondShown(shown.effects, now.effects) } : {}),
    plan: () =>
      Promise.resolve(
        steps
          .filter((one) => there.has(one.id))
          .map((one) => ({
            ...one,
            effects: [
              ...(id === 'compose' ? composeEffects(world.running) : one.effects),
              ...(world.more.has(one.id) ? [world.more.get(one.id) ?? ''] : []),
            ],
          })),
      ),
    keep: (one, earlier) =>
      Promise.resolve({ of: one.id, ran: world.running || JSON.stringify(earlier).includes('"ran":true') }),
    takeOver(one, tell) {
      tell(`half of ${one.id}`)
      said.push(`take ${one.id}`)
      if (world.failsAt === one.id)
        return Promise.reject(new MaculaError({ kind: 'failed', what: `${one.id} cannot be done.` }))
      there.delete(one.id)
      return Promise.resolve({ says: `${one.id} is gone` })
    },
    giveBack(kept) {
      const { of } = kept as { readonly of: string }
      said.push(`give ${of}`)
      if (world.failsAt === of)
        return Promise.reject(new MaculaError({ kind: 'failed', what: `${of} cannot be given back.` }))
      there.add(of)
      return Promise.resolve(`${of} is back`)
    },
  })

  const move = (id: DataMove['id']): DataMove => ({
    id,
    title: `the ${id}`,
    measure: () => Promise.resolve(world.measured),
    take(from, tell) {
      said.push(`copy ${id}${from.containers.some(({ running }) => running) ? ' while they run' : ''}`)
      tell({ doneBytes: 500, totalBytes: 1000, says: 'copying' })
      return world.dataFails === id
        ? Promise.reject(new MaculaError({ kind: 'failed', what: 'A blob differs.', todo: 'Look at it.' }))
        : Promise.resolve({
            says: '2 tags, all digests equal',
            movedAside: world.movedAside.get(id) ?? [],
          })
    },
  })

  const journal: JournalAdapter = {
    read: () => Promise.resolve(structuredClone(world.journal)),
    write: (next) => {
      world.journal = structuredClone(next)
      return Promise.resolve()
    },
    close: () => {
      world.closed = true
      world.journal = { steps: [], data: [] }
      return Promise.resolve()
    },
  }

  const migration: MigrationAdapter = {
    // Not in the order of the family: the engine must not rely on that of the list alone.
    parts: [
      part('compose', [step('compose-infrastructure', 'compose')]),
      part('clusters', [step('cluster-macula-dev', 'clusters')]),
      part('forwarders', [step('forwarders-own', 'forwarders')]),
      part('names', [rootStep('before-dnsmasq', 'names')]),
      part('hosts', [rootStep('before-hosts', 'hosts')]),
    ],
    data: [move('registry'), move('grafana')],
    journal,
    projects: () =>
      Promise.resolve([
        {
          ...theirs,
          containers: theirs.containers.map((one) => ({
            ...one,
            ...(world.startedAt === undefined ? {} : { startedAt: world.startedAt }),
          })),
        },
      ]),
    free: () => Promise.resolve(world.free),
    rest() {
      said.push('rest')
      const ran = world.running
      world.running = false
      return Promise.resolve({
        names: ran ? ['macula-registry'] : [],
        again: () => {
          said.push('run again')
          if (world.stuck) return Promise.resolve([world.stuck])
          world.running = ran
          return Promise.resolve([])
        },
      })
    },
  }
  return { world, migration }
}
