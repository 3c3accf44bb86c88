import type Docker from 'dockerode'
import { z } from 'zod'
import type { MigrationPart } from '../../engine/adapters.ts'
import type { OldPart } from '../../model/migration.ts'
import { clusterInPlaceOf, isOldCluster } from '../../model/before/clusters.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { dockerTrouble } from '../docker/trouble.ts'
import { allMarkers } from '../kind/claims.ts'
import type { Paths } from '../paths.ts'
import { stopContainer } from './act.ts'
import { addressesOf, startNodes } from './clusters-back.ts'
import { whyClusterLeft, type ClusterMarks } from './whose-cluster.ts'

/** The label of kind's nodes (kind, pkg/cluster/internal/providers/docker/constants.go). */
const LABEL = 'io.x-k8s.kind.cluster'
const PREFIX = 'cluster-'
/** Where the API server of a node listens. */
const API_PORT = 6443

interface Node {
  readonly id: string
  readonly name: string
  readonly paused: boolean
  /** Its addresses, by network. */
  readonly addresses: Readonly<Record<string, string>>
  readonly ports: readonly { readonly address: string; readonly port: number; readonly protocol: string }[]
}

interface Cluster {
  readonly name: string
  readonly nodes: readonly Node[]
  readonly marks: ClusterMarks
}

const keptSchema = z.object({
  kind: z.literal('cluster'),
  name: z.string(),
  nodes: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      paused: z.boolean().optional(),
      /** Absent: kept by an earlier version. */
      addresses: z.record(z.string(), z.string()).optional(),
    }),
  ),
})

/** KinD clusters of the platform's scripts that run: they are stopped and started again, never removed. */
export function clustersPart(input: {
  readonly link: () => Promise<Link>
  readonly paths: Paths
  readonly env: Readonly<Record<string, string | undefined>>
  readonly uid: number
}): MigrationPart {
  /** Those of the scripts, each with why it is left, where it is not this person's. */
  async function all(): Promise<readonly (Cluster & { readonly left: string | undefined })[]> {
    const [seen, own] = await Promise.all([running(await input.link()), ownClusters(input.paths)])
    return await Promise.all(
      seen
        .filter(({ name }) => isOldCluster(name) && !own.has(name))
        .map(async (cluster) => ({ ...cluster, left: await whyClusterLeft(cluster.marks, input) })),
    )
  }
  const find = async (): Promise<readonly Cluster[]> => (await all()).filter(({ left }) => left === undefined)

  return {
    id: 'clusters',
    async detect() {
      const found = await all()
      const own = found.filter(({ left }) => left === undefined)
      return [
        ...(own.length === 0 ? [] : [partOf(own)]),
        ...found.flatMap((one) => (one.left === undefined ? [] : [leftPart(one, one.left)])),
      ]
    },
    async plan() {
      return (await find()).map(({ name, nodes }) => ({
        id: `${PREFIX}${name}`,
        part: 'clusters' as const,
        title: `Stop the KinD cluster ${name}`,
        effects: [
          ...nodes.map((node) => `container ${node.name} is stopped`),
          'nothing in it is removed: its workloads and volumes are there when it is started again',
        ],
        price: 'What runs in it does not answer until it is started again or deployed to Macula’s cluster.',
        without: sayWithout(name),
        brings: `the KinD cluster ${name}`,
        back: [`docker start ${nodes.map((node) => node.name).join(' ')}`],
      }))
    },
    async keep(step, earlier) {
      const name = step.id.slice(PREFIX.length)
      const before = earlier.map((one) => keptSchema.safeParse(one).data).find((kept) => kept?.name === name)
      const nodes = (await find()).find((one) => one.name === name)?.nodes ?? []
      const known = before?.nodes ?? []
      const more = nodes.filter(({ id }) => known.every((one) => one.id !== id))
      return {
        kind: 'cluster',
        name,
        nodes: [
          ...known,
          ...more.map(({ id, name: own, paused, addresses }) => ({ id, name: own, paused, addresses })),
        ],
      }
    },
    async takeOver(step, tell) {
      const link = await input.link()
      const found = (await find()).find(({ name }) => `${PREFIX}${name}` === step.id)
      for (const node of found?.nodes ?? []) {
        tell(`stopping ${node.name}`)
        await stopContainer(link, node)
      }
      return { says: `${sayCount(found?.nodes.length ?? 0, 'node')} stopped` }
    },
    async giveBack(value, tell) {
      const kept = keptSchema.safeParse(value).data
      if (!kept) return 'nothing was kept of it'
      const link = await input.link()
      return await startNodes(link, kept, tell)
    },
  }
}

function sayWithout(name: string): string {
  const id = clusterInPlaceOf(name)
  const use = id === undefined ? '' : ` maculactl cluster start ${id} uses it as it is, with what is in it.`
  return `it goes on, and no other cluster can have its ports.${use}`
}

function partOf(clusters: readonly Cluster[]): OldPart {
  const nodes = clusters.flatMap((one) => one.nodes)
  const ports = nodes.flatMap((node) => node.ports)
  return {
    id: 'clusters',
    title: `${clusters.length === 1 ? 'The KinD cluster' : 'The KinD clusters'} ${sayList(
      clusters.map(({ name }) => name),
      9,
    )}`,
    holds: [
      sayCount(nodes.length, 'running node'),
      ...ports.map(
        ({ address, port, protocol }) =>
          `port ${port}${protocol === 'udp' ? '/udp' : ''} of ${address === '0.0.0.0' ? 'all addresses' : address}`,
      ),
    ],
    costs: `While this KinD cluster runs, Macula’s own clusters cannot have its ports.`,
    listens: ports.map(({ address, port, protocol }) => ({
      address,
      port,
      ...(protocol === 'udp' ? { protocol } : {}),
    })),
  }
}

/** It is told, and nothing is done with it. */
function leftPart(cluster: Cluster, left: string): OldPart {
  const part = partOf([cluster])
  const { name, nodes } = cluster
  const stop = `docker stop ${nodes.map((node) => node.name).join(' ')}`
  return {
    ...part,
    costs: `${part.costs} It stays: ${left}. Whoever made it stops it (${stop}). If it is yours, kind export kubeconfig --name ${name} makes that known; then run maculactl migrate again.`,
  }
}

async function running(link: Link): Promise<readonly Cluster[]> {
  try {
    const listed = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await link.calls.listContainers({ filters: { label: [LABEL] }, abortSignal }),
    )
    const names = [...new Set(listed.map(({ Labels: own }) => own[LABEL] ?? ''))].toSorted()
    return names.map((name) => {
      const own = listed.filter(({ Labels: said }) => said[LABEL] === name)
      return { name, nodes: own.map(nodeOf).toSorted(byName), marks: marksOf(name, own) }
    })
  } catch (error) {
    throw dockerTrouble('The nodes of KinD clusters cannot be listed', error)
  }
}

const byName = (one: Node, two: Node): number => one.name.localeCompare(two.name)

function nodeOf(one: Docker.ContainerInfo): Node {
  return {
    id: one.Id,
    name: one.Names[0]?.replace(/^\//, '') ?? one.Id,
    paused: one.State === 'paused',
    addresses: addressesOf(one.NetworkSettings?.Networks),
    ports: one.Ports.flatMap(({ IP: address, PublicPort: port, Type: protocol }) =>
      // The port of the API server is another each time, and nobody needs it.
      !(port > 0) || port >= 32_768 || address === '::' ? [] : [{ address, port, protocol }],
    ),
  }
}

function marksOf(name: string, nodes: readonly Docker.ContainerInfo[]): ClusterMarks {
  return {
    name,
    folders: nodes.flatMap(({ Mounts: mounts }) =>
      mounts.flatMap(({ Type: type, Source: source }) => (type === 'bind' ? [source] : [])),
    ),
    apiPorts: nodes.flatMap(({ Ports: ports }) =>
      ports.flatMap(({ PrivatePort: inside, PublicPort: port }) =>
        inside === API_PORT && port > 0 ? [port] : [],
      ),
    ),
  }
}

/** The names of the clusters that were made from here: what we wrote down is the only proof. */
async function ownClusters(paths: Paths): Promise<ReadonlySet<string>> {
  return new Set([...(await allMarkers(paths)).values()].map(({ name }) => name))
}
