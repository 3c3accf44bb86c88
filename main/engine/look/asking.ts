import type { ClusterSeen } from '../../model/cluster.ts'
import { fqdn, isByNameOnly } from '../../model/access.ts'
import { listenerKey, listenersOf, type ListenerPlace } from '../../model/listeners.ts'
import { nodeOf, nodePortOf } from '../../model/balancers.ts'
import {
  carriedBy,
  isSameProtocol,
  portText,
  protocolOf,
  speaksDns,
  type Protocol,
} from '../../model/protocol.ts'
import { addressOf, nativePort } from '../../model/native-port.ts'
import type { AnswerSeen, ContainerSeen, ListenerSeen } from '../../model/observation.ts'
import type { Catalog, EndpointSpec, Runtime, ServiceSpec, Settings } from '../../model/service.ts'
import { answerKey, type AskedAccess } from '../../model/world.ts'
import { askedAccesses } from '../../model/judge.ts'
import type { HostAdapter } from '../adapters.ts'

/** An answer must come within this; a hung process accepts and never answers. */
export const ANSWER_DEADLINE_MS = 3000

export interface Asking {
  readonly host: HostAdapter
  readonly settings: Settings
  readonly secrets: ReadonlyMap<string, string>
  readonly listeners: ReadonlyMap<string, ListenerSeen>
  readonly containers: ReadonlyMap<string, ContainerSeen>
  readonly clusters: ReadonlyMap<string, ClusterSeen>
  /** Whether container addresses can be reached from here. */
  readonly native: boolean
  /** What was asked already in this look, through the forwarder with that pid; undefined: it must be asked. */
  readonly taken?: (
    question: Question,
    pid: number,
    container: ContainerSeen | undefined,
  ) => Promise<AnswerSeen> | undefined
}

export type Question = Parameters<HostAdapter['ask']>[0]

/** Where the container itself answers: its address on a native engine, the published port elsewhere. */
export function directTarget(
  container: ContainerSeen | undefined,
  target: number,
  native: boolean,
  protocol?: Protocol,
): { readonly address: string; readonly port: number } | undefined {
  if (container?.state !== 'running') return undefined
  if (native) return container.address === '' ? undefined : { address: container.address, port: target }
  const published = container.published[portText(target, protocol)]
  if (published === undefined) return undefined
  const at = published.lastIndexOf(':')
  return { address: published.slice(0, at), port: Number(published.slice(at + 1)) }
}

/** Where a node itself takes what an application speaks past the ingress: its address on a native engine, else what kind publishes. */
function nodeTarget(
  { clusters, native }: Pick<Asking, 'clusters' | 'native'>,
  { cluster, app }: Extract<Runtime, { kind: 'cluster' }>,
  { listen = 0, scheme }: EndpointSpec,
): { readonly address: string; readonly port: number } | undefined {
  const seen = clusters.get(cluster.id)
  const node = native ? nodeOf(seen) : undefined
  const place = { port: listen, ...carriedBy(scheme) }
  if (node !== undefined) return { address: node, port: nodePortOf(seen, app, place) ?? listen }
  const published = cluster.ports.find((one) => one.listen === listen && isSameProtocol(one, place))
  return published && { address: published.host, port: published.port }
}

const SECRET = /\{secret:([A-Z0-9_]+)\}/g

/** Fills `{secret:NAME}` in a probe's headers. */
function headersOf(endpoint: EndpointSpec, secrets: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(endpoint.probe.headers).map(([name, value]) => [
      name,
      value.replaceAll(SECRET, (_, secret: string) => secrets.get(secret) ?? ''),
    ]),
  )
}

/** A password that a probe is asked with and that is not there. */
function missingIn({ probe }: EndpointSpec, secrets: ReadonlyMap<string, string>): string | undefined {
  const names = Object.values(probe.headers).flatMap((value) =>
    [...value.matchAll(SECRET)].map(([, name = '']) => name),
  )
  return names.find((name) => !secrets.has(name))
}

interface Place {
  readonly address: string
  readonly port: number
}

/** Where people's programs reach an endpoint, through a forwarder; undefined: that access is none of its. */
export function outerPlace(
  service: ServiceSpec,
  endpoint: EndpointSpec,
  access: Exclude<AskedAccess, 'direct'>,
): Place | undefined {
  const port = access === 'front' ? 80 : nativePort(endpoint)
  const address = addressOf(service, endpoint)
  return address === null || port === undefined ? undefined : { address, port }
}

/** What an endpoint is asked at a place. */
export function questionOf(
  endpoint: EndpointSpec,
  { address, port }: Place,
  { suffix }: Pick<Settings, 'suffix'>,
  secrets: ReadonlyMap<string, string>,
  deadline = ANSWER_DEADLINE_MS,
): Question {
  return {
    scheme: endpoint.scheme,
    address,
    port,
    host: fqdn(endpoint, suffix) ?? address,
    probe: { ...endpoint.probe, headers: headersOf(endpoint, secrets) },
    deadline,
    ...(speaksDns(endpoint) ? { speaks: 'dns' } : {}),
  }
}

/** Asks one access of an endpoint; undefined when that access is not there to be asked. */
export async function askAccess(
  asking: Asking,
  service: ServiceSpec,
  endpoint: EndpointSpec,
  access: AskedAccess,
  deadline = ANSWER_DEADLINE_MS,
): Promise<AnswerSeen | undefined> {
  const container = asking.containers.get(service.id)
  const where = ((): (Place & { readonly pid?: number }) | undefined => {
    // Past our forwarder: the port on which kind publishes the cluster's ingress.
    if (access === 'direct' && service.runtime.kind === 'cluster') {
      const { host: address, port } = service.runtime.cluster
      return endpoint.listen === undefined ? { address, port } : nodeTarget(asking, service.runtime, endpoint)
    }
    if (access === 'direct')
      return directTarget(container, endpoint.target, asking.native, protocolOf(endpoint.scheme))
    const place = outerPlace(service, endpoint, access)
    if (place === undefined) return undefined
    // Never asked where another program listens: its answer says nothing about ours.
    const there = asking.listeners.get(listenerKey({ ...place, ...carriedBy(endpoint.scheme) }))
    return there?.kind === 'ours' ? { ...place, pid: there.pid } : undefined
  })()
  if (!where) return undefined
  const question: Question = {
    ...questionOf(endpoint, where, asking.settings, asking.secrets, deadline),
    // What Docker or kind publish is taken by a program of theirs first.
    ...(access === 'direct' && asking.native && service.runtime.kind === 'container'
      ? { isItself: true }
      : {}),
  }
  const taken = where.pid === undefined ? undefined : asking.taken?.(question, where.pid, container)
  const seen = await (taken ?? asking.host.ask(question))
  // Who asks without the password learns nothing of the program from being turned away.
  const without = missingIn(endpoint, asking.secrets)
  return seen.kind === 'wrong' && without !== undefined ? { ...seen, without } : seen
}

/**
 * Asks all accesses of a service that people use; the container itself only when none of them answers (or there
 * is no other). With `before`, what was answered last: where all accesses of an endpoint answered, only one is asked, and
 * the others count as before while that one answers. They lead to the same program by a forwarder of the same kind, whose
 * life is watched; by `turn` each is the one that is asked. Keys as answerKey().
 */
export async function askService(
  asking: Asking,
  service: ServiceSpec,
  before?: ReadonlyMap<string, AnswerSeen>,
  turn = 0,
): Promise<ReadonlyMap<string, AnswerSeen>> {
  const answers = new Map<string, AnswerSeen>()
  if (service.runtime.kind === 'cluster' && asking.clusters.get(service.runtime.cluster.id)?.kind !== 'up')
    return answers
  await Promise.all(
    service.endpoints.map(async (endpoint) => {
      const accesses = askedAccesses(service, endpoint)
      const keyOf = (access: AskedAccess): string => answerKey(service.id, endpoint.id, access)
      const ask = async (access: AskedAccess): Promise<boolean> => {
        const seen = await askAccess(asking, service, endpoint, access)
        if (seen) answers.set(keyOf(access), seen)
        return seen?.kind === 'answer'
      }
      const outer = accesses.filter((access) => access !== 'direct')
      const chosen = outer[turn % outer.length]
      const isCalm = outer.every((access) => before?.get(keyOf(access))?.kind === 'answer')
      const isSame = chosen !== undefined && isCalm ? await ask(chosen) : undefined
      if (isSame === true) {
        for (const access of accesses) {
          const known = before?.get(keyOf(access))
          if (access !== chosen && known) answers.set(keyOf(access), known)
        }
        return
      }
      // What opens by name only is asked at the container too: that is the way round when its name fails.
      const isRound = isByNameOnly(endpoint) && service.runtime.kind === 'container'
      const hasDirect = accesses.includes('direct')
      const [answered] = await Promise.all([
        Promise.all((isSame === false ? outer.filter((access) => access !== chosen) : outer).map(ask)),
        isRound && hasDirect ? ask('direct') : undefined,
      ])
      if (!answered.includes(true) && hasDirect && !isRound) await ask('direct')
    }),
  )
  return answers
}

/** All listeners of the catalog by key. */
export function listenerKeys(catalog: Catalog): readonly (ListenerPlace & { readonly key: string })[] {
  return listenersOf(catalog).map(({ address, port, protocol }) => ({
    key: listenerKey({ address, port, protocol }),
    address,
    port,
    ...(protocol === undefined ? {} : { protocol }),
  }))
}
