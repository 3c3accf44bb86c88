import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { as, docker, done, home, maculactl as ctl, nodes, run, serviceOf, user } from '../support/actor.ts'
import { meshNode } from './quic.ts'
import {
  cleared,
  config,
  gone,
  lookUntil,
  moveNode,
  nodeImage,
  push,
  put,
  state,
  stateOf,
  words,
} from './tier.ts'

/**
 * The mesh: a hub and its peers, each a cluster of its own, from nothing to gone; and clusters that somebody else made, by the
 * real kind. A restart of Docker is stood in for by nodes that come back with other addresses.
 */

const IMAGE = 'registry.macula.local/me/mesh:dev'
const HUB = 'macula-hub-control-plane'
const PEER = '127.0.0.40'

const app = (cluster: string, name: string): string =>
  `x-macula:\n  cluster: ${cluster}\n  title: ${name}\n  purpose: A node of the mesh\n  image: ${IMAGE}\n  endpoints:\n    - { id: web, name: ${name}, open: / }\n`

const served = (name: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: http }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec:
  ingressClassName: nginx
  rules:
    - host: ${name}.\${MACULA_SUFFIX}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { name: http } } } }] }
`

interface Pod {
  readonly host: string
  readonly address: string
}
const PEER_HOST: Pod = { host: 'probe.macula.local', address: PEER }
const HUB_HOST: Pod = { host: 'bootstrap.macula.local', address: '127.0.0.2' }

/** What a pod answers, through the ingress of its cluster at its own address. */
async function answered(path: string, { host, address }: Pod): Promise<string> {
  const { out } = await run('curl', ['-sS', '-m', '30', '-H', `Host: ${host}`, `http://${address}${path}`])
  return out
}

/** CoreDNS starts anew with each change of what it is told. */
const soon = async (path: string, says: RegExp, pod = PEER_HOST): Promise<void> =>
  await expect.poll(async () => await answered(path, pod), { timeout: 180_000, interval: 500 }).toMatch(says)

const started = async (...names: readonly string[]): Promise<string> =>
  (await docker('inspect', '-f', '{{.Id}} {{.State.StartedAt}}', ...names)).out

const said = ({ out, err }: { readonly out: string; readonly err: string }): string => `${out}${err}`

beforeAll(async () => {
  await cleared()
  for (const [cluster, name] of [
    ['hub', 'bootstrap'],
    ['peer0', 'probe'],
  ] as const) {
    await put(join(config, 'apps', name, 'app.yaml'), app(cluster, name))
    await put(
      join(config, 'apps', name, `${name}.yaml`),
      `${meshNode(name, '${MACULA_IMAGE}')}${served(name)}`,
    )
  }
  await done(['up', 'registry', 'ingress'])
  await push(IMAGE)
})
afterAll(gone)

test('a hub and two peers from nothing: what they cost is told before, each has an address and ports of its own', async () => {
  const began = Date.now()
  const made = await ctl(['cluster', 'create', 'hub', 'peer0', 'peer1'])
  expect([made.code, made.code === 0 ? '' : said(made)]).toEqual([0, ''])
  expect(said(made)).toMatch(/To be created: Hub cluster, Peer 0 cluster and Peer 1 cluster\. .* of memory/)
  // This machine's names are lines of the hosts file: that of the peer's application is new.
  await done(['setup', '--yes'])
  const ids = ['cluster/hub', 'cluster/peer0', 'cluster/peer1']
  const seen = await lookUntil((one) => [...ids, 'probe'].every((id) => stateOf(one, id) === 'works'))
  expect([...ids, 'probe'].map((id) => [id, stateOf(seen, id)])).toEqual(
    [...ids, 'probe'].map((id) => [id, 'works']),
  )
  const { out } = await ctl(['cluster', 'list', '--json'])
  const { clusters, next } = JSON.parse(out) as {
    clusters: readonly { id: string; name: string; address: string; ports: readonly { port: number }[] }[]
    next: string
  }
  expect(clusters.map(({ id, name, address }) => `${id} ${name} ${address}`)).toEqual([
    'hub macula-hub 127.0.0.2',
    `peer0 macula-peer0 ${PEER}`,
    'peer1 macula-peer1 127.0.0.41',
  ])
  const ports = clusters.flatMap((one) => one.ports.map(({ port }) => port))
  expect(new Set(ports).size).toBe(ports.length)
  expect(ports.slice(0, 2)).toEqual([8080, 4433])
  expect(next).toBe('peer2')
  const names = ['macula-hub', 'macula-peer0', 'macula-peer1'].map((name) => `${name}-control-plane`)
  const memory = await docker('stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}', ...names)
  process.stdout.write(`hub and two peers: ${Math.round((Date.now() - began) / 1000)} s\n${memory.out}\n`)
})

test('a pod of a peer names the hub and the stack, and reaches UDP 4433 of the hub by QUIC, and a plain echo', async () => {
  await soon('/reach?tcp=bootstrap.macula.local:80', /^connected to 172\.23\.0\.\d+:80$/)
  await soon('/reach?tcp=registry.macula.local:5000', /^connected to 172\.23\.0\.11:5000$/)
  await soon('/quic?to=bootstrap.macula.local:4433', /^100000 bytes there and back/)
  await soon('/udp?to=bootstrap.macula.local:4434', /^5 datagrams there and back from 172\.23\.0\.\d+:4434$/)
  // The other way too: the hub's pod reaches the peer's.
  await soon('/quic?to=probe.macula.local:4433', /^100000 bytes there and back/, HUB_HOST)
  await soon('/udp?to=probe.macula.local:4434', /^5 datagrams there and back/, HUB_HOST)
})

test('a node of the hub that comes back with another address is reached by its name all the same', async () => {
  const before = (await docker('inspect', '-f', '{{.NetworkSettings.Networks.macula.IPAddress}}', HUB)).out
  await done(['cluster', 'stop', 'hub'])
  await moveNode(HUB, '172.23.0.241')
  await done(['cluster', 'start', 'hub'])
  const { out } = await docker('inspect', '-f', '{{.NetworkSettings.Networks.macula.IPAddress}}', HUB)
  expect([before, out]).toEqual([expect.not.stringMatching(/241$/), '172.23.0.241'])
  await soon('/reach?tcp=bootstrap.macula.local:80', new RegExp(`^connected to ${out}:80$`))
  await soon('/quic?to=bootstrap.macula.local:4433', /^100000 bytes there and back/)
})

test('one is stopped, started and deleted: the others are untouched, and nothing of it is held', async () => {
  const others = await started(HUB, 'macula-peer0-control-plane')
  await done(['cluster', 'stop', 'peer1'])
  await lookUntil((one) =>
    Object.entries({ 'cluster/hub': 'works', 'cluster/peer0': 'works', 'cluster/peer1': 'stopped' }).every(
      ([id, state]) => stateOf(one, id) === state,
    ),
  )
  await done(['up', 'cluster/peer1'])
  expect(stateOf(await lookUntil((one) => stateOf(one, 'cluster/peer1') === 'works'), 'cluster/peer1')).toBe(
    'works',
  )
  await done(['cluster', 'delete', 'peer1', '--yes'])
  expect(await nodes('macula-peer1')).toEqual([])
  await lookUntil(
    (one) =>
      stateOf(one, 'cluster/peer1') === 'absent' &&
      ['cluster/hub', 'probe'].every((id) => stateOf(one, id) === 'works'),
  )
  expect(await started(HUB, 'macula-peer0-control-plane')).toBe(others)
  expect((await ctl(['cluster', 'start', 'hub', 'peer7x'])).code).toBe(2)
})

test('one that somebody made, macula-dev on all addresses, is used as the hub and never removed', async () => {
  await done(['cluster', 'delete', 'hub', 'peer0', '--yes'])
  await rm(join(config, 'apps', 'probe'), { recursive: true })
  const file = '/tmp/by-hand-dev.yaml'
  await writeFile(
    file,
    'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: macula-dev\nnodes:\n  - role: control-plane\n    extraPortMappings:\n      - { containerPort: 80, hostPort: 8085 }\n      - { containerPort: 4433, hostPort: 4433, protocol: UDP }\n    extraMounts: [{ hostPath: /tmp, containerPath: /src, readOnly: true }]\n',
  )
  await rm(join(home, '.kube'), { recursive: true, force: true })
  const kubeconfig = join(home, '.kube', 'config')
  const [program = '', ...rest] = as(user, [
    ...words(
      `kind create cluster --config ${file} --image ${nodeImage} --kubeconfig ${kubeconfig} --wait 0s`,
    ),
  ])
  const kind = await run(program, rest)
  expect([kind.code, kind.code === 0 ? '' : kind.err]).toEqual([0, ''])
  const before = await nodes('macula-dev')
  const found = await lookUntil(
    (one) => serviceOf(one, 'cluster/hub').headline?.why?.includes('macula-dev') === true,
  )
  expect(serviceOf(found, 'cluster/hub').headline).toMatchObject({
    why: expect.stringContaining('A cluster macula-dev exists already') as string,
    todo: 'maculactl up cluster/hub uses macula-dev as it is, with what is in it.',
  })
  const ran = await ctl(['cluster', 'start', 'hub'])
  expect([ran.code, ran.code === 0 ? '' : said(ran)]).toEqual([0, ''])
  expect(said(ran)).toContain(
    'macula-dev exists already, created by somebody else: it is used as the Hub cluster',
  )
  expect(await nodes('macula-dev')).toEqual(before)
  const seen = await lookUntil((one) =>
    ['cluster/hub', 'bootstrap'].every((id) => stateOf(one, id) === 'works'),
  )
  const rows = ['cluster/hub', 'bootstrap'].map((id) => serviceOf(seen, id))
  expect(
    rows.map((row) => row.state),
    JSON.stringify(rows.map((row) => row.ladder)),
  ).toEqual(['works', 'works'])
  expect(serviceOf(seen, 'cluster/hub').ladder[2]?.says).toContain('Docker has 4433/udp on all addresses')
  const told = JSON.parse(await readFile(join(state, 'clusters', 'hub.json'), 'utf8')) as object
  expect(told).toMatchObject({ name: 'macula-dev', phase: 'adopted' })
  const refused = await ctl(['cluster', 'delete', 'hub', '--yes'])
  expect([refused.code, await nodes('macula-dev')]).toEqual([1, before])
  // Whoever made it removes it: the hub is not set up again, under its own name.
  for (const id of before) await docker('rm', '-f', '-v', id)
  const after = await lookUntil((one) => stateOf(one, 'cluster/hub') !== 'works')
  expect(['not set up', 'failed']).toContain(stateOf(after, 'cluster/hub'))
  expect((await ctl(['cluster', 'list'])).out).toContain('kind-macula-hub')
})
