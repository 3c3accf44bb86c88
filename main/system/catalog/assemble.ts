import { clusterOfRow } from '../../model/cluster-id.ts'
import { compareText } from '../../model/compare-text.ts'
import { addressesOf, addressOf } from '../../model/native-port.ts'
import { hasFront } from '../../model/access.ts'
import { findCycle } from '../../model/graph.ts'
import { shortNamesOf } from '../../model/network-names.ts'
import {
  INGRESS,
  tierIds,
  type Catalog,
  type CatalogProblem,
  type EndpointSpec,
  type FixedForward,
  type ServiceSpec,
} from '../../model/service.ts'
import type { Candidate } from './parse.ts'
import { portText } from '../../model/protocol.ts'
import { isSamePort, NO_OWN_PORTS, portsOf, publishedClash, takesNameServer, type OwnPorts } from './taken.ts'

/** First address for services that name none (design: 127.0.0.10 and up are for new services; .10 is OTLP's). */
const FIRST_FREE = 11

/**
 * Puts the services of all files together: gives addresses, refuses what collides with an earlier service
 * (ours come before the person's own) or needs what is not there. The rest of the catalog works.
 * `remembered`: addresses given before, so that a new folder never moves an older service.
 */
export function assemble(
  candidates: readonly Candidate[],
  forwards: readonly FixedForward[],
  parseProblems: readonly CatalogProblem[],
  remembered: ReadonlyMap<string, string>,
  own: OwnPorts = NO_OWN_PORTS,
): { readonly catalog: Catalog; readonly addresses: ReadonlyMap<string, string> } {
  const problems = [...parseProblems]
  const ordered = [...candidates].sort(
    (one, two) =>
      Number(one.spec.origin === 'user') - Number(two.spec.origin === 'user') ||
      compareText(one.spec.id, two.spec.id),
  )
  const written = new Set(ordered.flatMap(({ spec }) => addressesOf(spec)))
  const addresses = new Map<string, string>()
  let accepted: Candidate[] = []
  for (const candidate of ordered) {
    const placed = withAddress(candidate, written, remembered, addresses)
    const problem =
      placed === undefined
        ? candidate.problemAt(['address'], 'no address from 127.0.0.11 to 127.0.0.254 is free')
        : collision(placed, accepted, own)
    if (problem) problems.push(problem)
    else if (placed) accepted.push(placed)
  }
  const sound = withoutBrokenNeeds(accepted)
  problems.push(...sound.problems)
  accepted = [...sound.kept]
  const ids = new Set(accepted.map(({ spec }) => spec.id))
  const services = toldApart(accepted.map(({ spec }) => withoutTaken(spec, ids))).toSorted(
    (one, two) =>
      tierIds.indexOf(one.tier) - tierIds.indexOf(two.tier) ||
      one.order - two.order ||
      compareText(one.title, two.title),
  )
  return { catalog: { services, forwards, problems }, addresses }
}

function withAddress(
  candidate: Candidate,
  written: Set<string>,
  remembered: ReadonlyMap<string, string>,
  addresses: Map<string, string>,
): Candidate | undefined {
  if (!candidate.wantsAddress || candidate.spec.endpoints.length === 0) return candidate
  const { id } = candidate.spec
  const before = remembered.get(id)
  const isFree = (address: string): boolean =>
    !written.has(address) && ![...remembered].some(([other, had]) => had === address && other !== id)
  const address =
    before !== undefined && !written.has(before)
      ? before
      : Array.from({ length: 254 - FIRST_FREE + 1 }, (_, index) => `127.0.0.${index + FIRST_FREE}`).find(
          isFree,
        )
  if (address === undefined) return undefined
  written.add(address)
  addresses.set(id, address)
  return { ...candidate, spec: { ...candidate.spec, address } }
}

function collision(
  candidate: Candidate,
  accepted: readonly Candidate[],
  own: OwnPorts,
): CatalogProblem | undefined {
  const { spec } = candidate
  const same = accepted.find((other) => other.spec.id === spec.id)
  if (same) return candidate.problemAt([], `there is already a service ${spec.id} (${same.spec.title})`)
  const inside = candidate.containerAddress
  const neighbour = inside !== undefined && accepted.find((other) => other.containerAddress === inside)
  if (neighbour)
    return candidate.problemAt([], `${neighbour.spec.title} already has the container address ${inside}`)
  const alias = aliasTaken(candidate, accepted)
  if (alias) return alias
  const published = accepted.find(
    (other) => publishesWhere(spec, other.spec) || publishesWhere(other.spec, spec),
  )
  if (published)
    return candidate.problemAt(
      [],
      `${published.spec.title} already has the port of this machine on which the ingress of a cluster would be published`,
    )
  for (const [index, endpoint] of spec.endpoints.entries()) {
    const earlier = spec.endpoints.slice(0, index)
    const twice = clash(spec, endpoint, spec, earlier)
    if (twice !== undefined) return candidate.problemAt(['endpoints', index], twice)
    for (const other of accepted) {
      const reason = clash(spec, endpoint, other.spec, other.spec.endpoints)
      if (reason !== undefined) return candidate.problemAt(['endpoints', index], reason)
    }
  }
  if (
    spec.address === null &&
    spec.endpoints.some(
      (endpoint) =>
        endpoint.listen !== undefined ||
        endpoint.clean ||
        endpoint.ingress !== undefined ||
        endpoint.name !== undefined,
    )
  )
    return candidate.problemAt(['address'], 'an endpoint with a name or a port of its own needs an address')
  const server = takesNameServer(spec, own)
  return server === undefined
    ? publishedClash(candidate, accepted, own)
    : candidate.problemAt(['endpoints'], server)
}

/** A title that is the title or id of an earlier service gets its id beside it: rows, dialogs and commands name services by either. */
function toldApart(services: readonly ServiceSpec[]): readonly ServiceSpec[] {
  const owners = new Map<string, string>()
  for (const { id } of services) for (const word of [id, clusterOfRow(id) ?? id]) owners.set(word, id)
  const titles = new Set<string>()
  return services.map((spec) => {
    const word = spec.title.toLowerCase()
    const isTaken = titles.has(word) || (owners.get(word) ?? spec.id) !== spec.id
    titles.add(word)
    return isTaken ? { ...spec, title: `${spec.title} (${spec.id})` } : spec
  })
}

/** Two containers of one name are both answered by Docker, in turn. */
function aliasTaken(candidate: Candidate, accepted: readonly Candidate[]): CatalogProblem | undefined {
  const { aliases = [], id } = candidate.spec
  for (const [index, alias] of aliases.entries()) {
    const holder = accepted.find(({ spec }) => shortNamesOf(spec).includes(alias))
    if (holder)
      return candidate.problemAt(['aliases', index], `the name ${alias} is taken by ${holder.spec.title}`)
    if (alias === id || aliases.indexOf(alias) !== index)
      return candidate.problemAt(['aliases', index], `the name ${alias} appears twice`)
  }
  return undefined
}

/** A service keeps its own name: whoever has it as a further one gives it up. */
function withoutTaken(spec: ServiceSpec, ids: ReadonlySet<string>): ServiceSpec {
  const { aliases, ...rest } = spec
  const left = aliases?.filter((alias) => !ids.has(alias)) ?? []
  return left.length === 0 ? rest : { ...rest, aliases: left }
}

/** Why `endpoint` of `spec` cannot stand beside the `others` of `holder`; undefined when it can. */
function clash(
  spec: ServiceSpec,
  endpoint: EndpointSpec,
  holder: ServiceSpec,
  others: readonly EndpointSpec[],
): string | undefined {
  for (const other of others) {
    if (holder === spec && other.id === endpoint.id) return `the endpoint id ${endpoint.id} appears twice`
    if (endpoint.name !== undefined && endpoint.name === other.name) {
      if (holder.address !== spec.address)
        return `the name ${endpoint.name} is taken by ${holder.title} at ${holder.address ?? 'no address'}`
      // One name may lead to several ports of its address, and on port 80 to several paths through the ingress.
      if (hasFront(endpoint) && hasFront(other) && (endpoint.ingress ?? '') === (other.ingress ?? ''))
        return `the name ${endpoint.name} is taken by ${holder.title}`
    }
    const address = addressOf(spec, endpoint)
    if (address !== null && address === addressOf(holder, other)) {
      const shared = portsOf(endpoint).find((port) => portsOf(other).some((one) => isSamePort(one, port)))
      if (mixesPort80(holder, endpoint, other))
        return `${address}:80 leads to ${holder.title}; it cannot go through the ingress as well`
      if (shared !== undefined)
        return `${address}:${portText(shared.port, shared.protocol)} is taken by ${holder.title}`
    }
  }
  return undefined
}

/** Port 80 of one address leads either through the ingress or straight to one service. */
function mixesPort80(holder: ServiceSpec, one: EndpointSpec, other: EndpointSpec): boolean {
  if (holder.id === INGRESS) return false
  const straight = (endpoint: EndpointSpec): boolean =>
    portsOf(endpoint).some((port) => isSamePort(port, { port: 80 }))
  return (straight(one) && other.ingress !== undefined) || (straight(other) && one.ingress !== undefined)
}

/** Takes out, again and again, what needs a service that is not there or stands in a cycle. */
function withoutBrokenNeeds(candidates: readonly Candidate[]): {
  readonly kept: readonly Candidate[]
  readonly problems: readonly CatalogProblem[]
} {
  let kept = [...candidates]
  const problems: CatalogProblem[] = []
  for (;;) {
    const ids = new Set(kept.map(({ spec }) => spec.id))
    const missing = kept.find(({ spec }) => spec.needs.some((need) => !ids.has(need)))
    if (missing) {
      const index = missing.spec.needs.findIndex((need) => !ids.has(need))
      problems.push(
        missing.problemAt(
          ['needs', index],
          `it needs ${missing.spec.needs[index] ?? ''}, which is not in the catalog`,
        ),
      )
      kept = kept.filter((one) => one !== missing)
      continue
    }
    const cycle = findCycle(kept.map(({ spec }) => spec))
    if (!cycle) return { kept, problems }
    // The person's own service gives way; among ours the first of the cycle.
    const inCycle = kept.filter(({ spec }) => cycle.includes(spec.id))
    const out = inCycle.find(({ spec }) => spec.origin === 'user') ?? inCycle[0]
    if (!out) return { kept, problems }
    problems.push(out.problemAt(['needs'], `its needs form a loop: ${cycle.join(' needs ')}`))
    kept = kept.filter((one) => one !== out)
  }
}

/** Whether a cluster would publish a port where a service's forwarder listens. */
function publishesWhere({ runtime }: ServiceSpec, service: ServiceSpec): boolean {
  if (runtime.kind !== 'cluster' || runtime.app) return false
  const theirs = service.endpoints.flatMap(portsOf)
  return runtime.cluster.ports.some(
    (port) => service.address === port.host && theirs.some((one) => isSamePort(one, port)),
  )
}
