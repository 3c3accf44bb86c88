import { listenerKey } from '../../model/listeners.ts'
import type { Holder, ListenerSeen } from '../../model/observation.ts'
import type { Catalog } from '../../model/service.ts'
import type { Adapters } from '../adapters.ts'
import { foundNow } from '../migration/found.ts'
import { pause } from '../wait.ts'
import { listenerKeys } from './asking.ts'
import { wantedForwards } from './forwards.ts'
import { createNamer } from './holders.ts'
import type { Seen } from './seen.ts'

/** Longer than the record of a forwarder is written after it listens (ms). */
const RECORD_MS = 100

/** What a run read of listeners at its end counts for the look right after it (ms). */
const JUST_NOW_MS = 250

const never = new AbortController().signal

/** Who listens where we want to. */
export function listenerLook(
  adapters: Adapters,
  catalog: () => Catalog,
  seen: Seen,
  isNative: () => boolean,
) {
  /** The service whose container has this name, also where its entry in the catalog is away. */
  const serviceOf = (container: string): Holder['service'] => {
    const [id] = [...seen.containers].find(([, { name }]) => name === container) ?? []
    return id === undefined
      ? undefined
      : { id, title: catalog().services.find((service) => service.id === id)?.title ?? id }
  }

  /** Readings of listeners that began; a slow one must not hide what a later one found. */
  let listenerTurn = 0
  let listenersApplied = 0
  let listenersAt = Number.NEGATIVE_INFINITY

  /** Who listens where we want to; a listener of ours that leads elsewhere than wanted is astray. */
  async function listeners(): Promise<void> {
    const mine = (listenerTurn += 1)
    const began = adapters.clock.now()
    let found = await readListeners()
    const isNewForeign = ([key, { kind }]: readonly [string, ListenerSeen]): boolean =>
      kind === 'foreign' && seen.listeners.get(key)?.kind !== 'foreign'
    // One of ours listens a moment before its record is written, by which we know it.
    if ([...found].some(isNewForeign)) {
      await pause(RECORD_MS, never)
      found = await readListeners()
    }
    const foreign = [...found.values()].some(({ kind }) => kind === 'foreign')
    const before = foreign && adapters.migration ? await foundNow(adapters.migration) : []
    if (mine < listenersApplied) return
    listenersApplied = mine
    listenersAt = began
    seen.listeners = found
    seen.before = before
  }

  /** Unless they were read a moment ago: the kernel walks through all its sockets for it, and we through all processes. */
  async function listenersUnlessNow(): Promise<void> {
    if (Math.abs(adapters.clock.now() - listenersAt) > JUST_NOW_MS) await listeners()
  }

  async function readListeners(): Promise<Map<string, ListenerSeen>> {
    const ours = await adapters.forwarders.list()
    const wanted = new Map(
      wantedForwards(catalog(), seen.containers, seen.wanted, isNative(), seen.clusters).map((forward) => [
        listenerKey(forward),
        forward,
      ]),
    )
    const lowest = await adapters.host.lowestPort()
    const named = createNamer(adapters.docker, serviceOf)
    const places = listenerKeys(catalog())
    const keys = new Set(places.map(({ key }) => key))
    const found = await Promise.all(
      // What leads to a LoadBalancer at a cluster's address is in no description.
      [...places, ...[...wanted].flatMap(([key, one]) => (keys.has(key) ? [] : [{ key, ...one }]))].map(
        async ({ key, address, port, protocol }): Promise<readonly [string, ListenerSeen]> => {
          const look = await adapters.host.listener(address, port, ours, protocol)
          if (look.kind === 'foreign') return [key, { ...look, holder: await named(look.holder) }]
          const want = wanted.get(key)
          const own = ours.find((one) => listenerKey(one) === key)
          if (look.kind === 'ours' && want && own && (own.host !== want.host || own.toPort !== want.toPort))
            return [key, { kind: 'astray', pid: look.pid, to: `${own.host}:${own.toPort}`, ms: look.ms }]
          if (look.kind === 'free' && port < lowest)
            return [key, { kind: 'refused', code: 'EACCES', ms: look.ms }]
          return [key, look]
        },
      ),
    )
    return new Map(found)
  }

  return { listeners, listenersUnlessNow, serviceOf }
}
