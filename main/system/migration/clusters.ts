import { readdir } from 'node:fs/promises'
import type { MigrationPart } from '../../engine/adapters.ts'
import { z } from 'zod'
import { isOldCluster } from '../../model/before/clusters.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { dockerTrouble } from '../docker/trouble.ts'
import { clusterFolder, readMarker } from '../kind/marker.ts'
import type { Paths } from '../paths.ts'
import { startContainer, stopContainer } from './act.ts'

/** The label of kind's nodes (kind, pkg/cluster/internal/providers/docker/constants.go). */
const LABEL = 'io.x-k8s.kind.cluster'
const PREFIX = 'cluster-'

interface Node {
  readonly id: string
  readonly name: string
  readonly ports: readonly { readonly address: string; readonly port: number; readonly protocol: string }[]
}

interface Cluster {
  readonly name: string
  readonly nodes: readonly Node[]
}

const keptSchema = z.object({
  kind: z.literal('cluster'),
  name: z.string(),
  nodes: z.array(z.object({ id: z.string(), name: z.string() })),
})

/** KinD clusters of the platform's scripts that run: they are stopped and started again, never removed. */
export function clustersPart(input: {
  readonly link: () => Promise<Link>
  readonly paths: Paths
}): MigrationPart {
  async function find(): Promise<readonly Cluster[]> {
    const [all, own] = await Promise.all([running(await input.link()), ownClusters(input.paths)])
    return all.filter(({ name }) => isOldCluster(name) && !own.has(name))
  }

  return {
    id: 'clusters',
    async detect() {
      const found = await find()
      if (found.length === 0) return []
      const ports = found.flatMap(({ nodes }) => nodes.flatMap((node) => node.ports))
      return [
        {
          id: 'clusters',
          title: `${found.length === 1 ? 'The KinD cluster' : 'The KinD clusters'} ${sayList(
            found.map(({ name }) => name),
            9,
          )}`,
          holds: [
            sayCount(found.flatMap(({ nodes }) => nodes).length, 'running node'),
            ...ports.map(
              ({ address, port, protocol }) =>
                `port ${port}${protocol === 'udp' ? '/udp' : ''} of ${address === '0.0.0.0' ? 'all addresses' : address}`,
            ),
          ],
          costs: 'While it runs, Macula’s own cluster cannot have these ports.',
          listens: ports.flatMap(({ address, port, protocol }) =>
            protocol === 'tcp' ? [{ address, port }] : [],
          ),
        },
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
        without: 'it keeps its ports (8080, 8443, 4433/udp), so Macula’s own cluster cannot be made.',
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
        nodes: [...known, ...more.map((node) => ({ id: node.id, name: node.name }))],
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
      const gone: string[] = []
      for (const node of kept.nodes) {
        tell(`starting ${node.name}`)
        if (!(await startContainer(link, node))) gone.push(node.name)
      }
      return gone.length === 0
        ? `${kept.name} is started`
        : `${sayList(gone, 9)} ${gone.length === 1 ? 'is' : 'are'} gone; somebody removed ${gone.length === 1 ? 'it' : 'them'} meanwhile`
    },
  }
}

async function running(link: Link): Promise<readonly Cluster[]> {
  try {
    const listed = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await link.calls.listContainers({ filters: { label: [LABEL] }, abortSignal }),
    )
    const names = [...new Set(listed.map(({ Labels: own }) => own[LABEL] ?? ''))].toSorted()
    return names.map((name) => ({
      name,
      nodes: listed
        .filter(({ Labels: own }) => own[LABEL] === name)
        .map((one) => ({
          id: one.Id,
          name: one.Names[0]?.replace(/^\//, '') ?? one.Id,
          ports: one.Ports.flatMap(({ IP: address, PublicPort: port, Type: protocol }) =>
            // The port of the API server is another each time, and nobody needs it.
            !(port > 0) || port >= 32_768 || address === '::' ? [] : [{ address, port, protocol }],
          ),
        }))
        .toSorted((one, two) => one.name.localeCompare(two.name)),
    }))
  } catch (error) {
    throw dockerTrouble('The nodes of KinD clusters cannot be listed', error)
  }
}

/** The names of the clusters that were made from here: what we wrote down is the only proof. */
async function ownClusters(paths: Paths): Promise<ReadonlySet<string>> {
  const files = await readdir(clusterFolder(paths)).catch(() => [])
  const ids = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length))
  const markers = await Promise.all(ids.map(async (id) => await readMarker(paths, id)))
  return new Set(markers.flatMap((marker) => (marker ? [marker.name] : [])))
}
