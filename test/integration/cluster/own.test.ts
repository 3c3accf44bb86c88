import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { docker, done, maculactl as ctl, serviceOf } from '../support/actor.ts'
import { writeRecord } from '../support/records.ts'
import {
  cleared,
  config,
  gone,
  kubectl,
  lookUntil,
  moveNode,
  nodeImage,
  nodes,
  push,
  put,
  state,
  stateOf,
  untilAnswers,
  url,
  words,
} from './tier.ts'

/** A second cluster and a person's applications, by files alone. */

const app = (cluster: string, name: string): string => `x-macula:
  cluster: ${cluster}
  title: ${name[0]?.toUpperCase() ?? ''}${name.slice(1)}
  purpose: A person's own application
  image: registry.{suffix}/me/shop:dev
  endpoints:
    - { id: web, name: ${name}, open: / }
`

const ingress = (name: string, service: string): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec:
  ingressClassName: nginx
  rules:
    - host: ${name}.\${MACULA_SUFFIX}
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: ${service}, port: { name: http } } } }
`

const manifests = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: \${MACULA_IMAGE}
          imagePullPolicy: Always
          env: [{ name: PORT, value: '8080' }, { name: OTEL_SERVICE_NAME, value: ${name} }]
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http } }
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: http }]
${ingress(name, name)}`

beforeAll(async () => {
  await cleared()
  const file = join(config, 'settings.json')
  const own = JSON.parse(await readFile(file, 'utf8')) as object
  await put(file, JSON.stringify({ ...own, zones: ['lab'] }))
  await put(
    join(config, 'clusters', 'second', 'cluster.yaml'),
    'x-macula:\n  title: Second cluster\n  purpose: For trying things\n  order: 10\n  address: 127.0.0.11\n',
  )
  await put(
    join(config, 'clusters', 'second', 'kind.yaml'),
    `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: second\nnodes:\n  - role: control-plane\n    image: ${nodeImage}\n    extraPortMappings:\n      - { containerPort: 80, hostPort: 8090, listenAddress: 127.0.0.1 }\n`,
  )
  await put(join(config, 'apps', 'shop', 'app.yaml'), app('second', 'shop'))
  await put(join(config, 'apps', 'shop', 'shop.yaml'), manifests('shop'))
  // With a kustomization, as many projects have one.
  await put(join(config, 'apps', 'stall', 'app.yaml'), app('second', 'stall'))
  await put(join(config, 'apps', 'stall', 'base', 'stall.yaml'), manifests('stall'))
  await put(
    join(config, 'apps', 'stall', 'kustomization.yaml'),
    'resources: [base/stall.yaml]\nreplicas: [{ name: stall, count: 2 }]\n',
  )
  // Names and low ports of what is new.
  await done(['setup', '--yes'])
  await done(['up', 'registry', 'ingress'])
  await push('registry.macula.local/me/shop:dev')
})
afterAll(gone)

test('both run side by side, each application at the address of its cluster', async () => {
  await done(['cluster', 'create'])
  await done(['cluster', 'create', 'second'])
  const seen = await lookUntil((one) =>
    ['shop', 'stall', 'cluster/second', 'cluster/hub'].every((id) => stateOf(one, id) === 'works'),
  )
  expect(serviceOf(seen, 'shop').address).toBe('127.0.0.11:80')
  await untilAnswers('shop', { body: expect.stringMatching(/^shop answers from pod shop-/) })
  await untilAnswers('stall', { body: expect.stringMatching(/^stall answers from pod stall-/) })
  await untilAnswers('console', { status: 503 })
  expect(serviceOf(seen, 'stall').ladder[3]?.says).toContain('2 pods ready')
})

test('a pod names the other cluster, also where its node went to another address, the stack, and what PowerDNS has while it runs', async () => {
  const reached = async (target: string): Promise<string> => (await url('shop', `/reach?tcp=${target}`)).body
  /** CoreDNS starts anew with each change of what it is told. */
  const soon = async (target: string, says: RegExp): Promise<void> =>
    await expect.poll(async () => await reached(target), { timeout: 180_000, interval: 300 }).toMatch(says)
  const at = async (): Promise<string> =>
    (await docker('inspect', '-f', '{{.NetworkSettings.Networks.macula.IPAddress}}', first)).out
  const first = 'macula-hub-control-plane'
  await soon('console.macula.local:80', new RegExp(`^connected to ${await at()}:80$`))
  await moveNode(first, '172.23.0.240')
  await done(['up', 'powerdns'])
  expect(await at()).toBe('172.23.0.240')
  await soon('console.macula.local:80', /^connected to 172\.23\.0\.240:80$/)
  await soon('registry.macula.local:5000', /^connected to 172\.23\.0\.11:5000$/)
  for (const [zone, name] of [
    ['macula.local', 'desk.macula.local'],
    ['macula.local', 'deep.registry.macula.local'],
    ['lab', 'beam00.lab'],
  ] as const) {
    await soon(`${name}:5000`, /no such host/)
    expect(await writeRecord(zone, name, '172.23.0.11')).toBe(204)
    await soon(`${name}:5000`, /^connected to 172\.23\.0\.11:5000$/)
  }
  await done(['down', 'powerdns', 'powerdns-db'])
  // Nobody can say now whether they are there; that is told at once.
  await soon('desk.macula.local:5000', /server misbehaving/)
  await soon('beam00.lab:5000', /server misbehaving/)
  await soon('registry.macula.local:5000', /^connected to 172\.23\.0\.11:5000$/)
})

test('what its folder no longer has is taken out of the cluster; data and the rest stay', async () => {
  const file = join(config, 'apps', 'shop', 'shop.yaml')
  const more = (name: string): string => `---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name} }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
${ingress(name, 'shop')}`
  const objects = async (): Promise<readonly string[]> => {
    const kubeconfig = `--kubeconfig=${join(state, 'clusters', 'second.kubeconfig')}`
    // prettier-ignore
    const { out } = await kubectl(
      kubeconfig, 'get', 'cm,pvc,ingress', '-n', 'macula', '-l', 'dev.macula/app=shop', '-o', 'name',
    )
    return out.split('\n').filter(Boolean)
  }
  await put(file, `${manifests('shop')}${more('till')}`)
  await done(['up', 'shop'])
  expect(await objects()).toEqual([
    'configmap/till',
    'persistentvolumeclaim/till',
    'ingress.networking.k8s.io/shop',
    'ingress.networking.k8s.io/till',
  ])
  await put(file, manifests('shop'))
  const ran = await ctl(['up', 'shop'])
  expect(ran.code).toBe(0)
  expect(ran.err + ran.out).toContain('Shop: removed ingress till, which is not in its folder any more')
  expect(await objects()).toEqual(['persistentvolumeclaim/till', 'ingress.networking.k8s.io/shop'])
  await untilAnswers('shop', { body: expect.stringMatching(/^shop answers from pod shop-/) })
})

test('one is stopped and deleted without the other', async () => {
  const first = await nodes()
  await done(['cluster', 'delete', 'second', '--yes'])
  expect(await nodes('second')).toEqual([])
  expect(await nodes()).toEqual(first)
  await lookUntil(
    (one) =>
      ['cluster/second', 'shop'].every((id) => stateOf(one, id) === 'not set up') &&
      stateOf(one, 'cluster/hub') === 'works',
  )
})

const worker = (more: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: worker }
spec:
  selector: { matchLabels: { app: worker } }
  template:
    metadata: { labels: { app: worker } }
    spec:
      containers: [{ name: worker, imagePullPolicy: Always, ${more} }]
`

test('an application without HTTP is judged by its pod: works, crashes, waits for a foreign image, stopped, works again', async () => {
  const image = 'registry.macula.local/me/worker:dev'
  const file = join(config, 'apps', 'worker', 'worker.yaml')
  await put(
    join(config, 'apps', 'worker', 'app.yaml'),
    `x-macula:\n  cluster: hub\n  title: Worker\n  purpose: Works in silence\n  image: ${image}\n`,
  )
  await put(file, worker('image: "${MACULA_IMAGE}", args: [work]'))
  await push(image)
  await done(['up', 'worker'])
  const row = serviceOf(await lookUntil((one) => stateOf(one, 'worker') === 'works'), 'worker')
  expect([row.state, row.ladder.map(({ state: is }) => is)]).toEqual([
    'works',
    ['unused', 'unused', 'unused', 'ok', 'unused'],
  ])

  await put(file, worker('image: "${MACULA_IMAGE}", args: [crash]'))
  const crashed = await ctl(['up', 'worker'])
  expect([crashed.code, crashed.err]).toEqual([1, expect.stringContaining('exit code 3')])

  const foreign = 'registry.example.test/others/thing:9'
  await put(file, worker(`image: "${foreign}"`))
  await ctl(['down', 'worker'])
  const tried = await ctl(['up', 'worker'])
  // Told after the second refusal, not when the start's own patience ends.
  expect([tried.code, tried.err.replaceAll(/\s+/g, ' ')]).toEqual([
    1,
    expect.stringContaining('cannot be pulled from registry.example.test'),
  ])
  const waits = serviceOf(
    await lookUntil((one) => {
      const { state, reason } = serviceOf(one, 'worker')
      return state === 'failed' && (reason?.includes('registry.example.test') ?? false)
    }),
    'worker',
  )
  const there = await kubectl(...words('get deploy,rs,pods -n macula -l dev.macula/app=worker -o wide'))
  const ran = await docker(
    ...words('ps -a --filter label=io.x-k8s.kind.cluster --format {{.Names}}:{{.Status}}'),
  )
  const said = [tried.code, tried.err, tried.out, JSON.stringify(waits.ladder), there.out, there.err, ran.out]
  expect(waits.reason, said.join('\n')).toContain('registry.example.test')
  expect(JSON.stringify(waits)).not.toContain('docker push')

  await put(file, worker('image: "${MACULA_IMAGE}", args: [work]'))
  await done(['up', 'worker'])
  // Its manifest names no number of replicas: a stop must not outlive the next start.
  await done(['down', 'worker'])
  expect(stateOf(await lookUntil((one) => stateOf(one, 'worker') === 'stopped'), 'worker')).toBe('stopped')
  await done(['up', 'worker'])
  expect(stateOf(await lookUntil((one) => stateOf(one, 'worker') === 'works'), 'worker')).toBe('works')
})

test('fault 29: an application with a bad manifest is told with file and line; the others start', async () => {
  await put(join(config, 'apps', 'broken', 'app.yaml'), app('hub', 'broken'))
  await put(join(config, 'apps', 'broken', 'broken.yaml'), 'apiVersion: v1\nkind: Service\nmetadata: {}\n')
  const ran = await ctl(['up', 'broken', 'console'])
  expect(ran.code).toBe(1)
  expect(`${ran.err}${ran.out}`).toContain('broken.yaml, line 1, column 1')
  await lookUntil((one) => stateOf(one, 'console') === 'not set up')
  await put(
    join(config, 'apps', 'broken', 'broken.yaml'),
    manifests('broken').replace('replicas', 'x').replace('containerPort: 8080', 'containerPort: 99999'),
  )
  const refused = await ctl(['up', 'broken'])
  expect(refused.code).toBe(1)
  // The API server's own words.
  expect(`${refused.err}${refused.out}`).toMatch(/containerPort|65535/)
})
