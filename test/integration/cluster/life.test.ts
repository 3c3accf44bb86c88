import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceOf } from '../support/actor.ts'
import { curl, docker, done, following, maculactl as ctl, run, FOREIGN } from '../support/actor.ts'
import { openWebSocket, type Opened } from '../support/websocket.ts'
import {
  apiServer,
  apps,
  cleared,
  gone,
  infrastructure,
  kubectl,
  lookUntil,
  nodes,
  push,
  state,
  stateOf,
  untilAnswers,
  url,
} from './tier.ts'
import { ingressByHand, nameRoom, QUICK_MS } from './by-hand.ts'
import { askQuic } from './quic.ts'
import { secureStory } from './secure.ts'
import { loseTheWay, missedInside, placeOf, podsFromEach, references } from './inside.ts'

/** The tier's whole life on the real kind, the real Kubernetes API server, nginx and CoreDNS: create to delete. */

const dashboard = fileURLToPath(
  new URL('../../../assets/stack/grafana/dashboards/platform.json', import.meta.url),
)
const platformChecks = fileURLToPath(new URL('../support/platform-checks.sh', import.meta.url))
const stack = [
  'registry',
  'ingress',
  'timescaledb',
  'object-store',
  'loki',
  'tempo',
  'prometheus',
  'alloy',
] as const

beforeAll(async () => {
  await cleared()
  await done(['up', ...stack])
})
afterAll(gone)

test('everything leaves a cluster out that was never made; the tier says "not set up"', async () => {
  await lookUntil((one) => ['cluster/hub', 'console'].every((id) => stateOf(one, id) === 'not set up'))
  expect((await run('ss', ['-Hltn'])).out).not.toContain('127.0.0.2:80')
})

test('create tells its steps; four URLs answer by name without a port', async () => {
  const { err, code } = await ctl(['cluster', 'create'])
  expect(err).toContain('Preparing nodes')
  expect(err).toContain('Starting control-plane')
  expect(err).toContain('Installing the ingress controller')
  expect(err).toContain('Console has no image yet: push registry.macula.local/macula/console:dev')
  expect(code).toBe(0)
  for (const name of apps) {
    const body = await untilAnswers(name, { status: 503 })
    expect(body).toContain('Push registry.macula.local/macula/')
    expect(body).toContain('docker push')
  }
  expect((await curl('http://127.0.0.2/')).status).toBe(404)
})

test('a row without an image says so with the command to copy; nothing is red', async () => {
  const seen = await lookUntil(
    (one) => stateOf(one, 'cluster/hub') === 'works' && stateOf(one, 'console') === 'not set up',
  )
  const row = serviceOf(seen, 'console')
  expect(row.reason).toBe('no image yet: push registry.macula.local/macula/console:dev')
  expect(row.headline?.fix?.command).toBe(
    'docker build -t registry.macula.local/macula/console:dev . && docker push registry.macula.local/macula/console:dev',
  )
  expect(row.ladder.map(({ state: is }) => is)).toEqual(['ok', 'ok', 'ok', 'unreached', 'unreached'])
  expect(seen.summary.state).not.toBe('failed')
})

test('build, push to the registry by its public name, start: it runs, and says so', async () => {
  await push('registry.macula.local/macula/console:dev')
  await done(['up', 'console'])
  await untilAnswers('console', {
    status: 200,
    body: expect.stringMatching(/^console answers from pod console-/),
  })
  const seen = await lookUntil((one) => stateOf(one, 'console') === 'works')
  const row = serviceOf(seen, 'console')
  expect(row.ladder.map(({ state: is }) => is)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
  // The placeholder is for what does not run: an answer of the application's own is never replaced.
  expect((await url('console', '/broken')).body).toContain('its own 503')
})

test('a WebSocket passes by the clean URL, through an Ingress of ours and one that kubectl made', async () => {
  const made = await kubectl(
    'create',
    'ingress',
    'live',
    '-n',
    'macula',
    '--class=nginx',
    '--rule=live.macula.local/*=console:80',
  )
  expect(made.err).toBe('')
  // A browser's own client for ours; the other name is in no resolver.
  const said = await new Promise<string>((resolve, reject) => {
    const socket = new WebSocket('ws://console.macula.local/live')
    socket.addEventListener('open', () => socket.send('phx_join'))
    socket.addEventListener('message', ({ data }) => {
      resolve(String(data))
      socket.close()
    })
    socket.addEventListener('error', () => reject(new Error('the WebSocket was refused')))
  })
  expect(said).toBe('phx_join')
  const to = { address: '127.0.0.2', port: 80, host: 'live.macula.local', path: '/live' }
  // The one that was let in is the one that is used: while the controller reloads, its old workers answer some others.
  let live: Opened | undefined
  await expect
    .poll(async () => (live = await openWebSocket(to).catch(() => undefined)), { timeout: 120_000 })
    .toBeDefined()
  expect(await live?.say('heartbeat')).toBe('heartbeat')
  live?.close()
  await kubectl('delete', 'ingress', 'live', '-n', 'macula')
})

test('https reaches an application by its clean URL, and pods find the certificate; both go again', async () => {
  expect(await secureStory()).toMatchObject({
    rungs: expect.stringMatching(/service:ok tls:ok$/) as string,
    status: 200,
    body: expect.stringMatching(/^console answers from pod console-/) as string,
    said: 'phx_join',
    type: 'kubernetes.io/tls',
    hasOurs: true,
    certificate: '-----BEGIN CERTIFICATE-----',
    key: '-----BEGIN PRIVATE KEY-----',
    after: expect.stringMatching(/not found/i) as string,
    plain: 200,
    closed: 0,
  })
})

test('the log of a pod is in the log view, and the cluster tells its events', async () => {
  expect(await done(['logs', 'console', '--lines', '100000'])).toContain('listening on 8080')
  expect(await done(['cluster', 'events', 'console'])).toContain('Started container console')
})

test('a pod reaches database, S3 and OTLP with the strings of env --in-cluster', async () => {
  const inside = await done(['env', 'timescaledb', 'object-store', 'alloy', '--in-cluster'])
  expect(inside).toContain('@postgres.macula.local:5432/macula')
  const { variables } = JSON.parse(
    await done(['env', 'timescaledb', 'object-store', 'alloy', '--in-cluster', '--json']),
  ) as { variables: { name: string; value: string }[] }
  // By name, so that no value is told where one is missing.
  const missing = async (): Promise<readonly string[]> => {
    const told = (await url('console', '/env')).body.split('\n')
    return variables.flatMap(({ name, value }) => (told.includes(`${name}=${value}`) ? [] : [name]))
  }
  await expect.poll(missing, { timeout: 120_000, interval: 500 }).toEqual([])
  for (const target of [
    'postgres.macula.local:5432',
    's3.macula.local:9000',
    'otlp.macula.local:4318',
    'registry.macula.local:5000',
  ])
    await untilAnswers(
      'console',
      { body: expect.stringContaining('connected to 172.23.0.') },
      `/reach?tcp=${target}`,
    )
})

test('every name of the platform’s scripts and of the suffix is reached from a pod and from a container', async () => {
  expect(await missedInside()).toEqual([])
})

test('a pod runs from each reference to the registry, and a node that lost the way is led there again', async () => {
  const node = 'macula-hub-control-plane'
  await loseTheWay(node)
  expect((await placeOf(node)).named).toBe(false)
  await done(['up', 'registry'])
  const place = await placeOf(node)
  expect(place.named).toBe(true)
  await done(['up', 'registry'])
  expect(await placeOf(node)).toEqual(place)
  expect(await podsFromEach()).toEqual(references.map((reference) => `${reference} Running`))
  const told = await kubectl('get', 'configmap', '-n', 'kube-public', 'local-registry-hosting', '-o', 'yaml')
  expect(told.out).toContain('host: "localhost:5001"')
})

test('an Ingress that kubectl makes resolves and opens within 2 s, is a row, and goes; one of a class that nobody heeds says so', async () => {
  const room = await nameRoom()
  try {
    const made = await ingressByHand(room)
    expect(made).toMatchObject({
      address: '127.0.0.2',
      body: expect.stringMatching(/^console answers from pod/),
    })
    expect(made.resolvedMs).toBeLessThan(QUICK_MS)
    expect(made.openedMs).toBeLessThan(QUICK_MS)
    expect(made.row).toMatchObject({
      cluster: 'found',
      title: 'neurolab',
      purpose: 'Not described here: Ingress demo/neurolab in Hub cluster',
      address: '127.0.0.2:80',
      container: { name: expect.stringMatching(/^web/) },
    })
    expect(made.opens).toBe('http://neurolab.macula.local')
    expect(made.ignored).toMatch(/class traefik/)
    expect(made.goneMs).toBeLessThan(QUICK_MS)
    expect(made.described).toBe('127.0.0.2')
  } finally {
    await room.end()
  }
})

test('pod logs reach Loki, and a trace of a pod reaches Tempo', async () => {
  const traced = await untilAnswers('console', { body: expect.stringMatching(/^200 OK/) }, '/trace')
  const id = traced.split(' ').at(-1) ?? ''
  const query =
    'http://loki.macula.local/loki/api/v1/query_range?query=%7Bservice_name%3D%22console%22%7D&limit=1000'
  const end = Date.now() + 180_000
  let logs = ''
  let tempo = 0
  for (; Date.now() < end && !(logs.includes('GET /trace') && tempo === 200); await setTimeout(500)) {
    logs = (await curl(query)).body
    tempo = (await curl(`http://tempo.macula.local/api/traces/${id}`)).status
  }
  expect(logs).toContain('GET /trace')
  expect(tempo).toBe(200)
})

test('metrics of nodes, pods and the ingress reach Prometheus: every panel of the dashboard’s Applications row has data', async () => {
  const panels = (
    JSON.parse(await readFile(dashboard, 'utf8')) as {
      panels: readonly {
        readonly title: string
        readonly type: string
        readonly gridPos: { readonly y: number }
        readonly targets?: readonly { readonly expr: string }[]
      }[]
    }
  ).panels
  const row = panels.find(({ title, type }) => type === 'row' && title === 'Applications')
  const drawn = panels.filter(
    ({ type, gridPos }) => type === 'timeseries' && gridPos.y > (row?.gridPos.y ?? 1e9),
  )
  expect(drawn.map(({ title }) => title)).toEqual([
    'Memory by pod',
    'CPU by pod',
    "Requests through the cluster's ingress",
  ])
  const found = async (query: string): Promise<string> =>
    (await curl(`http://prometheus.macula.local/api/v1/query?query=${encodeURIComponent(query)}`)).body
  // A rate needs two samples, 15 s apart.
  const end = Date.now() + 300_000
  for (const { title, targets } of drawn) {
    let body = ''
    for (; Date.now() < end && !body.includes('"value"'); await setTimeout(500))
      body = await found(targets?.[0]?.expr.replaceAll('$__rate_interval', '1m') ?? '')
    expect(body, title).toContain('"value"')
    if (title !== "Requests through the cluster's ingress") expect(body, title).toMatch(/"pod":"console-/)
  }
  expect(await found('kubelet_running_pods{cluster="hub"}')).toContain('"value"')
})

test('the kubeconfig is a file of our own; the shown line leads kubectl to it', async () => {
  const line = await done(['cluster', 'kubeconfig'])
  const file = join(state, 'clusters', 'hub.kubeconfig')
  expect(line.trim()).toBe(`export KUBECONFIG='${file}'`)
  expect(await readFile(file, 'utf8')).toContain('kind-macula-hub')
  expect((await kubectl('get', 'deployments', '-n', 'macula', '-o', 'name')).out.split('\n').sort()).toEqual(
    apps.map((id) => `deployment.apps/${id}`).sort(),
  )
})

test('the health checks of the platform’s people: context, node, ingress, forwarder, and the application that was pushed', async () => {
  const settings = [`KUBECONFIG=${join(state, 'clusters', 'hub.kubeconfig')}`, 'APPLICATIONS=console']
  let lines: readonly string[] = []
  const bad = async (): Promise<readonly string[]> => {
    lines = (await run('env', [...settings, 'sh', platformChecks, 'cluster'])).out.trim().split('\n')
    return lines.filter((line) => !line.startsWith('ok '))
  }
  await expect.poll(bad, { timeout: 180_000, interval: 500 }).toEqual([])
  expect(lines).toHaveLength(5)
})

test('a crash tells exit code and last line, an impossible request the scheduler’s words', async () => {
  await push('registry.macula.local/macula/bootstrap:dev', 'crash')
  const ran = await ctl(['up', 'bootstrap'])
  expect(ran.code).toBe(1)
  await lookUntil((one) => {
    const { reason, state: is, headline } = serviceOf(one, 'bootstrap')
    const why = 'Its last line: fatal: the table players is missing'
    return reason.startsWith('exit code 3') && is === 'failed' && headline?.why === why
  })
  await kubectl('set', 'resources', 'deployment/peer1', '-n', 'macula', '--requests=cpu=64')
  await lookUntil((one) => {
    const { reason, headline } = serviceOf(one, 'peer1')
    return reason === 'pending: no place for its pod' && headline?.what.includes('Insufficient cpu') === true
  })
  await done(['up', 'peer1'])
  await done(['down', 'bootstrap'])
  expect(stateOf(await lookUntil((one) => stateOf(one, 'bootstrap') === 'stopped'), 'bootstrap')).toBe(
    'stopped',
  )
})

test('ours speaks QUIC once it has an image that does: by its name on 4433, asked by status, with the certificate of TLS', async () => {
  await push('registry.macula.local/macula/bootstrap:dev')
  await done(['tls', 'on'])
  await done(['up', 'bootstrap'])
  const seen = await lookUntil((one) => stateOf(one, 'bootstrap') === 'works')
  const [, mesh] = serviceOf(seen, 'bootstrap').endpoints
  expect(mesh?.ladder[4]?.says).toMatch(/^QUIC answers, versions? 1.* through 127\.0\.0\.2:4433\/udp$/)
  await expect
    .poll(async () => await askQuic('bootstrap.macula.local:4433'), { timeout: 180_000 })
    .toMatch(/^100000 bytes there and back/)
  // Variables that are there while the Secret is, and what a program of this machine is handed.
  const cert = expect.stringContaining('MACULA_CERT_PATH=/etc/macula/tls/tls.crt') as unknown
  await untilAnswers('bootstrap', { body: cert }, '/env')
  const handed = await done(['env', 'bootstrap'])
  expect(handed).toContain("MACULA_BOOTSTRAP_PEERS='https://bootstrap.macula.local:4433'")
  const file = /MACULA_KEY_PATH='([^']+)'/.exec(handed)?.[1] ?? ''
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await done(['tls', 'off', '--remove-ca'])
  await done(['down', 'bootstrap'])
})

test('the daily round: a new version that crashes is told though the one before answers; a good one takes its place', async () => {
  const served = (await url('console')).body
  await push('registry.macula.local/macula/console:dev', 'crash')
  const bad = await ctl(['restart', 'console'])
  expect(bad.code).toBe(1)
  expect(bad.out).toContain('The new version of Console ends right after it starts: exit code 3')
  await lookUntil(
    (one) =>
      stateOf(one, 'console') === 'degraded' &&
      serviceOf(one, 'console').reason.startsWith('new version: exit code 3'),
  )
  // Still the pod from before.
  await untilAnswers('console', { body: served })
  await push('registry.macula.local/macula/console:dev')
  await done(['restart', 'console'])
  const pod = /pod (\S+)/.exec(served)?.[1] ?? 'none'
  await untilAnswers('console', {
    status: 200,
    body: expect.stringMatching(new RegExp(`^console answers from pod (?!${pod})console-`)),
  })
  expect(stateOf(await lookUntil((one) => stateOf(one, 'console') === 'works'), 'console')).toBe('works')
})

test('logs -f goes on with the pods of the next version', async () => {
  const log = following(['console'])
  try {
    await log.told('listening on 8080')
    await done(['restart', 'console'])
    await untilAnswers('console', { status: 200 })
    await url('console', '/after-the-restart')
    await log.told('GET /after-the-restart')
    // Each line once: the probes ask for / only.
    expect(log.lines().filter((line) => line.includes('/after-the-restart'))).toHaveLength(1)
  } finally {
    expect(await log.end()).toBe(0)
  }
})

test('a dead API server is one cause, not five reds', async () => {
  const [node = ''] = await nodes()
  await apiServer(node, false)
  const seen = await lookUntil((one) => apps.every((id) => stateOf(one, id) === 'unknown'))
  expect(['failed', 'starting']).toContain(stateOf(seen, 'cluster/hub'))
  expect(
    seen.services.filter((one) => one.state === 'failed' && one.tier === 'applications').length,
  ).toBeLessThanOrEqual(1)
  await apiServer(node, true)
  expect(stateOf(await lookUntil((one) => stateOf(one, 'console') === 'works'), 'console')).toBe('works')
})

test('stop keeps the nodes, start brings the same pods back at the same URLs', async () => {
  const before = await nodes()
  const infra = await infrastructure()
  await done(['cluster', 'stop'])
  expect((await docker('inspect', '-f', '{{.State.Running}}', ...before)).out).toBe('false')
  await lookUntil((one) => ['console', 'cluster/hub'].every((id) => stateOf(one, id) === 'stopped'))
  expect((await run('ss', ['-Hltn'])).out).not.toContain('127.0.0.2:80')
  await done(['up', 'console'])
  expect(await nodes()).toEqual(before)
  await untilAnswers('console', { status: 200 })
  expect(await infrastructure()).toBe(infra)
})

test('fault 20: nodes that Docker started anew with other addresses are reached as before', async () => {
  const [node = ''] = await nodes()
  const address = async (): Promise<string> =>
    (await docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}', node)).out
  const before = await address()
  await docker('stop', node)
  const taken = before.trim().split(' ')
  // Somebody else gets its addresses meanwhile, on both of its networks.
  for (const [index, network] of ['kind', 'macula'].entries())
    await docker(
      'run',
      '-d',
      '--name',
      `${FOREIGN}${index}`,
      '--network',
      network,
      '--entrypoint',
      'sleep',
      'registry:3.1.1',
      '600',
    )
  await docker('start', node)
  const seen = await lookUntil((one) => stateOf(one, 'console') === 'works')
  await docker('rm', '-f', `${FOREIGN}0`, `${FOREIGN}1`)
  expect(taken.length).toBe(2)
  expect(await address()).not.toBe(before)
  expect(stateOf(seen, 'console')).toBe('works')
  await untilAnswers('console', { status: 200 })
  await untilAnswers(
    'console',
    { body: expect.stringContaining('connected') },
    '/reach?tcp=postgres.macula.local:5432',
  )
})

test('fault 31: deleting asks, and leaves infrastructure and its data as they are', async () => {
  const infra = await infrastructure()
  const asked = await ctl(['cluster', 'delete'])
  expect(asked.code).toBe(2)
  expect(asked.err).toContain('--yes')
  expect(await nodes()).toHaveLength(1)
  await done(['cluster', 'delete', '--yes'])
  expect(await nodes()).toEqual([])
  expect(await infrastructure()).toBe(infra)
  const seen = await lookUntil(
    (one) => stateOf(one, 'cluster/hub') === 'not set up' && stateOf(one, 'timescaledb') === 'works',
  )
  expect(serviceOf(seen, 'timescaledb')).toMatchObject({ state: 'works', reason: '' })
})
