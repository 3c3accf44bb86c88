import type { Adapters, ExpectedService } from '../../../main/engine/adapters.ts'
import { createRunContext } from '../../../main/engine/run/context.ts'
import { reset, type ResetResult } from '../../../main/engine/run/reset.ts'
import { createRuns } from '../../../main/engine/run/runs.ts'
import { createTruth } from '../../../main/engine/look/truth.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import { worldOf } from '../../../main/engine/look/seen.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import type { RunResult, StepEvent } from '../../../main/model/run.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { adaptersOf, intentOf } from '../../adapters.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { newContainer } from './fake-container.ts'
import { fakeWorld } from './fake-world.ts'

const settings = { ...defaultSettings, project: 'macula' }
const nothing = async (): Promise<void> => await Promise.resolve()

/** An outside that is a few values, with an engine over it: docker, compose and what is kept between processes. */
export function fakeStack(
  ids: readonly string[],
  specs: Partial<ServiceSpec> | ((id: string) => Partial<ServiceSpec>) = {},
) {
  const services = ids.map((id) =>
    service(id, {
      title: id.toUpperCase(),
      endpoints: [endpoint()],
      address: null,
      runtime: { kind: 'container', image: `image-${id}` },
      ...(typeof specs === 'function' ? specs(id) : specs),
    }),
  )
  const catalog = { services, forwards: [] as Catalog['forwards'][number][], problems: [] }
  const did: string[] = []
  const world = fakeWorld(services)
  const imageOf = (id: string): string => world.named.get(id) ?? `image-${id}`
  const expected = (): readonly (ExpectedService & { readonly config: string })[] =>
    services
      .filter(({ runtime }) => runtime.kind === 'container')
      .map(({ id }) => ({
        id,
        image: imageOf(id),
        config: world.configs.get(id) ?? '',
        labels: { 'dev.macula.service': id },
        volumes: [`macula_${id}`],
      }))

  function create(id: string): void {
    did.push(`make ${id}`)
    world.count += 1
    world.volumes.add(`macula_${id}`)
    world.containers.set(
      id,
      newContainer(id, {
        id: `${id}-${world.count}`,
        image: imageOf(id),
        imageId: world.images.get(imageOf(id)) ?? '',
        config: world.configs.get(id) ?? '',
      }),
    )
  }

  const byId = (id: string): ContainerSeen | undefined =>
    [...world.containers.values()].find((one) => one.id === id)

  const adapters = adaptersOf({
    // No data is on its way to another version.
    data: { kept: () => Promise.resolve(undefined) },
    docker: {
      see: () => Promise.resolve({ kind: 'up', version: '29', apiVersion: '1.52', native: world.native }),
      events: async ({ signal: end }: { signal: AbortSignal }) =>
        await new Promise((resolve) => end.addEventListener('abort', () => resolve('aborted'))),
      containers: () => Promise.resolve([...world.containers.values()]),
      inspect: (id: string) => Promise.resolve(byId(id)),
      ensureNetwork: () => Promise.resolve(void (world.network ??= `net-${(world.count += 1)}`)),
      nameOf: (container: string) => Promise.resolve(world.names.get(container)),
      projectOf: () => Promise.resolve(undefined),
      removeNetwork: () => Promise.resolve(void did.push('remove the network')),
      remove(id: string) {
        const container = byId(id)
        if (container) {
          did.push(`remove ${container.service}`)
          world.containers.delete(container.service)
        }
        return Promise.resolve()
      },
      volumes: {
        of: (id: string) => Promise.resolve([`macula_${byId(id)?.service ?? ''}`]),
        has: (name: string) => Promise.resolve(world.volumes.has(name)),
        users: () => Promise.resolve(world.sharing),
        copies: () => Promise.resolve(world.kept),
        keep({ from, to }: { from: string; to: string }, tellBytes: (bytes: number) => void) {
          did.push(`copy ${from}`)
          tellBytes(5)
          if (world.copyFails === from)
            return Promise.reject(new MaculaError({ kind: 'failed', what: 'The copy is not whole.' }))
          world.volumes.add(to)
          world.kept = [...world.kept, { from, to }]
          return Promise.resolve({ from, to, entries: 3, bytes: 10 })
        },
        sweep: () => Promise.resolve(void (world.swept += 1)),
        remove: (name: string) =>
          Promise.resolve(void (did.push(`remove ${name}`), world.volumes.delete(name))),
        discard: (name: string) =>
          Promise.resolve(
            void (
              did.push('discard'),
              world.volumes.delete(name),
              (world.kept = world.kept.filter(({ to }) => to !== name))
            ),
          ),
      },
      madeWith: (id: string) =>
        Promise.resolve(
          world.containers.has(id)
            ? { name: id, variables: new Map(), data: [`macula_${id}`, ...world.folders] }
            : undefined,
        ),
      hasImage: (image: string) => Promise.resolve(world.images.has(image)),
      parts: (images: readonly string[]) =>
        Promise.resolve({
          images: new Map(
            images.flatMap((one) => {
              const id = world.images.get(one)
              return id === undefined ? [] : [[one, id] as const]
            }),
          ),
          network: world.network,
          volumes: new Set(world.volumes),
        }),
      pull: (image: string) => {
        did.push(`pull ${image}`)
        if (world.pullFails)
          return Promise.reject(new MaculaError({ kind: 'outside', what: 'The registry has no such image.' }))
        world.images.set(image, `sha256:pulled-${(world.count += 1)}`)
        return Promise.resolve()
      },
      start(id: string) {
        const container = byId(id)
        if (!container?.made) throw new MaculaError({ kind: 'failed', what: 'It is gone.' })
        const { networks } = container.made
        // As Docker refuses it: the network that it was on has another id now.
        if (Object.values(networks).some((one) => one !== '' && one !== world.network))
          throw new MaculaError({ kind: 'failed', what: `network ${String(networks['macula'])} not found` })
        const isOn = networks['macula'] !== undefined
        did.push(`start ${container.service}`)
        world.containers.set(
          container.service,
          world.started({
            ...container,
            state: 'running',
            startedAt: world.now,
            address: isOn ? '172.23.0.9' : '',
            made: { ...container.made, networks: isOn ? { macula: world.network ?? '' } : {} },
          }),
        )
        return Promise.resolve()
      },
      async stop(id: string, how?: 'for good') {
        const container = byId(id)
        if (!container || container.state === 'exited') return
        const { service: name } = container
        did.push(`stop ${name}${how === undefined ? '' : ` ${how}`}`)
        world.ranAtStop.set(
          name,
          [...world.containers.values()].filter(({ state }) => state === 'running').map((one) => one.service),
        )
        if (world.stuck.has(name)) throw new MaculaError({ kind: 'failed', what: 'It does not stop.' })
        // A stop takes its time: whoever does not wait for it comes first.
        await new Promise((resolve) => setImmediate(resolve))
        world.containers.set(name, { ...container, state: 'exited', stoppedOnPurpose: true, address: '' })
      },
    } as unknown as Adapters['docker'],
    stack: {
      render(all, { publish }) {
        world.renders.push({ ids: all.map(({ id }) => id), publish })
        const refused = new Set(world.rendered.refused.map((one) => one.service))
        const rendered = expected().filter(({ id }) => !refused.has(id))
        return Promise.resolve({ ...world.rendered, services: rendered })
      },
      expect: () => Promise.resolve(expected()),
      sources: () => Promise.resolve(world.sources),
      create(all, onStep) {
        const why = all.flatMap((id) => world.makeFails.get(id) ?? [])[0]
        if (why !== undefined) return Promise.reject(new MaculaError({ kind: 'failed', what: why }))
        for (const id of all) onStep(id, 'Creating')
        all.filter((id) => !world.unmade.has(id)).forEach(create)
        return Promise.resolve()
      },
    },
    record: {
      read: () => Promise.resolve(new Map(world.record)),
      keep: (changes) => Promise.resolve(changes.forEach((one, id) => world.record.set(id, one))),
    },
    // Time passes with each look at it, so that no deadline is waited for.
    clock: { now: () => (world.now += 200) },
    engineStart: { means: () => Promise.resolve(undefined) },
    host: {
      lookup: () => Promise.resolve({ kind: 'none', code: 'ENOTFOUND', ms: 1 }),
      canBind: () => Promise.resolve({ kind: 'ok', ms: 0 }),
      listener: (address: string, port: number) =>
        Promise.resolve(
          world.forwards.has(`${address}:${port}`)
            ? { kind: 'ours', pid: 7, program: 'socat', ms: 0 }
            : { kind: 'free', ms: 0 },
        ),
      ask: ({ port }: { port: number }) => Promise.resolve(world.answer(port)),
      lowestPort: () => Promise.resolve(80),
      links: () => [],
      nameLines: () => Promise.resolve([]),
      wayTo: () => Promise.resolve(world.way),
      openFiles: () => Promise.resolve(undefined),
    },
    forwarders: {
      someEnded: () => false,
      list: () =>
        Promise.resolve([...world.forwards.values()].map((one) => ({ ...one, pid: 7, program: 'socat' }))),
      ensure: (all) =>
        Promise.resolve(
          all.map((forward) => {
            const key = `${forward.address}:${forward.port}`
            const holder = world.held.get(key)
            if (holder)
              return { kind: 'failed', forward, code: 'EADDRINUSE', says: `${key} is held by x.`, holder }
            const kind = world.forwards.has(key) ? 'kept' : 'started'
            world.forwards.set(key, forward)
            return { kind, forward, pid: 7, program: 'socat' }
          }),
        ),
      stop(all) {
        for (const one of all ?? world.forwards.values()) world.forwards.delete(`${one.address}:${one.port}`)
        return Promise.resolve()
      },
    },
    zones: {
      ensure: () => Promise.resolve([]),
      records: () => Promise.resolve(new Map()),
      answers: () => Promise.resolve(new Map()),
    },
    nameServer: {
      seen: () =>
        Promise.resolve(
          world.nameServer
            ? {
                kind: 'runs',
                pid: 8,
                port: 5354,
                names: new Map(),
                ...(world.asks === undefined ? {} : { asks: world.asks }),
              }
            : { kind: 'stopped' },
        ),
      ensure: (_, upstream) => {
        world.nameServer = true
        world.asks = upstream && `${upstream.address}:${upstream.port}`
        return Promise.resolve()
      },
      stop: () => Promise.resolve(void (world.nameServer = false)),
    },
    intent: intentOf(
      () => world.wanted,
      (next) => (world.wanted = new Set(next)),
    ),
    secrets: {
      changing: () => Promise.resolve(undefined),
      read: () => Promise.resolve(new Map()),
    },
    clusters: {
      see: () => Promise.resolve({ kind: 'absent', wasMade: false }),
      watch: nothing,
      settle: () => Promise.resolve(false),
      forgetLost: () => Promise.resolve(false),
      memory: () => Promise.resolve(8_000_000_000),
    },
  })
  const truth = createTruth(
    adapters,
    settings,
    () => catalog,
    () => undefined,
  )
  const context = createRunContext(adapters, settings, () => catalog, truth)
  const runs = createRuns(context)
  const told: StepEvent[] = []
  const tell = (event: StepEvent): void => void told.push(event)
  const interrupt = new AbortController()
  const { signal } = interrupt
  const change = (
    id: string,
    part: (made: NonNullable<ContainerSeen['made']>) => Partial<ContainerSeen>,
  ): void => {
    const container = world.containers.get(id)
    if (!container?.made) throw new Error(`no ${id}`)
    world.containers.set(id, { ...container, ...part(container.made) })
  }
  return {
    world,
    did,
    change,
    truth,
    context,
    runs,
    services,
    catalog,
    tell,
    /** Interrupts what runs, as Ctrl-C does. */
    interrupt: () => interrupt.abort(),
    /** What was told of a service, in turn; without one: what was told of none. */
    said: (id?: string) =>
      told.flatMap((event) =>
        (id === undefined ? !('service' in event) : 'service' in event && event.service === id)
          ? [event.kind === 'phase' || event.kind === 'waiting' ? event.says : event.kind]
          : [],
      ),
    /** What was told in notes. */
    notes: () => told.flatMap((event) => (event.kind === 'note' ? [event.says] : [])),
    forget: () => {
      did.length = 0
      told.length = 0
    },
    up: async (all = ids, how?: 'anew'): Promise<RunResult> => await runs.start(all, tell, signal, how),
    restart: async (all = ids): Promise<RunResult> => await runs.restart(all, tell, signal),
    down: async (
      all = ids,
      options: { readonly also?: boolean; readonly remove?: boolean; readonly keepWanted?: boolean } = {},
    ): Promise<RunResult> => await runs.stop(all, { also: false, remove: false, ...options }, tell, signal),
    reset: async (id: string): Promise<ResetResult> => {
      const spec = services.find((one) => one.id === id)
      if (!spec) throw new Error(`no ${id}`)
      return await reset(context, spec, tell, signal)
    },
    told,
    /** A row as a face would show it. */
    async row(id: string) {
      await truth.look()
      const snapshot = makeSnapshot(catalog, settings.suffix, worldOf(truth.seen, world.now), 1)
      const view = snapshot.services.find((one) => one.id === id)
      if (!view) throw new Error(`no ${id}`)
      return view
    },
  }
}
