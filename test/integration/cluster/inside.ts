import { expect } from 'vitest'
import { curl, docker } from '../support/actor.ts'
import { kubectl, url, words } from './tier.ts'

/** What pods and containers reach by the names that manifests of the platform use. */

const IMAGE = 'macula/console:dev'
const on = (port: number, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `${name}:${port}`)

/** Names of the platform's own scripts, and under the suffix, each with its native port. */
const inside = [
  ...on(5000, 'macula-registry', 'kind-registry', 'registry', 'registry.macula.local'),
  ...on(5432, 'macula-timescaledb', 'timescaledb', 'postgres.macula.local'),
  ...on(9000, 'macula-minio', 'minio', 's3.macula.local'),
  ...on(9001, 's3-console.macula.local'),
  ...on(9090, 'macula-prometheus', 'prometheus', 'prometheus.macula.local'),
  ...on(3100, 'macula-loki', 'loki', 'loki.macula.local'),
  ...on(3200, 'macula-tempo', 'tempo', 'tempo.macula.local'),
  ...on(4318, 'otlp.macula.local'),
  ...on(80, 'macula-nginx-ingress', 'console.macula.local', 'peer2.macula.local'),
]

/** How long a target is asked again: one connection may be late on a loaded machine, what is lost stays lost (ms). */
const REACHED_MS = 120_000

/** Which of them are not reached, from a pod and from a container on the docker network. */
export async function missedInside(): Promise<readonly string[]> {
  const missed: string[] = []
  const end = Date.now() + REACHED_MS
  await docker(...words(`run -d --name asks --network macula -e PORT=8080 registry.macula.local/${IMAGE}`))
  try {
    const { out } = await docker('inspect', '-f', '{{.NetworkSettings.Networks.macula.IPAddress}}', 'asks')
    const asked = {
      pod: async (target: string) => await url('console', `/reach?tcp=${target}`),
      container: async (target: string) => await curl(`http://${out.trim()}:8080/reach?tcp=${target}`),
    }
    for (const target of inside)
      await Promise.all(
        Object.entries(asked).map(async ([who, ask]) => {
          const isReached = (said: string): boolean => said.startsWith('connected to 172.23.0.')
          let { body } = await ask(target)
          while (!isReached(body) && Date.now() < end) ({ body } = await ask(target))
          if (!isReached(body)) missed.push(`${who}: ${target}: ${body}`)
        }),
      )
  } finally {
    await docker('rm', '-f', 'asks')
  }
  return missed
}

/** Every way in which manifests write the registry. */
export const references = [
  'registry.macula.local',
  'registry.macula.local:5000',
  'registry.macula.local:5001',
  'localhost:5000',
  'localhost:5001',
  'kind-registry:5000',
  'macula-registry:5000',
] as const

/** A node's place on our network: its endpoint's id, and whether it has the names of applications. */
export async function placeOf(node: string): Promise<{ readonly id: string; readonly named: boolean }> {
  const { out } = await docker('inspect', '-f', '{{json .NetworkSettings.Networks.macula}}', node)
  const { EndpointID: id, Aliases: names } = JSON.parse(out) as {
    EndpointID: string
    Aliases: readonly string[] | null
  }
  return { id, named: ['console', 'bootstrap'].every((name) => names?.includes(`${name}.macula.local`)) }
}

/** A node as one that was there before: it knows nothing of two of them, and is on our network by its own name alone. */
export async function loseTheWay(node: string): Promise<void> {
  const certs = '/etc/containerd/certs.d'
  await docker('network', 'disconnect', 'macula', node)
  await docker('network', 'connect', 'macula', node)
  await docker('exec', node, 'rm', '-r', `${certs}/localhost:5001`, `${certs}/kind-registry:5000`)
}

/** "REFERENCE PHASE" of a pod from each, once all run or time is up. */
export async function podsFromEach(): Promise<readonly string[]> {
  for (const [index, reference] of references.entries())
    await kubectl(...words(`run ref-${index} -n macula --image=${reference}/${IMAGE} --env=PORT=8080`))
  const phases = async (): Promise<readonly string[]> => {
    const path = 'jsonpath={range .items[*]}{.spec.containers[0].image} {.status.phase}{"\\n"}{end}'
    const { out } = await kubectl('get', 'pods', '-n', 'macula', '-l', 'run', '-o', path)
    return out.trim().split('\n')
  }
  await expect
    .poll(async () => (await phases()).every((line) => line.endsWith(' Running')), { timeout: 300_000 })
    .toBe(true)
  const found = (await phases()).map((line) => line.replace(`/${IMAGE}`, ''))
  await kubectl('delete', 'pods', '-n', 'macula', '-l', 'run', '--wait=false')
  return found
}
