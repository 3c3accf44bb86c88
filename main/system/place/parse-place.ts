import { basename, dirname } from 'node:path'
import type { z } from 'zod'
import type { AddedApp } from '../../model/added-app.ts'
import { inert, isHostName, isLabel, isUrlPath } from '../../model/atoms.ts'
import type { ClusterSpec } from '../../model/cluster.ts'
import { byCluster, clusterRow } from '../../model/cluster-id.ts'
import { isOurImage } from '../../model/registry.ts'
import type { CatalogProblem, EndpointSpec } from '../../model/service.ts'
import { appEndpointOf, INGRESS_PORT } from '../catalog/app-endpoint.ts'
import { firstIssue, parseFile, problemsOf } from '../catalog/fragment.ts'
import type { Candidate } from '../catalog/parse.ts'
import { placeSchema } from '../catalog/schema.ts'
import { factsOf, type Facts } from './facts.ts'
import { impossibleIn } from './impossible.ts'
import { readPlace, type Place } from './read-place.ts'
import { sharedNotes } from './shared-objects.ts'

/** One application that was added, as the catalog takes it, with what was read. */
export interface ParsedPlace {
  readonly candidate: Candidate
  readonly place: Place
  readonly facts: Facts
  readonly notes: readonly string[]
}

/** Where kubectl puts what names no namespace. */
const KUBECTL_NAMESPACE = 'default'
const MOST_HOSTS = 12
const ORDER = 50
/** Notes that a row has; `app add` tells them all. */
const MOST_TOLD = 6

/** Names of folders that say nothing of what is in them. */
const general =
  /^(?:k8s|kube|kubernetes|kustomize|manifests?|deploy(?:ment|ments)?|base|overlays?|dev|local|development|infra(?:structure)?|cluster|clusters|config|yaml|apps?|\.)$/

/** A label of a name: "Neuro_Lab" is "neuro-lab". */
const labelOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '')

/** The id that a folder tells: its name, or of what runs in it where that says nothing. */
export function idOf(root: string, facts: Pick<Facts, 'name'>): string {
  for (let folder = root; folder !== dirname(folder); folder = dirname(folder)) {
    const name = labelOf(basename(folder))
    if (isLabel(name) && !general.test(name))
      return folder === root ? name : labelOf(facts.name ?? '') || name
  }
  return labelOf(facts.name ?? '') || 'app'
}

const titleOf = (id: string): string =>
  id
    .split('-')
    .map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)
    .join(' ')
    .slice(0, 40)

type Block = Partial<z.infer<typeof placeSchema>>

/** The block of its app.yaml, only what is written there; empty: it has none. */
function blockOf(place: Place, id: string): Block | CatalogProblem {
  const { own } = place
  if (!own) return {}
  const file = { service: id, origin: 'user' as const, folder: place.root, ...own }
  const parsed = parseFile(file)
  if ('reason' in parsed) return parsed
  const raw = (parsed.value as { 'x-macula'?: unknown } | null)?.['x-macula'] ?? {}
  const block = placeSchema.safeParse(raw)
  if (!block.success) {
    const { reason, at } = firstIssue(block.error, ['x-macula'], parsed)
    return problemsOf(file)(reason, at)
  }
  // Defaults would overrule what the manifests tell.
  return Object.fromEntries(Object.entries(block.data).filter(([key]) => Object.hasOwn(raw, key)))
}

function endpointsOf(facts: Facts, suffix: string): readonly EndpointSpec[] {
  const mine = facts.hosts.filter(
    ({ host }, index, all) =>
      host.endsWith(`.${suffix}`) &&
      isHostName(host, 3) &&
      all.findIndex((one) => one.host === host) === index,
  )
  const opened = mine.slice(0, MOST_HOSTS)
  const web = opened.map(({ host, path, quiet }, index): EndpointSpec => {
    const opens = isUrlPath(path) ? path : '/'
    return {
      id: index === 0 ? 'web' : `web-${index + 1}`,
      name: host.slice(0, -suffix.length - 1),
      scheme: 'http',
      target: INGRESS_PORT,
      clean: false,
      ingress: '/',
      open: opens,
      ...(quiet ? { quiet: true as const } : {}),
      probe: { path: opens, expect: [], headers: {} },
    }
  })
  const more = facts.datagrams.filter(({ host }) => opened.some((one) => one.host === host))
  return [
    ...web,
    ...more.slice(0, MOST_HOSTS - web.length).map(({ host, port, quic }): EndpointSpec => {
      const name = host.slice(0, -suffix.length - 1)
      const scheme = quic ? 'quic' : 'udp'
      const probe = { path: '/', expect: [], headers: {} }
      // Nothing of ours asks for it to answer: its pods decide.
      return {
        id: `${scheme}-${port}`,
        name,
        scheme,
        target: port,
        listen: port,
        clean: false,
        quiet: true,
        probe,
      }
    }),
  ]
}

/** What a person should know of it before it is put in. */
function notesOf(place: Place, facts: Facts, suffix: string, described: boolean): readonly string[] {
  const foreign = [...facts.hosts.map(({ host }) => host), ...facts.images, ...facts.namespaces].filter(
    (one) => one.includes('${'),
  )
  const outside = facts.hosts.filter(({ host }) => !host.endsWith(`.${suffix}`) && !host.includes('${'))
  const wild = facts.hosts.filter(({ host }) => host.startsWith('*.') && host.endsWith(`.${suffix}`))
  return [
    ...place.notes,
    ...foreign.map(
      (one) =>
        `${inert(one)} is left as it is, as kubectl leaves it; what fills it in elsewhere (Flux, envsubst) does not run here.`,
    ),
    ...outside.map(({ host }) => `${inert(host)} is not under ${suffix}, so it gets no name here.`),
    ...wild.map(({ host }) => `${inert(host)}: a wildcard gets no name by itself.`),
    ...facts.hostPaths.map(
      (path) =>
        `Its pods mount ${inert(path)} of the node; a folder of this machine is there only where it is mounted into the node (docs/applications.md).`,
    ),
    ...(place.kustomized && !described
      ? [
          'Read from its files; kustomize makes the rest (generators, transformers, replacements) when it is applied.',
        ]
      : []),
  ]
}

/** Variables of ours that hold before anything runs. */
export function placeVariables(
  suffix: string,
  cluster: ClusterSpec,
  id: string,
): Readonly<Record<string, string>> {
  return {
    MACULA_SUFFIX: suffix,
    MACULA_NAMESPACE: cluster.namespace,
    MACULA_CLUSTER: cluster.id,
    ...(id === '' ? {} : { MACULA_APP: id }),
  }
}

/** Reads an application that was added. Returns what it is, or the first thing wrong with it, with file and line. */
export async function parsePlace(
  added: AddedApp,
  clusters: ReadonlyMap<string, ClusterSpec>,
  reasons: ReadonlyMap<string, string>,
  suffix: string,
): Promise<ParsedPlace | CatalogProblem> {
  const early = added.id || labelOf(basename(added.path)) || 'app'
  const problem = (file: string, line: number, column: number, reason: string): CatalogProblem => ({
    service: early,
    file,
    line,
    column,
    reason,
  })
  const [first] = clusters.values()
  const wanted = added.cluster === '' ? first : byCluster(clusters, added.cluster)
  if (!wanted)
    return problem(
      added.path,
      0,
      0,
      `there is no cluster ${added.cluster}${clusters.size > 0 ? `; there are: ${[...clusters.keys()].join(', ')}` : ''}`,
    )
  const place = await readPlace(added.path, placeVariables(suffix, wanted, added.id))
  if (place.kind === 'refused') return problem(place.file, place.line, place.column, place.says)
  const block = blockOf(place, early)
  if ('reason' in block) return block
  const cluster =
    added.cluster === '' && block.cluster !== undefined ? byCluster(clusters, block.cluster) : wanted
  if (!cluster)
    return problem(place.own?.file ?? added.path, 0, 0, `there is no cluster ${block.cluster ?? ''}`)
  const described = place.own !== undefined
  const namespace = described ? cluster.namespace : KUBECTL_NAMESPACE
  const facts = factsOf(place.objects, namespace)
  const impossible = place.sure ? impossibleIn(place.objects) : undefined
  if (impossible) return problem(impossible.file, impossible.line, impossible.column, impossible.says)
  const id = added.id || idOf(place.root, facts)
  const told = endpointsOf(facts, suffix)
  const written = block.endpoints?.map(appEndpointOf)
  const image = block.image ?? facts.images.find((one) => isOurImage(one, suffix)) ?? facts.images[0] ?? ''
  const notes = notesOf(place, facts, suffix, described)
  return {
    place,
    facts,
    notes,
    candidate: {
      spec: {
        id,
        tier: 'applications',
        title: block.title ?? titleOf(id),
        purpose: block.purpose ?? `Used where it lies: ${inert(added.path)}`,
        order: block.order ?? ORDER,
        address: cluster.address,
        endpoints: written ?? told,
        needs: [...new Set([clusterRow(cluster.id), ...(block.needs ?? [])])],
        uses: block.uses ?? [],
        env: block.env ?? {},
        runtime: {
          kind: 'cluster',
          reason: reasons.get(cluster.id) ?? '',
          cluster,
          app: {
            id,
            cluster: cluster.id,
            image,
            folder: place.root,
            ...(block.metrics === undefined ? {} : { metrics: block.metrics }),
            place: {
              path: added.path,
              namespace,
              namespaces: [...new Set([namespace, ...facts.namespaces])],
              sum: place.sum,
              follow: added.follow,
              watched: place.watched,
            },
          },
        },
        origin: 'user',
        folder: place.root,
        secrets: [],
        warnings: notes.slice(0, MOST_TOLD),
      },
      wantsAddress: false,
      problemAt(path, reason) {
        const index = path[0] === 'endpoints' ? Number(path[1]) : Number.NaN
        const name = told[index]?.name
        const at = facts.hosts.find(({ host }) => host === `${name ?? ''}.${suffix}`)
        return {
          ...problem(at?.file ?? place.own?.file ?? added.path, at?.line ?? 0, at ? 1 : 0, reason),
          service: id,
        }
      },
    },
  }
}

/** Each of some applications as the catalog takes it, with what it has in common with the others first among what is told. */
export function withShared(places: readonly ParsedPlace[]): readonly Candidate[] {
  const notes = sharedNotes(
    places.flatMap(({ candidate, place }) => {
      const { id, title, runtime } = candidate.spec
      return runtime.kind === 'cluster' && runtime.app?.place
        ? [
            {
              id,
              title,
              cluster: runtime.cluster.id,
              namespace: runtime.app.place.namespace,
              objects: place.objects,
            },
          ]
        : []
    }),
  )
  return places.map(({ candidate }) => {
    const shared = notes.get(candidate.spec.id) ?? []
    if (shared.length === 0) return candidate
    const warnings = [...shared, ...candidate.spec.warnings].slice(0, MOST_TOLD)
    return { ...candidate, spec: { ...candidate.spec, warnings } }
  })
}
