import { addressesOf } from '../../model/native-port.ts'
import { coalesce } from '../../model/coalesce.ts'
import { dockerTodo } from '../../model/causes/docker.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { balancerForwards } from '../../model/balancers.ts'
import { listenerKey, listenersOf } from '../../model/listeners.ts'
import { sayOther } from '../../model/owner.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import { sayHolder, sayList } from '../../model/say.ts'
import { POWERDNS_KEY, type Catalog, type ServiceSpec, type Settings } from '../../model/service.ts'
import type { StepEvent } from '../../model/run.ts'
import { isBalanced, unwantedForwards, wantedForwards } from '../look/forwards.ts'
import { createNamer } from '../look/holders.ts'
import { namesNow } from '../look/names.ts'
import { apiOf, dnsOf } from '../look/powerdns.ts'
import type { Truth } from '../look/truth.ts'
import type { Adapters, Forward } from '../adapters.ts'

type Tell = (event: StepEvent) => void

/** What starting and stopping share: names, forwarders, and the truth they are told to. */
export function createRunContext(
  adapters: Adapters,
  settings: Settings,
  catalog: () => Catalog,
  truth: Truth,
  /** Reads the catalog again, as its files are now. */
  reread: () => Promise<void> = async () => undefined,
) {
  const turns = new Map<string, Promise<void>>()
  /** What was said of forwarders that cannot be there, by whom it was told: each round of a start would say it again. */
  const toldOf = new WeakMap<Tell, Set<string>>()

  /** Our name server answers all names of the catalog; its absence is a detour, never a failure. */
  async function namesOnce(tell: Tell, elapsed: () => number): Promise<void> {
    try {
      await truth.observe.unseenClusters()
      await adapters.nameServer.ensure(
        namesNow(catalog(), settings, truth.seen),
        dnsOf(truth.seen.containers, truth.observe.isNative()),
      )
    } catch (error) {
      const { what, why, todo } = troubleOf(error)
      tell({
        kind: 'note',
        ms: elapsed(),
        says: [what, why, todo, 'Services open by address.'].filter(Boolean).join(' '),
      })
    }
    truth.seen.nameServer = await adapters.nameServer.seen().catch(() => truth.seen.nameServer)
  }

  /** One after the other: who comes meanwhile shares the next round. */
  const names = coalesce(async (tell: Tell, elapsed: () => number) => await namesOnce(tell, elapsed))

  /** Makes our zones in PowerDNS where it has none; nothing while it does not run. */
  async function zones(tell: Tell, elapsed: () => number): Promise<void> {
    const api = apiOf(truth.seen.containers, truth.observe.isNative())
    if (!api) return
    try {
      const key = (await adapters.secrets.read()).get(POWERDNS_KEY)
      if (key === undefined) return
      const made = await adapters.zones.ensure(api, key, [settings.suffix, ...settings.zones])
      if (made.length > 0)
        tell({
          kind: 'note',
          done: true,
          ms: elapsed(),
          says: `Made in PowerDNS: the ${made.length === 1 ? 'zone' : 'zones'} ${sayList(made)}.`,
        })
    } catch (error) {
      const { what, why, todo } = troubleOf(error)
      tell({ kind: 'note', ms: elapsed(), says: [what, why, todo].filter(Boolean).join(' ') })
    }
  }

  /** Names again, when our name server asks another PowerDNS than there is now, or one that is gone. */
  async function leadNames(tell: Tell, elapsed: () => number): Promise<void> {
    const server = truth.seen.nameServer
    const dns = dnsOf(truth.seen.containers, truth.observe.isNative())
    const wanted = dns && `${dns.address}:${dns.port}`
    if (server.kind === 'runs' && server.asks !== wanted) await names(tell, elapsed)
  }

  const wantedNow = (
    containers: ReadonlyMap<string, ContainerSeen> = truth.seen.containers,
  ): readonly Forward[] => {
    const { wanted, clusters } = truth.seen
    const native = truth.observe.isNative()
    return [
      ...wantedForwards(catalog(), containers, wanted, native, clusters),
      ...(native ? balancerForwards(clusters, settings.addresses) : []),
    ]
  }

  /** Whether the forwarders of LoadBalancers are others than there are to be. */
  async function balancersDiffer(): Promise<boolean> {
    const keyOf = (one: Forward): string => `${listenerKey(one)} ${one.host}:${one.toPort}`
    const mine = (all: readonly Forward[]): string =>
      all
        .filter((one) => isBalanced(one, catalog()))
        .map(keyOf)
        .sort()
        .join()
    const lowest = await adapters.host.lowestPort()
    const wanted = wantedNow().filter(({ port }) => port >= lowest)
    return mine(wanted) !== mine(await adapters.forwarders.list())
  }

  /**
   * Ends forwarders that nothing wants, so that no connection reaches another service by an address that Docker gave away.
   * `exactly`: also those that lead elsewhere than wanted; they are made again when their service answers.
   */
  async function endUnwanted(how?: 'exactly'): Promise<void> {
    const { docker, clusters } = truth.seen
    if (docker.kind !== 'up' || docker.other) return
    const listed = await adapters.forwarders.list()
    const unwanted = (containers: ReadonlyMap<string, ContainerSeen>): readonly Forward[] =>
      unwantedForwards(catalog(), listed, wantedNow(containers), { containers, clusters }, how === 'exactly')
    if (unwanted(truth.seen.containers).length === 0) return
    // What was seen may be old, or nothing where Docker did not tell: only what it says now ends anything.
    const all = await adapters.docker.containers().catch(() => undefined)
    const rest = all ? unwanted(new Map(all.map((container) => [container.service, container]))) : []
    if (rest.length > 0) await adapters.forwarders.stop(rest)
  }

  /** Makes forwarders be there, and no others; `isMeant`: only those, which is quick while others are starting. */
  async function forwardsOnce(
    tell: Tell,
    elapsed: () => number,
    isMeant?: (forward: Forward) => boolean,
  ): Promise<void> {
    const lowest = await adapters.host.lowestPort()
    if (isMeant === undefined) await endUnwanted()
    const wanted = wantedNow()
    const results = await adapters.forwarders.ensure(
      wanted.filter((forward) => forward.port >= lowest && (isMeant === undefined || isMeant(forward))),
    )
    const named = createNamer(adapters.docker, truth.observe.serviceOf)
    const before = toldOf.get(tell) ?? new Set()
    toldOf.set(tell, before)
    for (const result of results) {
      const key = listenerKey(result.forward)
      if (result.kind === 'failed') {
        const { holder } = result
        const says = holder ? `${key} is held by ${sayHolder(await named(holder))}.` : result.says
        if (before.has(says)) continue
        before.add(says)
        tell({ kind: 'forward', ms: elapsed(), listener: key, ok: false, says })
      } else if (result.kind !== 'kept')
        tell({ kind: 'forward', ms: elapsed(), listener: key, ok: true, says: result.kind })
    }
    if (isMeant !== undefined) return
    await truth.observe.listeners()
    // What leads anew is asked at once: until then nobody knows whether it works.
    const changed = new Set(
      results.flatMap(({ kind, forward }) => (kind === 'kept' ? [] : [forward.address])),
    )
    await truth.recheck(
      catalog().services.flatMap((service) =>
        addressesOf(service).some((own) => changed.has(own)) ? [service.id] : [],
      ),
    )
  }

  /** Puts the forwarders right for what runs now; calls that come while it works share the next round. */
  const reconcileForwards = coalesce(
    async (tell: Tell, elapsed: () => number) => await forwardsOnce(tell, elapsed),
  )

  /**
   * The forwarders of one service that just began to answer: all at its addresses, and at those of others what leads to it, as to
   * the ingress. One round at a time of each address, so that none is started twice.
   */
  async function forwardsOf(service: ServiceSpec, tell: Tell, elapsed: () => number): Promise<void> {
    const own = addressesOf(service)
    const led = listenersOf(catalog()).filter(({ to }) => to.kind === 'service' && to.service === service.id)
    const elsewhere = led.map(({ address }) => address).filter((address) => !own.includes(address))
    const keys = new Set(led.map(listenerKey))
    await Promise.all(
      [...new Set([...own, ...elsewhere])].map(async (address) => {
        const before = turns.get(address) ?? Promise.resolve()
        const turn = before.then(
          async () =>
            await forwardsOnce(
              tell,
              elapsed,
              (one) => one.address === address && (own.includes(address) || keys.has(listenerKey(one))),
            ),
        )
        turns.set(
          address,
          turn.catch(() => undefined),
        )
        await turn
      }),
    )
  }

  /** Ends forwarders that nothing wants any more; with nothing wanted at all, the name server too. */
  async function idle(keep = false): Promise<void> {
    await endUnwanted()
    await leadNames(
      () => undefined,
      () => 0,
    )
    // With nothing left to name, stopped means that nothing of ours runs.
    if (keep || catalog().services.some(({ id }) => truth.seen.wanted.has(id))) return
    await adapters.forwarders.stop()
    await adapters.nameServer.stop()
  }

  /** Whether what runs here is another person's: nothing of it is touched. */
  function isOthers(): boolean {
    const { docker } = truth.seen
    return docker.kind === 'up' && docker.other !== undefined
  }

  /** Throws MaculaError `refused` when what is there is another person's, with how to run beside it. */
  function needOwn(): void {
    const { docker } = truth.seen
    if (docker.kind === 'up' && docker.other)
      throw new MaculaError({ kind: 'refused', ...sayOther(docker.other) })
  }

  /**
   * Throws MaculaError `outside` when Docker is down (`so`: what cannot be done then), `refused` when what is there is another
   * person's.
   */
  async function needDocker(so = 'nothing can be started or stopped'): Promise<void> {
    const { docker } = truth.seen
    needOwn()
    if (docker.kind === 'up') return
    throw new MaculaError({
      kind: 'outside',
      what: `Docker does not answer, so ${so}.`,
      why: docker.kind === 'down' ? docker.says : 'It is still being asked.',
      todo: docker.kind === 'down' ? dockerTodo(docker) : 'maculactl doctor says what to do.',
    })
  }

  return {
    adapters,
    settings,
    catalog,
    truth,
    names,
    zones,
    leadNames,
    forwardsOf,
    endUnwanted,
    reconcileForwards,
    balancersDiffer,
    idle,
    needDocker,
    needOwn,
    isOthers,
    reread,
  }
}

export type RunContext = ReturnType<typeof createRunContext>
