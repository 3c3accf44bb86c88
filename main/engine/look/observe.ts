import { addressesOf } from '../../model/native-port.ts'
import type { ContainerSeen, DockerSeen } from '../../model/observation.ts'
import type { ClusterSpec } from '../../model/cluster.ts'
import { withLastEnd } from '../../model/last-end.ts'
import { isOver } from '../../model/told-end.ts'
import { REGISTRY, REGISTRY_PORT } from '../../model/registry.ts'
import { POWERDNS_KEY, type Catalog, type ServiceSpec, type Settings } from '../../model/service.ts'
import type { Adapters } from '../adapters.ts'
import { aheadLook } from './ahead.ts'
import { askService, directTarget, type Asking } from './asking.ts'
import { clusterLook } from './cluster-look.ts'
import { explain } from './explain.ts'
import { afterReading, isBefore, stillKnown, type Sighting } from './in-place.ts'
import { expecter } from './expect.ts'
import { restingApps } from './resting.ts'
import { listenerLook } from './listener-look.ts'
import { nameLook } from './name-look.ts'
import { namesElsewhere, namesNow, routeInput } from './names.ts'
import { apiOf, dnsOf } from './powerdns.ts'
import { tlsLook } from './tls-look.ts'
import { isAskable, type Seen } from './seen.ts'

/** The verbs of looking; each reads one part of the outside into `seen`. */
export function observer(adapters: Adapters, settings: Settings, catalog: () => Catalog, seen: Seen) {
  const isNative = (): boolean => seen.docker.kind === 'up' && seen.docker.native
  const { listeners, listenersUnlessNow, serviceOf } = listenerLook(adapters, catalog, seen, isNative)
  let secrets: ReadonlyMap<string, string> = new Map()
  const ahead = aheadLook(adapters, settings, catalog)
  const asking = (): Asking => ({
    host: adapters.host,
    settings,
    secrets,
    listeners: seen.listeners,
    containers: seen.containers,
    clusters: seen.clusters,
    native: isNative(),
    taken: ahead.take,
  })

  const isBack = (found: DockerSeen): boolean =>
    seen.docker.kind === 'down' && found.kind === 'up' && !found.other

  async function docker(): Promise<void> {
    const found = await adapters.docker.see()
    if (found.kind === 'down') {
      const means = await adapters.engineStart?.means(found.code).catch(() => undefined)
      seen.docker = means === undefined ? found : { ...found, means }
    } else {
      if (isBack(found)) {
        // What it has is read before it is told to answer: without that every container would be gone for a moment.
        await readContainers().catch(() => undefined)
        seen.dockerCameAt = adapters.clock.now()
      }
      seen.docker = found
    }
    if (seen.docker.kind !== 'up' || seen.docker.other) {
      // What was known of containers is not true any more, and not "all stopped" either. Another person's are none of ours.
      seen.containers = new Map()
      seen.expected = new Map()
      seen.answers = new Map()
    }
  }

  /** Counts what is read of containers: a slow reading of all must not hide what was seen of one meanwhile. */
  let turn = 0
  let applied = 0
  const sawAt = new Map<string, Sighting>()

  function saw(service: string, container: ContainerSeen | undefined): void {
    const known = seen.containers.get(service)
    // What is told of the one before, or of the run before, may come late; it takes nothing from what is in its place.
    if (container && known && (isBefore(container, known) || isOver(container, known))) return
    sawAt.set(service, { at: (turn += 1), ...(container === undefined && known ? { gone: known.id } : {}) })
    if (container) seen.containers.set(service, withLastEnd(seen.containers.get(service), container))
    else seen.containers.delete(service)
    forgetAnswers()
  }

  /** What does not run answers no more; nobody asks it again, so its last answer would stay. */
  function forgetAnswers(): void {
    const askable = new Set(catalog().services.flatMap((one) => (isAskable(seen, one) ? [one.id] : [])))
    for (const key of seen.answers.keys())
      if (!askable.has(key.slice(0, key.indexOf('/')))) seen.answers.delete(key)
  }

  /** Changes whenever something newer was seen of a service's container. */
  const turnOf = (service: string): number | undefined => sawAt.get(service)?.at

  async function containers(): Promise<void> {
    if (seen.docker.kind !== 'up' || seen.docker.other) return
    await readContainers().catch(docker)
  }

  async function readContainers(): Promise<void> {
    const mine = (turn += 1)
    const all = (await adapters.docker.containers()).map((one) => stillKnown(one, seen.containers))
    if (mine < applied) return
    applied = mine
    seen.containers = afterReading(all, mine, seen.containers, sawAt)
    forgetAnswers()
  }

  /** Where images of our suffix can be asked for, while the registry runs. */
  const registry = (): ReturnType<typeof directTarget> =>
    directTarget(seen.containers.get(REGISTRY), REGISTRY_PORT, isNative())

  const look = clusterLook(adapters, settings, catalog, seen, registry)

  async function cluster(spec: ClusterSpec): Promise<void> {
    await look.cluster(spec)
    forgetAnswers()
  }

  async function clusters(): Promise<void> {
    await look.clusters()
    forgetAnswers()
  }

  async function addresses(): Promise<void> {
    const all = [...new Set(catalog().services.flatMap(addressesOf))]
    const found = await Promise.all(
      all.map(async (address) => [address, await adapters.host.canBind(address)] as const),
    )
    seen.addresses = new Map(found)
  }

  async function nameServer(): Promise<void> {
    seen.nameServer = await adapters.nameServer.seen()
    await route()
  }

  /** How the resolver of this machine is led to our names. */
  async function route(): Promise<void> {
    const input = routeInput(catalog(), settings, seen)
    for (const one of adapters.routes)
      if (await one.isInPlace(input).catch(() => false)) {
        seen.route = { kind: 'in place', id: one.id, title: one.title, needsServer: one.needsServer }
        return
      }
    for (const one of adapters.routes) {
      const names = (await one.waits?.(input).catch(() => undefined)) ?? []
      if (names.length === 0) continue
      const elsewhere = await namesElsewhere(one, input)
      seen.route = {
        kind: 'absent',
        waits: { route: one.id, title: one.title, names, ...(elsewhere ? { elsewhere } : {}) },
      }
      return
    }
    seen.route = { kind: 'absent' }
  }

  /**
   * What PowerDNS has of names while it runs: what it says to ours, and, where names are listed one by one, its own. What it
   * does not tell is as if it had none.
   */
  async function zones(): Promise<void> {
    const dns = dnsOf(seen.containers, isNative())
    const api = apiOf(seen.containers, isNative())
    const isListed = !(seen.route.kind === 'in place' && seen.route.needsServer)
    const key =
      isListed && api ? (await adapters.secrets.read().catch(() => secrets)).get(POWERDNS_KEY) : undefined
    const [theirs, records] = await Promise.all([
      dns
        ? adapters.zones.answers(dns, [...namesNow(catalog(), settings, seen).keys()])
        : new Map<string, never>(),
      api && key !== undefined ? adapters.zones.records(api, key).catch(() => undefined) : undefined,
    ])
    seen.theirs = theirs
    seen.recordsKnown = records !== undefined
    // What cannot be read now is not gone.
    if (records) seen.records = records
  }

  /** When what is known of a service was asked, as with listeners. */
  let answerTurn = 0
  const answeredAt = new Map<string, number>()

  const rests = restingApps(adapters.clock, seen)

  /** `again`: nothing is known to have changed, so that one access of each endpoint is enough, and applications rest. */
  async function answers(services: readonly ServiceSpec[], how?: 'again'): Promise<void> {
    secrets = await adapters.secrets.read().catch(() => secrets)
    const mine = (answerTurn += 1)
    await Promise.all(
      services.map(async (service) => {
        if (how === 'again' && rests.isResting(service)) return
        const found = await askService(asking(), service, how === 'again' ? seen.answers : undefined, mine)
        if (mine < (answeredAt.get(service.id) ?? 0)) return
        answeredAt.set(service.id, mine)
        for (const key of seen.answers.keys()) if (key.startsWith(`${service.id}/`)) seen.answers.delete(key)
        // It may have ended while it was asked, or Docker with it.
        if (!isAskable(seen, service)) return
        for (const [key, answer] of found) seen.answers.set(key, answer)
        rests.asked(service, found)
      }),
    )
    await explain(adapters, seen, services, isNative(), listeners)
  }

  /** Cannot change while we run: read once. */
  async function files(): Promise<void> {
    seen.files ??= await adapters.host.openFiles().catch(() => undefined)
  }

  async function wanted(): Promise<void> {
    const [is, resting, cut, taking, partial] = await Promise.all([
      adapters.intent.wanted(),
      adapters.intent.resting(),
      adapters.restores?.cut(),
      adapters.restores?.taking(),
      adapters.restores?.partial(),
    ])
    seen.cut = cut
    seen.taking = taking
    seen.partial = partial ?? []
    seen.wanted = is
    seen.resting = resting
  }

  return {
    docker,
    containers,
    saw,
    turnOf,
    cluster,
    clusters,
    unseenClusters: look.unseenClusters,
    registry,
    names: nameLook(adapters, settings, catalog, seen),
    addresses,
    listeners,
    listenersUnlessNow,
    nameServer,
    route,
    zones,
    ahead,
    answers,
    files,
    tls: tlsLook(adapters, settings, catalog, seen),
    wanted,
    ...expecter(adapters, settings, catalog, seen, isNative),
    isNative,
    asking,
    serviceOf,
  }
}

export type Observer = ReturnType<typeof observer>
