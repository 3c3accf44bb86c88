import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { isImageName, isIpv4, isLabel } from '../../model/atoms.ts'
import type { ClusterPort } from '../../model/cluster.ts'
import { listenerKey } from '../../model/listeners.ts'
import type { CatalogProblem } from '../../model/service.ts'
import { isIngress } from '../kind/published.ts'
import { parseFile, problemsOf, type CatalogFile } from './fragment.ts'
import { checkedBy } from './ready.ts'

/**
 * The part of kind's configuration (v1alpha4) that the engine reads, with kind's own defaults; kind checks the rest. What is
 * refused says what to write in its place.
 */
const port = z
  .int({ error: 'must be a port of this machine, like 8090; kind would take another one each time' })
  .min(1, { error: 'must be a port of this machine, like 8090; kind would take another one each time' })
  .max(65_535, { error: 'must be a port from 1 to 65535' })

/** By these containerd would be led to registries in another way than by folders, and it starts with one of both only. */
const MIRRORS = /registry\.(?:mirrors|configs)\b/

export const kindSchema = z.looseObject({
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
          error: 'must be ipv4 or dual: pods reach the stack by IPv4 addresses',
        })
        .default('ipv4'),
    })
    .prefault({}),
  containerdConfigPatches: z
    .array(
      z.string().refine((text) => !MIRRORS.test(text), {
        error:
          'must set no registry mirrors or configs, which containerd refuses beside the folders that kind uses: leave them out, nodes are pointed at our registry under every name it has',
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
                  error: 'must be TCP or UDP, in capital letters; nothing here forwards SCTP',
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

/** kind reads `nodes:` without a value, and `name: null`, as if the line was not there. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (part === null ? [] : [[key, withoutNulls(part)]])),
  )
}

/** What is said where a line has a value of another kind than its key takes, with what to write. */
const WANTED: Readonly<Record<string, string>> = {
  string: 'a text, like "macula-hub"',
  array: 'a list: a line with - for each, two spaces in',
  object: 'keys with values, each on a line of its own, two spaces in',
  int: 'a whole number without quotes, like 80',
  number: 'a whole number without quotes, like 80',
}

function sayIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return `must be ${WANTED[issue.expected] ?? issue.expected}`
  if (issue.code === 'too_big' || issue.code === 'too_small')
    return issue.message.startsWith('Too ')
      ? issue.origin === 'array'
        ? 'must be 1 to 10 nodes'
        : 'must be a port from 1 to 65535'
      : issue.message
  return issue.message
}

type Nodes = z.infer<typeof kindSchema>['nodes']

/** The second place where nodes would publish on one port of this machine: Docker takes one only, after kind made a node. */
function publishedTwice(
  nodes: Nodes,
): { readonly says: string; readonly at: readonly (string | number)[] } | undefined {
  const all = nodes.flatMap(({ extraPortMappings }, node) =>
    extraPortMappings.map((one, index) => ({ ...one, at: ['nodes', node, 'extraPortMappings', index] })),
  )
  for (const [index, one] of all.entries()) {
    const first = all
      .slice(0, index)
      .find(
        (other) =>
          other.hostPort === one.hostPort &&
          other.protocol === one.protocol &&
          (other.listenAddress === one.listenAddress ||
            isAny(other.listenAddress) ||
            isAny(one.listenAddress)),
      )
    if (first)
      return {
        says: `${one.at.join('.')}.hostPort: ${one.hostPort} is taken by ${first.at.join('.')}, which forwards to ${first.containerPort}: must be another port of this machine, like ${one.hostPort + 1}`,
        at: [...one.at, 'hostPort'],
      }
  }
  return undefined
}

const isAny = (address: string): boolean => address === '' || address === '0.0.0.0'

/** Reads kind's own configuration. Returns what it tells, or each line that cannot be taken with what to write instead. */
export function parseKindFile(file: CatalogFile): KindFile | readonly CatalogProblem[] {
  const parsed = parseFile(file)
  if ('reason' in parsed) return [parsed]
  const problem = problemsOf(file)
  const config = checkedBy('kind', kindSchema, file.text, withoutNulls(parsed.value))
  if (!config.success)
    return config.error.issues.map((issue) => {
      const steps = issue.path.filter((step) => typeof step !== 'symbol')
      return problem(`${steps.join('.')}: ${sayIssue(issue)}`.replace(/^: /, ''), parsed.at(steps))
    })
  const { name, nodes } = config.data
  const twice = publishedTwice(nodes)
  if (twice) return [problem(twice.says, parsed.at(twice.at))]
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
