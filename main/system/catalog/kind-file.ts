import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { isImageName, isIpv4, isLabel } from '../../model/atoms.ts'
import type { ClusterPort } from '../../model/cluster.ts'
import { listenerKey } from '../../model/listeners.ts'
import type { CatalogProblem } from '../../model/service.ts'
import { isIngress } from '../kind/published.ts'
import { parseFile, problemsOf, type CatalogFile } from './fragment.ts'

/**
 * The part of kind's configuration (v1alpha4) that the engine reads, with kind's own defaults; kind checks the rest. What is
 * refused says what to write in its place.
 */
const port = z
  .int({ error: 'must be a port of this machine, like 8090; kind would take another one each time' })
  .min(1, { error: 'must be a port of this machine, like 8090; kind would take another one each time' })
  .max(65_535)

/** By these containerd would be led to registries in another way than by folders, and it starts with one of both only. */
const MIRRORS = /registry\.(?:mirrors|configs)\b/

const kindSchema = z.looseObject({
  kind: z.literal('Cluster', { error: 'must be Cluster' }),
  apiVersion: z.literal('kind.x-k8s.io/v1alpha4', { error: 'must be kind.x-k8s.io/v1alpha4' }),
  name: z
    .string()
    .refine(isLabel, { error: 'must be a label: 1 to 63 of a-z, 0-9 and inner hyphens' })
    .default('kind'),
  networking: z
    .looseObject({
      ipFamily: z
        .enum(['ipv4', 'dual'], {
          error: 'must be ipv4 or dual: pods are led to the stack by IPv4 addresses',
        })
        .default('ipv4'),
    })
    .prefault({}),
  containerdConfigPatches: z
    .array(
      z.string().refine((text) => !MIRRORS.test(text), {
        error:
          'must set no registry mirrors or configs, which containerd refuses beside the folders that kind uses: leave them out, nodes are led to our registry by every name it has',
      }),
    )
    .default([]),
  nodes: z
    .array(
      z.looseObject({
        role: z
          .enum(['control-plane', 'worker'], { error: 'must be control-plane or worker' })
          .default('control-plane'),
        image: z.string().refine(isImageName, { error: 'must name an image' }).optional(),
        extraMounts: z
          .array(
            z.looseObject({
              hostPath: z
                .string()
                .refine(isAbsolute, { error: 'must be a whole path, like /home/ada/src' })
                .optional(),
            }),
          )
          .default([]),
        extraPortMappings: z
          .array(
            z.looseObject({
              containerPort: z.int().min(1).max(65_535),
              hostPort: port,
              listenAddress: z
                .string()
                .refine((text) => text === '' || isIpv4(text), {
                  error:
                    'must be an IPv4 address, like 127.0.0.1 (this machine only) or 0.0.0.0 (all its addresses)',
                })
                .default('0.0.0.0'),
              protocol: z
                .enum(['TCP', 'UDP'], {
                  error: 'must be TCP or UDP: kind publishes SCTP, which nothing here leads to',
                })
                .default('TCP'),
            }),
          )
          .default([]),
      }),
    )
    .min(1, { error: 'must name a node: - role: control-plane' })
    .max(10)
    .refine((nodes) => nodes.some(({ role }) => role === 'control-plane'), {
      error: 'must name a node of the control plane: - role: control-plane',
    })
    .prefault([{}]),
})

/** What a kind.yaml tells. */
export interface KindFile {
  readonly name: string
  /** Absent: it names none, and the pinned one is taken. */
  readonly image: string | undefined
  readonly ports: readonly ClusterPort[]
  /** The one that leads to the ingress controller. */
  readonly ingress: ClusterPort
  /** What a person should know of it. */
  readonly notes: readonly string[]
}

const isAny = (address: string): boolean => address === '' || address === '0.0.0.0'

/** Reads kind's own configuration. Returns what it tells, or each line that cannot be taken with what to write instead. */
export function parseKindFile(file: CatalogFile): KindFile | readonly CatalogProblem[] {
  const parsed = parseFile(file)
  if ('reason' in parsed) return [parsed]
  const problem = problemsOf(file)
  const config = kindSchema.safeParse(parsed.value)
  if (!config.success)
    return config.error.issues.map(({ path, message }) => {
      const steps = path.filter((step) => typeof step !== 'symbol')
      return problem(`${steps.join('.')}: ${message}`.replace(/^: /, ''), parsed.at(steps))
    })
  const { name, nodes } = config.data
  const ports = nodes
    .flatMap((node) => node.extraPortMappings)
    .map(({ containerPort, hostPort, listenAddress, protocol }): ClusterPort => ({
      listen: containerPort,
      port: hostPort,
      ...(protocol === 'UDP' ? { protocol: 'udp' } : {}),
      // All addresses of this machine include this one.
      ...(isAny(listenAddress) ? { host: '127.0.0.1', open: true } : { host: listenAddress }),
    }))
  const ingress = ports.find(isIngress)
  if (!ingress)
    return [
      problem(
        'a node must publish the ingress: extraPortMappings: [{ containerPort: 80, hostPort: 8090, listenAddress: 127.0.0.1 }]',
        parsed.at(['nodes', 0]),
      ),
    ]
  const open = nodes
    .flatMap((node) => node.extraPortMappings)
    .filter(({ listenAddress }) => isAny(listenAddress))
  const notes =
    open.length === 0
      ? []
      : [
          `Published on all addresses of this machine: ${open.map(({ hostPort }) => hostPort).join(', ')}. Whoever reaches it over the network reaches the cluster; listenAddress: 127.0.0.1 in its kind.yaml keeps it here.`,
        ]
  return { name, image: nodes[0]?.image, ports: distinct(ports), ingress, notes }
}

/** Several nodes may publish the same port of theirs; the cluster's address leads to the first. */
function distinct(ports: readonly ClusterPort[]): readonly ClusterPort[] {
  const key = ({ listen, protocol }: ClusterPort): string =>
    listenerKey({ address: '', port: listen, protocol })
  return ports.filter((one, index) => ports.findIndex((other) => key(other) === key(one)) === index)
}
