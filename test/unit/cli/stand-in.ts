import { backupCalls } from './stand-in-backups.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { DataStep, DataStepped } from '../../../main/model/data-step.ts'
import type { ImageUpdated, NewerImage } from '../../../main/model/image-update.ts'
import type { EnvFileEntry } from '../../../main/model/env-file.ts'
import type { TlsView } from '../../../main/model/tls.ts'
import { fakePiped, fakeTerminal } from './fake-terminal.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { withNeeds } from '../../../main/model/graph.ts'
import { judgeWizard } from '../../../main/engine/wizard/judge.ts'
import type { AppListed } from '../../../main/model/added-app.ts'
import type { SetupMemory } from '../../../main/engine/adapters.ts'
import { clusterOfRow } from '../../../main/model/cluster-id.ts'
import type { CheckResult } from '../../../main/model/check.ts'
import type { Engine, Targets } from '../../../main/engine/engine.ts'
import { everything } from '../../../main/engine/run/everything.ts'
import type { SetupItem } from '../../../main/model/change.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import type { MigrationResult, MigrationView } from '../../../main/model/migration.ts'
import type { LogLine } from '../../../main/model/log-line.ts'
import { consequencesOf } from '../../../main/engine/run/down.ts'
import type { LedgerEntry, RootOutcome } from '../../../main/model/change.ts'
import { catalog, suffix } from './fixture.ts'
import { now, snapshotOf, type Draft } from './worlds.ts'

/** The canary: no output but env's may hold any of these. */
export const secrets = {
  GRAFANA_PASSWORD: 'canary-graf/ana+7f3a',
  POSTGRES_PASSWORD: 'canary-postgres-91c0',
  POWERDNS_API_KEY: 'canary-powerdns-4f2d',
} as const

const notUpdated: ImageUpdated = {
  outcome: 'same',
  from: 'grafana/grafana:13.2.1',
  to: 'grafana/grafana:13.2.1',
  kept: [],
  ok: true,
  done: [],
  failed: [],
  skipped: [],
  ms: 3,
}

const secretsChanged = (changed: readonly string[]) => ({
  ok: true,
  done: ['timescaledb'],
  failed: [],
  skipped: [],
  ms: 1200,
  changed,
  same: [],
  also: ['Everybody signs in again.'],
})

export const setupItems: readonly SetupItem[] = [
  {
    change: {
      id: 'tools',
      title: 'Install 2 packages',
      reason: 'dnsmasq answers the names, socat forwards the ports. Both will run as you, not as root.',
      verbs: [{ verb: 'packages', names: ['dnsmasq-base', 'socat'] }],
      commands: ['sudo apt-get install --yes --no-install-recommends dnsmasq-base socat'],
    },
    state: 'to do',
    says: 'dnsmasq and socat are not installed.',
  },
  {
    change: {
      id: 'low-ports',
      title: 'Allow ports from 80',
      reason: 'http://grafana.macula.local without a port number needs port 80.',
      price: 'any program you run may listen on ports from 80.',
      verbs: [
        {
          verb: 'file',
          path: '/etc/sysctl.d/60-macula.conf',
          mode: 0o644,
          content:
            '# Written by Macula Desktop. Undo: maculactl undo\nnet.ipv4.ip_unprivileged_port_start=80\n',
        },
        { verb: 'sysctl', key: 'net.ipv4.ip_unprivileged_port_start', value: '80' },
      ],
      commands: [
        "printf '%s\\n' 'net.ipv4.ip_unprivileged_port_start=80' | sudo tee /etc/sysctl.d/60-macula.conf",
        'sudo sysctl -p /etc/sysctl.d/60-macula.conf',
      ],
    },
    state: 'to do',
    says: 'net.ipv4.ip_unprivileged_port_start is 1024.',
  },
  {
    change: {
      id: 'route-systemd-resolved',
      title: 'Lead macula.local to our name server',
      reason: 'Names ending in macula.local are asked from dnsmasq on this machine.',
      verbs: [
        {
          verb: 'file',
          path: '/etc/systemd/resolved.conf.d/macula.conf',
          mode: 0o644,
          content: '[Resolve]\nDNS=127.0.0.1:5354\nDomains=~macula.local\n',
        },
        { verb: 'reload', unit: 'systemd-resolved' },
      ],
      commands: ['sudo systemctl reload-or-restart systemd-resolved'],
    },
    state: 'in place',
    says: 'systemd-resolved is set up for our names.',
  },
]

export const ledger: readonly LedgerEntry[] = [
  {
    id: '1',
    change: 'tools',
    title: 'Install 2 packages',
    at: new Date(2026, 10, 20, 7, 1).getTime(),
    verb: 'packages',
    target: 'dnsmasq-base socat',
    state: 'applied',
    drift: 'none',
    undoable: false,
  },
  {
    id: '2',
    change: 'low-ports',
    title: 'Allow ports from 80',
    at: new Date(2026, 10, 20, 7, 1).getTime(),
    verb: 'file',
    target: '/etc/sysctl.d/60-macula.conf',
    state: 'applied',
    drift: 'changed',
    diff: [
      ' # Programs of this machine may listen on ports from 80.',
      '-net.ipv4.ip_unprivileged_port_start=80',
      '+# disabled by hardening role, ticket 4411',
      '+net.ipv4.ip_unprivileged_port_start=1024',
    ],
    undoable: true,
  },
  {
    id: '3',
    change: 'route-systemd-resolved',
    title: 'Lead macula.local to our name server',
    at: new Date(2026, 10, 20, 7, 1).getTime(),
    verb: 'file',
    target: '/etc/systemd/resolved.conf.d/macula.conf',
    state: 'applied',
    drift: 'none',
    undoable: true,
  },
  {
    id: '4',
    change: 'route-hosts',
    title: 'Names in the hosts file',
    at: new Date(2026, 10, 20, 6, 48).getTime(),
    verb: 'block',
    target: '/etc/hosts',
    state: 'undone',
    drift: 'none',
    undoable: true,
  },
]

const check = (
  group: CheckResult['group'],
  title: string,
  what: string,
  more: Partial<CheckResult> = {},
): CheckResult => ({
  id: title.toLowerCase().replaceAll(' ', '-'),
  group,
  title,
  result: 'ok',
  what,
  why: '',
  todo: '',
  ms: 4,
  ...more,
})

export const checks: readonly CheckResult[] = [
  check('docker', 'Docker answers', 'Engine 29.7.2 at /var/run/docker.sock, 4 ms.'),
  check('docker', 'You may use Docker', 'anna is in the group docker.'),
  check('machine', 'socat', '1.8.1.3, 18 forwarders run as anna.'),
  check('names', 'Lookup through the OS resolver', 'A lookup takes 5.0 s instead of 3 ms.', {
    result: 'warning',
    why: 'The VPN on tun0 connected at 10:42 and put its DNS server first.',
    todo: "Set our DNS route again. The VPN's own names keep working.",
    fix: { label: 'Set route again…', command: 'maculactl setup', action: { kind: 'setup', changes: [] } },
  }),
  check('services', 'Tempo', 'The container stops right after it starts: exit code 1, 5 restarts.', {
    result: 'failed',
    why: 'Its last line: unknown key compactor.',
    todo: 'Read its log (maculactl logs tempo), repair what it names, then start it.',
  }),
]

const found = (id: string, short: string): CheckResult => ({
  id,
  group: 'machine',
  title: id,
  result: 'ok',
  what: `${short}.`,
  why: '',
  todo: '',
  ms: 1,
  short,
})

/** A machine that has all that set-up needs. */
export const goodFacts: readonly CheckResult[] = [
  found('docker', '29.7.2, you may use it'),
  found('network', '172.23.0.0/24 is free'),
  found('tools', 'dnsmasq'),
  found('tools', 'socat'),
  found('tools', 'Compose 2.29.1'),
  found('names', 'answered'),
]

/** What a test may set of the stand-in; the rest is as on a machine where all is well. */
export interface Part {
  readonly world: Draft
  readonly plan?: readonly SetupItem[]
  /** Ids of entries that root leaves although it says that it is done. */
  readonly keeps?: readonly string[]
  readonly entries?: readonly LedgerEntry[]
  readonly newer?: readonly NewerImage[]
  readonly updated?: ImageUpdated
  /** What there is to do to the data of a PostgreSQL, and what comes of it. */
  readonly step?: DataStep
  readonly stepped?: DataStepped
  readonly outcome?: RootOutcome
  readonly elevation?: 'root' | 'sudo' | 'desktop'
  /** What ran here before Macula. */
  readonly envFiles?: readonly EnvFileEntry[]
  readonly apps?: readonly AppListed[]
  readonly before?: MigrationView
  /** How taking it over went. */
  readonly migrated?: MigrationResult
  readonly noElevation?: boolean
  readonly lines?: readonly LogLine[]
  /** What the doctor found, for the wizard. */
  readonly facts?: readonly CheckResult[]
  readonly memory?: SetupMemory
  readonly tls?: TlsView
  /** Ids of services whose images are not here. */
  readonly missing?: readonly string[]
  readonly over?: Partial<Engine>
}

export interface StandIn {
  readonly engine: Engine
  /** What was asked of it, in order: "up grafana,loki". */
  readonly asked: string[]
  /** Sends the world, as it is now, to all subscribers. */
  publish(): void
  /** How many follow the world now. */
  subscribers(): number
}

/** Stands in for the engine, and says so: it judges with the real model and does nothing to any machine. */
export function standIn(part: Part): StandIn {
  const asked: string[] = []
  let entriesNow = part.entries ?? ledger
  const subscribers = new Set<Parameters<Engine['subscribe']>[0]>()
  let rev = 0
  const snapshot = () => snapshotOf(part.world, (rev += 1))
  const walk = async (
    verb: 'up' | 'down' | 'restart',
    ids: readonly string[],
    tell: (event: StepEvent) => void,
  ) => {
    asked.push(`${verb} ${ids.join(',')}`)
    for (const [index, service] of ids.entries()) {
      const ms = index * 100
      if (verb === 'down') {
        tell({ kind: 'stopping', ms, service })
        tell({ kind: 'stopped', ms: ms + 80, service, tookMs: 80 })
      } else {
        tell({ kind: 'starting', ms, service })
        tell({ kind: 'answers', ms: ms + 90, service, tookMs: 90 })
      }
    }
    return { ok: true, done: ids, failed: [], skipped: [], ms: ids.length * 100 }
  }
  const outcome = (changes: readonly string[]): RootOutcome =>
    part.outcome ?? {
      kind: 'done',
      steps: changes.map((one) => ({ change: one, verb: 'file', target: one, result: 'done', says: '' })),
    }
  const unasked = (): Promise<never> => Promise.reject(new Error('no command asks this'))
  let memory: SetupMemory = part.memory ?? { ended: false, skipped: [], leftOut: [], welcomed: true }
  const made = new Set<string>()
  const plan = (): readonly SetupItem[] =>
    (part.plan ?? setupItems).map((item) =>
      made.has(item.change.id) ? { ...item, state: 'in place' } : item,
    )
  const missing = new Set(part.missing)
  const images = () =>
    catalog.services.flatMap(({ id: service, title, runtime }) =>
      runtime.kind === 'container'
        ? [{ service, title, image: runtime.image, present: !missing.has(service), bytes: 1_000_000 }]
        : [],
    )
  /** Judged by the real steps, over this machine that is none. */
  const wizard = () => {
    const seen = snapshot()
    return judgeWizard({
      now,
      settings: { ...defaultSettings, suffix },
      snapshot: seen,
      checks: part.facts ?? goodFacts,
      items: plan(),
      ledger: part.entries ?? ledger,
      images: images(),
      names: {
        total: 16,
        good: plan().some(({ change, state }) => change.id.startsWith('route-') && state === 'in place')
          ? 16
          : 0,
        ms: 3,
      },
      idle: part.world.wanted.size === 0,
      memory,
    })
  }
  /** As the engine would: everything but clusters that were never made. */
  const listed = (ids: Targets): readonly string[] =>
    ids === 'all' ? everything(catalog, part.world.clusters ?? new Map()).ids : ids
  const engine: Engine = {
    settings: { ...defaultSettings, suffix },
    catalog: () => catalog,
    subscribe(tell) {
      subscribers.add(tell)
      tell(snapshot())
      return () => subscribers.delete(tell)
    },
    look: () => Promise.resolve(snapshot()),
    up: async (ids, tell) => await walk('up', listed(ids), tell),
    down: async (ids, options, tell) =>
      await walk('down', options.also ? [...ids, 'and those too'] : ids, tell),
    restart: async (ids, tell) => await walk('restart', listed(ids), tell),
    addPeers(ids) {
      const all = ids === 'next' ? ['peer0'] : ids
      asked.push(`peers ${all.join()}`)
      return Promise.resolve(all)
    },
    needRemovable: () => Promise.resolve(),
    needMakeable: () => Promise.resolve(),
    removeCluster: async (id, tell) => await walk('down', [id, 'removed'], tell),
    kubeconfig: (id) =>
      Promise.resolve({
        file: `/home/ada/.local/state/macula-desktop/clusters/${clusterOfRow(id) ?? id}.kubeconfig`,
        context: 'kind-macula-hub',
        export: `export KUBECONFIG='/home/ada/.local/state/macula-desktop/clusters/${clusterOfRow(id) ?? id}.kubeconfig'`,
      }),
    events: () => Promise.resolve([]),
    takeApp: (wish, only) => {
      asked.push(`app ${only} ${wish.path}`)
      return Promise.resolve({
        path: wish.path,
        id: 'shop',
        title: 'Shop',
        cluster: 'hub',
        kind: 'manifests',
        namespaces: ['default'],
        hosts: [`shop.${suffix}`],
        ports: ['Service shop: 80 TCP'],
        images: [`registry.${suffix}/me/shop:dev`],
        pods: ['Deployment shop'],
        replaces: [],
        follow: wish.follow,
        notes: [],
      })
    },
    ownApps: () => Promise.resolve(part.apps ?? []),
    forgetApp: async (word, { data, leave }, tell) =>
      await walk('down', [word, `data ${data}`, `leave ${leave}`], tell),
    migration: () => Promise.resolve(part.before ?? { found: [], steps: [], data: [], done: [] }),
    migrate(choice, tell) {
      const ids = [...choice.steps.map(({ id }) => id), ...choice.data.map((id) => `data-${id}`)]
      asked.push(`migrate ${ids.join(',')} without ${choice.left.map(({ id }) => id).join(',')}`)
      for (const id of ids) tell({ kind: 'done', id, says: 'done' })
      return Promise.resolve(
        part.migrated ?? { ok: true, done: ids.map((id) => ({ id, says: 'done' })), left: [] },
      )
    },
    migrationEntries: () => Promise.resolve([]),
    migrateBack() {
      asked.push('migrate back')
      return Promise.resolve({ ok: true, done: [{ id: 'stop', says: 'stopped' }], left: [] })
    },
    piped(id, argv) {
      asked.push(`piped ${id} ${JSON.stringify(argv)}`)
      return Promise.resolve(fakePiped(argv, (text) => asked.push(`piped in ${JSON.stringify(text)}`)))
    },
    terminal(id, wish) {
      asked.push(`terminal ${wish.kind} ${id}`)
      const title = catalog.services.find((one) => one.id === id)?.title ?? id
      return Promise.resolve(fakeTerminal(wish, title, (text) => asked.push(`typed ${JSON.stringify(text)}`)))
    },
    keptCopies: (id) =>
      Promise.resolve(
        id === 'timescaledb'
          ? [
              {
                at: '20261124-0712',
                volumes: [{ from: 'macula_timescaledb', to: 'macula_timescaledb_before-20261124-0712' }],
              },
            ]
          : [],
      ),
    listVolumes: (id, volume) =>
      Promise.resolve([
        {
          volume: volume ?? `macula_${id}`,
          folders: [
            {
              path: '',
              entries: [
                { name: 'data', kind: 'folder', bytes: 0, changedAt: 1_764_000_000_000 },
                { name: 'now', kind: 'link', bytes: 0, changedAt: 0, to: 'data/one' },
              ],
              more: 0,
            },
            {
              path: 'data',
              entries: [
                {
                  name: 'evil\u001B[31m\u202Etxt\nfake row',
                  kind: 'file',
                  bytes: 2048,
                  changedAt: 1_764_000_000_000,
                },
              ],
              more: 1200,
            },
          ],
          seen: 1203,
          bytes: 2048,
        },
      ]),
    putBack(id, at) {
      asked.push(`put back ${id} ${at}`)
      return Promise.resolve({
        ok: true,
        done: [id],
        failed: [],
        skipped: [],
        ms: 1200,
        moved: [{ from: 'macula_timescaledb', to: 'macula_timescaledb_before-20261127-0900' }],
      })
    },
    envFile(service, path, how) {
      asked.push(`env file ${how} ${service} ${path}`)
      return Promise.resolve({
        path,
        service,
        exists: true,
        state: how === 'write' ? 'current' : 'none',
        names: ['DATABASE_URL', 'PGUSER'],
        alsoSet: how === 'look' ? [{ name: 'PGUSER', line: 3 }] : [],
        leftOut: [],
      })
    },
    envFiles: () => Promise.resolve(part.envFiles ?? []),
    act(id, action) {
      asked.push(`action ${id} ${action}`)
      return Promise.resolve({ code: 0, out: `${action} done\n`, err: '', ms: 12 })
    },
    tls: () => Promise.resolve(part.tls ?? { on: false }),
    applyTls(options) {
      asked.push(`tls ${options.newAuthority === true ? 'with a new authority' : 'as set'}`)
      return Promise.resolve({ ...(part.tls ?? { on: false }), serves: true, keptAside: [] })
    },
    removeAuthority() {
      asked.push('remove the authority')
      return Promise.resolve(['/home/ada/.local/share/macula-desktop/tls/authority.pem'])
    },
    certificate(folder, names, options) {
      asked.push(`certificate ${folder} ${names.join(',')} ${JSON.stringify(options)}`)
      return Promise.resolve({
        names,
        notAfter: Date.UTC(2027, 11, 1),
        certificate: `${folder}/cert.pem`,
        key: `${folder}/key.pem`,
        authority: `${folder}/ca.pem`,
      })
    },
    eject(folder, options) {
      asked.push(`eject ${folder} ${JSON.stringify(options)}`)
      return Promise.resolve({
        folder,
        files: ['README.md', 'infrastructure/docker-compose.yml'],
        volumes: options.keepData ? ['macula_grafana'] : [],
        secrets: options.withSecrets ? 'written' : 'to be made',
        leftOut: [],
        notes: [],
      })
    },
    consequences: (ids) => consequencesOf(catalog, ids, new Set(part.world.containers.keys())),
    // eslint-disable-next-line typescript/require-await -- the interface is asynchronous, the lines are there
    async *logs(ids, options) {
      asked.push(`logs ${ids.join(',')} tail=${options.tail ?? 'all'} since=${options.since ?? 'begin'}`)
      yield* (part.lines ?? []).filter((line) => ids.includes(line.service))
    },
    env: (ids) =>
      Promise.resolve(
        [
          { service: 'grafana', name: 'GRAFANA_URL', value: 'http://grafana.macula.local', secret: false },
          { service: 'grafana', name: 'GRAFANA_PASSWORD', value: secrets.GRAFANA_PASSWORD, secret: true },
          { service: 'timescaledb', name: 'PGUSER', value: 'macula', secret: false },
          {
            service: 'timescaledb',
            name: 'DATABASE_URL',
            value: `postgres://macula:${secrets.POSTGRES_PASSWORD}@127.0.0.8:5432/macula`,
            secret: true,
          },
        ].filter((variable) => ids.includes(variable.service)),
      ),
    secrets: () => Promise.resolve(Object.values(secrets)),
    restorePasswords: () => Promise.resolve(Object.keys(secrets)),
    secretRows: () =>
      Promise.resolve(
        Object.entries(secrets).map(([name, value]) => ({
          name,
          value,
          usedBy: catalog.services.filter((one) => one.secrets.includes(name)).map(({ id }) => id),
          changing: false,
        })),
      ),
    setSecrets(values) {
      asked.push(`set ${[...values].map(([name, value]) => `${name}=${value}`).join(' ')}`)
      return Promise.resolve(secretsChanged([...values.keys()]))
    },
    rotateSecrets(names) {
      asked.push(`rotate ${names.join(' ')}`)
      return Promise.resolve(secretsChanged(names))
    },
    importSecrets(text) {
      asked.push(`import ${text.length}`)
      return Promise.resolve({
        ...secretsChanged(['POSTGRES_PASSWORD']),
        taken: [{ from: 'TIMESCALEDB_PASSWORD', name: 'POSTGRES_PASSWORD' }],
        refused: [
          {
            from: 'POWERDNS_API_KEY',
            name: 'POWERDNS_API_KEY',
            why: 'it has a character that cannot be printed',
          },
        ],
      })
    },
    finishSecrets: () => Promise.resolve(undefined),
    databases: () =>
      Promise.resolve({
        service: 'timescaledb',
        databases: [
          { name: 'macula', owner: 'macula', bytes: 12_582_912, extensions: ['timescaledb 2.29.2'] },
          { name: 'shop', owner: 'macula', bytes: 8_388_608, extensions: [] },
        ],
      }),
    createDatabase(name) {
      asked.push(`create database ${name}`)
      return Promise.resolve({
        service: 'timescaledb',
        made: true,
        url: `postgres://macula:${secrets.POSTGRES_PASSWORD}@postgres.macula.local:5432/${name}`,
      })
    },
    buckets: () => Promise.resolve({ service: 'object-store', buckets: ['backups', 'tempo'] }),
    createBucket(name, { versioned }) {
      asked.push(`create bucket ${name}${versioned ? ', versioned' : ''}`)
      return Promise.resolve({ service: 'object-store', made: name !== 'tempo' })
    },
    doctor: () => Promise.resolve(checks),
    setupPlan: () => Promise.resolve(plan()),
    setup(changes, tell) {
      asked.push(`setup ${changes.map((one) => one.id).join(',')}`)
      const result = outcome(changes.map((one) => one.id))
      if (result.kind !== 'refused') result.steps.forEach(tell)
      if (result.kind === 'done') {
        for (const { id } of changes) made.add(id)
        const left = plan().filter(({ state }) => state === 'to do')
        memory = { ...memory, refused: undefined, leftOut: left.map(({ change }) => change.id) }
      }
      if (result.kind === 'refused') memory = { ...memory, refused: { at: now, says: result.says } }
      return Promise.resolve(result)
    },
    elevation: () => Promise.resolve(part.noElevation === true ? undefined : (part.elevation ?? 'sudo')),
    ledger: () => Promise.resolve(entriesNow),
    undo(entries, options, tell) {
      asked.push(
        `undo ${entries?.join(',') ?? 'all'}${options.evenIfDrifted ? ' even if drifted' : ''}${options.evenOthers === true ? ' even others' : ''}`,
      )
      const result = outcome([...(entries ?? [])])
      if (result.kind !== 'refused') result.steps.forEach(tell)
      if (result.kind === 'done')
        entriesNow = entriesNow.map((entry) =>
          entries?.includes(entry.id) === false || part.keeps?.includes(entry.id) === true
            ? entry
            : { ...entry, state: 'undone' },
        )
      return Promise.resolve(result)
    },
    fix: unasked,
    facts: unasked,
    stats: () => {
      throw new Error('no command asks this')
    },
    images: () => Promise.resolve(images()),
    newerImages: () => Promise.resolve(part.newer ?? []),
    updateImage(id, wish) {
      asked.push(`update ${id} ${wish.kind === 'back' ? 'back' : (wish.to ?? 'newest')}`)
      return Promise.resolve(part.updated ?? notUpdated)
    },
    dataStep(id, image) {
      asked.push(`data of ${id}${image === undefined ? '' : ` by ${image}`}`)
      return Promise.resolve(part.step)
    },
    stepData(id, image) {
      asked.push(`bring data of ${id}${image === undefined ? '' : ` by ${image}`}`)
      if (part.stepped) return Promise.resolve(part.stepped)
      throw new MaculaError({ kind: 'usage', what: 'There is nothing to do.' })
    },
    pull(ids) {
      asked.push(`pull ${ids.length}`)
      missing.clear()
      return Promise.resolve({ ok: true, done: ids, failed: [], skipped: [], ms: 900 })
    },
    wizard: () => Promise.resolve(wizard()),
    skipStep(step, skipped) {
      asked.push(`${skipped ? 'skip' : 'take in'} ${step}`)
      memory = {
        ...memory,
        skipped: skipped ? [...memory.skipped, step] : memory.skipped.filter((one) => one !== step),
        ...(step === 'review' && !skipped ? { leftOut: [], refused: undefined } : {}),
      }
      return Promise.resolve(wizard())
    },
    chooseRun(services, cluster) {
      asked.push(`choose ${services === 'all' ? 'all' : services.join()}${cluster ? ' and a cluster' : ''}`)
      memory = {
        ...memory,
        welcomed: true,
        services: services === 'all' ? undefined : withNeeds(catalog.services, services),
        cluster,
      }
      return Promise.resolve(wizard())
    },
    endWizard: () => Promise.resolve(void asked.push('end wizard')),
    needData: () => Promise.resolve(),
    ...backupCalls(asked),
    async resetData(id, typed, tell) {
      asked.push(`reset ${id} ${typed}`)
      const result = await walk('down', [id], tell)
      return { ...result, moved: [{ from: `macula_${id}`, to: `macula_${id}_before-20261123-1042` }] }
    },
    activity: () => Promise.resolve({ entries: [], broken: 0, mark: '' }),
    load: () => Promise.resolve([]),
    as() {
      // Also of a copy with other answers.
      return this
    },
    close: () => Promise.resolve(void asked.push('close')),
    ...part.over,
  }
  return {
    engine,
    asked,
    publish: () => {
      const next = snapshot()
      for (const tell of subscribers) tell(next)
    },
    subscribers: () => subscribers.size,
  }
}

export { now }
