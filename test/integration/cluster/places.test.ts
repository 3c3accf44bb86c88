import { fluxInstalled } from './flux.ts'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  docker,
  done,
  goingOn,
  home,
  maculactl as ctl,
  run,
  serviceOf,
  status,
  user,
  type Status,
} from '../support/actor.ts'
import { openWebSocket } from '../support/websocket.ts'
import { askQuic } from './quic.ts'
import { cleared, gone, kubectl, lookUntil, push, stateOf, untilAnswers, url, words } from './tier.ts'
import { programsInPods } from './terminals.ts'
import { echoed, everything, ingressOf } from './traces.ts'

/**
 * Applications of a person's own, used where they lie (test/apps), on the real kind, API server and kustomize. Stand-ins: their
 * images are the tests' own application, and a volume is made by the test, for nothing makes volumes in its cluster.
 */

const source = fileURLToPath(new URL('../../apps', import.meta.url))
const folder = join(home, 'src')
const places = {
  nats: join(folder, 'nats'),
  bootstrap: join(folder, 'bootstrap/overlays/dev'),
  phoenix: join(folder, 'phoenix'),
}
const quicAnswers = /^100000 bytes there and back/
const ladder = (seen: Status, id: string): readonly string[] =>
  serviceOf(seen, id).ladder.map(({ state }) => state)

async function rewrite(path: string, from: string, to: string): Promise<void> {
  const file = join(folder, path)
  const text = await readFile(file, 'utf8')
  expect(text).toContain(from)
  await writeFile(file, text.replaceAll(from, to))
}

/** A second container in a pod, which is not the one that is entered. */
const side = `        - name: side
          image: localhost:5001/macula/phoenix:latest
          args: [work]
`

const images = [
  'registry.macula.local/macula/nats:2.10',
  'registry.macula.local/macula/bootstrap-node:latest',
  'registry.macula.local/macula/phoenix:latest',
] as const

const volume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'phoenix' },
  spec: {
    capacity: { storage: '1Mi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Retain',
    hostPath: { path: '/var/phoenix' },
  },
}

/** What the test makes itself, and ours in whose place theirs come, with the addresses of Services. */
const byTest = /^PersistentVolume |^IPAddress | bootstrap\b|macula-objects-bootstrap/
let before: readonly string[] = []

beforeAll(async () => {
  await cleared()
  await mkdir(folder, { recursive: true })
  await cp(source, folder, { recursive: true })
  await run('chown', ['-R', `${user}:`, folder])
  await rewrite(
    'phoenix/phoenix.yaml',
    '      volumes:\n        - name: data',
    `${side}      volumes:\n        - name: data`,
  )
  await done(['up', 'registry', 'ingress'])
  for (const image of images) await push(image, '', image.includes('phoenix') ? 'shell' : '')
  // Those of ours that it puts in are in the way of nobody.
  await done(['cluster', 'create'])
  await writeFile('/tmp/macula-volume.json', JSON.stringify(volume), { mode: 0o644 })
  expect((await kubectl('apply', '-f', '/tmp/macula-volume.json')).err).toBe('')
  await docker('exec', 'macula-hub-control-plane', 'mkdir', '-p', '/src', '/var/phoenix')
  before = await everything(byTest)
  for (const path of Object.values(places)) await done(['app', 'add', path])
  // Names of what is new.
  await done(['setup', '--yes'])
})
afterAll(async () => {
  await gone()
  await run('rm', ['-rf', folder, '/tmp/macula-volume.json', '/tmp/macula-ways.yaml'])
})

test('three folders are used where they lie: rows, hosts, a WebSocket; what answers no HTTP stands by its pods', async () => {
  await done(['up', 'nats', 'bootstrap', 'phoenix'])
  const seen = await lookUntil((one) =>
    ['nats', 'bootstrap', 'phoenix'].every((id) => stateOf(one, id) === 'works'),
  )
  expect(ladder(seen, 'nats')).toEqual(['unused', 'unused', 'unused', 'ok', 'unused'])
  // Asked by a program, and nothing answers HTTP: QUIC is what answers.
  expect(ladder(seen, 'bootstrap')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
  expect(serviceOf(seen, 'bootstrap').endpoints.map(({ id, ladder: own }) => [id, own[4]?.state])).toEqual([
    ['web', 'unused'],
    ['quic-4433', 'ok'],
    ['udp-4434', 'ok'],
  ])
  expect(ladder(seen, 'phoenix')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
  const address = (
    await kubectl(
      'get',
      'svc',
      'bootstrap',
      '-n',
      'mesh',
      '-o',
      'jsonpath={.status.loadBalancer.ingress[0].ip}',
    )
  ).out
  expect(address).toMatch(/^127\.0\.0\.(?:6[4-9]|[789]\d|1[01]\d|12[0-7])$/)
  expect(serviceOf(seen, 'bootstrap').warnings).toContain(
    `LoadBalancer bootstrap: ${address}, ports 80, 4433/udp, 4434/udp, 8080.`,
  )
  expect((await run('ss', ['-Hltn'])).out).toContain(`${address}:8080`)
  expect(await echoed(address, 4434, 'hello')).toBe('hello')
  for (const to of [`${address}:4433`, 'bootstrap.macula.local:4433', '127.0.0.2:4433'])
    await expect.poll(async () => await askQuic(to), { timeout: 180_000, message: to }).toMatch(quicAnswers)
  // What ExternalDNS is asked for.
  const named = words('+short @127.0.0.1 -p 5354 mesh.macula.local')
  await expect.poll(async () => (await run('dig', named)).out.trim(), { timeout: 180_000 }).toBe(address)
  await untilAnswers('arcade0', { body: expect.stringMatching(/^phoenix answers from pod phoenix-/) })
  const to = { address: '127.0.0.2', port: 80, host: 'arcade0.macula.local', path: '/live' }
  const socket = await openWebSocket(to)
  expect(await socket.say('phx_join')).toBe('phx_join')
  socket.close()
})

programsInPods('phoenix')

test('a change is told by its row and put in by up; one that follows is put in by itself', async () => {
  await rewrite('nats/nats.yaml', 'port: 8222\n', 'port: 8222\n      targetPort: monitor\n')
  const changed = serviceOf(await lookUntil((one) => stateOf(one, 'nats') === 'degraded'), 'nats')
  expect([changed.reason, changed.headline?.fix?.command]).toEqual([
    'changed since it was applied',
    'maculactl up nats',
  ])
  await done(['up', 'nats'])
  expect(stateOf(await lookUntil((one) => stateOf(one, 'nats') === 'works'), 'nats')).toBe('works')

  await done(['app', 'add', places.phoenix, '--follow'])
  const watching = goingOn(['status', '--watch', '--json'])
  try {
    await watching.told('"phoenix"')
    await rewrite('phoenix/phoenix.yaml', 'value: phoenix', 'value: followed')
    await expect
      .poll(async () => (await url('arcade0')).body, { timeout: 180_000, interval: 500 })
      .toMatch(/^followed answers/)
  } finally {
    await watching.end()
  }
})

test('a crash, a pod without a place and a missing foreign image: each red by its own reason, no other row touched', async () => {
  await done(['app', 'add', places.phoenix])
  await rewrite('bootstrap/base/bootstrap.yaml', 'args: [work]', 'args: [crash]')
  await rewrite('nats/nats.yaml', 'args: [work]', 'resources: { requests: { cpu: 900 } }')
  await rewrite(
    'phoenix/phoenix.yaml',
    'localhost:5001/macula/phoenix:latest',
    'registry.example.test/others/thing:9',
  )
  // Pods without a place or an image are waited for, for two minutes: here only until the cluster tells.
  const waiting = goingOn(['up', 'nats', 'phoenix'])
  await waiting.told('Nats is starting')
  const told = async (): Promise<string> =>
    (
      await kubectl(
        'get',
        'pods',
        '-A',
        '-l',
        'dev.macula/app in (nats,phoenix)',
        '-o',
        'jsonpath={.items[*].status}',
      )
    ).out
  await expect.poll(told, { timeout: 180_000, interval: 500 }).toMatch(/Insufficient cpu/)
  await expect.poll(told, { timeout: 180_000, interval: 500 }).toMatch(/ErrImagePull|ImagePullBackOff/)
  await waiting.end()
  const ran = await ctl(['up', 'bootstrap'])
  expect(ran.code).toBe(1)
  const loud = ['failed', 'degraded']
  const reasons = { bootstrap: 'exit code 3', nats: 'Insufficient cpu', phoenix: 'registry.example.test' }
  const seen = await lookUntil(
    (one) =>
      Object.entries(reasons).every(
        ([id, why]) => loud.includes(stateOf(one, id)) && JSON.stringify(serviceOf(one, id)).includes(why),
      ) && ['cluster/hub', 'registry', 'ingress'].every((id) => stateOf(one, id) === 'works'),
  )
  const said = (id: string): string => JSON.stringify(serviceOf(seen, id))
  expect(said('phoenix')).not.toContain('docker push')
})

test('a broken file and a folder that is gone are told with file and line; the others stay as they are', async () => {
  const text = await readFile(join(folder, 'nats/nats.yaml'), 'utf8')
  await writeFile(join(folder, 'nats/nats.yaml'), `${text}---\nkind: [\n`)
  const listed = await ctl(['app', 'list'])
  expect(listed.code).toBe(1)
  expect(listed.out.replaceAll(/\s+/g, ' ')).toMatch(/nats\.yaml, line \d+, column \d+: it is not YAML/)
  const seen = await status()
  expect(seen.problems.map(({ service }) => service)).toContain('nats')
  expect(stateOf(seen, 'phoenix')).not.toBe('absent')
  await writeFile(join(folder, 'nats/nats.yaml'), text)
})

test('removed without a trace, also one whose folder is gone; their own files stay', async () => {
  await run('mv', [places.nats, `${places.nats}-away`])
  for (const id of ['nats', 'bootstrap', 'phoenix']) await done(['app', 'remove', id, '--data', '--yes'])
  await run('mv', [`${places.nats}-away`, places.nats])
  const left = async (): Promise<string> => {
    const kinds = 'deploy,sts,rs,pod,svc,cm,secret,pvc,ingress'
    const { out } = await kubectl(
      'get',
      kinds,
      '-A',
      '-o',
      'name',
      '-l',
      'dev.macula/app in (nats,bootstrap,phoenix)',
    )
    const spaces = (await kubectl('get', 'namespaces', '-o', 'name')).out
    return `${out}${spaces
      .split('\n')
      .filter((name) => /mesh|messaging/.test(name))
      .join('\n')}`.trim()
  }
  await expect.poll(left, { timeout: 180_000, interval: 500 }).toBe('')
  await expect
    .poll(async () => await everything(byTest), { timeout: 120_000, interval: 1000 })
    .toEqual(before)
  expect((await run('ss', ['-Hluntp'])).out).not.toMatch(/127\.0\.0\.64:/)
  const seen = await lookUntil((one) => ['nats', 'phoenix'].every((id) => stateOf(one, id) === 'absent'))
  expect(serviceOf(seen, 'bootstrap').origin).toBe('ours')
  expect((await ctl(['app', 'list', '--json'])).out).toContain('"apps": []')
  expect(await readFile(join(folder, 'phoenix/phoenix.yaml'), 'utf8')).toContain('kind: Ingress')
})

test('the same by kubectl apply -k: rows, hosts, QUIC and addresses, without anything added; deleted, nothing is left', async () => {
  await run('rm', ['-rf', folder])
  await cp(source, folder, { recursive: true })
  await run('chown', ['-R', `${user}:`, folder])
  await rewrite('phoenix/phoenix.yaml', '      storage: 1Mi', '      storage: 1Mi\n  volumeName: phoenix')
  await kubectl('delete', 'pv', 'phoenix', '--ignore-not-found')
  expect((await kubectl('apply', '-f', '/tmp/macula-volume.json')).err).toBe('')
  await kubectl('create', 'namespace', 'mesh')
  for (const path of Object.values(places))
    expect([path, (await kubectl('apply', '-k', path)).code]).toEqual([path, 0])
  await done(['up', 'registry'])
  const ids = ['default-phoenix', 'mesh-bootstrap']
  const seen = await lookUntil(
    (one) =>
      ids.every((id) => stateOf(one, id) === 'works') &&
      one.services.every(({ state }) => state !== 'failed'),
  )
  expect(serviceOf(seen, 'default-phoenix').names).toEqual(['arcade0.macula.local'])
  expect(
    serviceOf(seen, 'mesh-bootstrap').endpoints.map(({ id, ladder: own }) => [id, own[4]?.state]),
  ).toEqual([
    ['web', 'unused'],
    ['quic-4433', 'ok'],
    ['udp-4434', 'ok'],
  ])
  await expect
    .poll(async () => await askQuic('bootstrap.macula.local:4433'), { timeout: 180_000 })
    .toMatch(quicAnswers)
  expect(await ctl(['exec', 'default-phoenix', '--', 'sh', '-c', 'echo "$OTEL_SERVICE_NAME"'])).toEqual({
    code: 0,
    out: 'phoenix',
    err: '',
  })
  // It answers no name, so there is no row of it: nothing says anything of it, and nothing is red.
  const nats = words('get pod nats-0 -n messaging -o jsonpath={.status.phase}')
  await expect.poll(async () => (await kubectl(...nats)).out, { timeout: 180_000 }).toBe('Running')
  expect(seen.services.filter(({ state }) => state === 'failed')).toEqual([])
})

test('WebSockets pass for every Ingress, however it is written, and made while nobody looks', async () => {
  const ways = [
    ingressOf(
      'ws0',
      'annotations: { kubernetes.io/ingress.class: nginx, nginx.org/websocket-services: gone }',
      '',
    ),
    ingressOf('ws1', '', 'ingressClassName: nginx\n  tls: [{ hosts: [ws1.macula.local] }]'),
    ingressOf('ws2', 'annotations: { nginx.ingress.kubernetes.io/proxy-read-timeout: "3600" }', ''),
  ]
  await writeFile('/tmp/macula-ways.yaml', ways.join(''), { mode: 0o644 })
  expect(await kubectl('apply', '-f', '/tmp/macula-ways.yaml')).toMatchObject({ code: 0 })
  for (const name of ['ws0', 'ws1', 'ws2', 'arcade0']) {
    const to = { address: '127.0.0.2', port: 80, host: `${name}.macula.local`, path: '/live' }
    const said = async (): Promise<string> => {
      const socket = await openWebSocket(to)
      const heard = await socket.say('phx_join')
      socket.close()
      return heard
    }
    // The controller reads what is new some moments later.
    await expect
      .poll(async () => await said().catch(String), { timeout: 180_000, interval: 500 })
      .toBe('phx_join')
  }
  expect((await kubectl('delete', '-f', '/tmp/macula-ways.yaml')).code).toBe(0)
  for (const path of Object.values(places)) expect((await kubectl('delete', '-k', path)).code).toBe(0)
  await kubectl('delete', 'namespace', 'mesh')
  await expect
    .poll(async () => await everything(byTest), { timeout: 120_000, interval: 1000 })
    .toEqual(before)
  await done(['up', 'registry'])
  expect((await run('ss', ['-Hlun'])).out).not.toMatch(/127\.0\.0\.64:/)
})

test('Flux: what it made is a row with its revision and state, and no field of it is written', async () => {
  const flux = await fluxInstalled(folder)
  await flux.ready('True', 'Applied revision: main@sha1:0123456789abcdef0123456789abcdef01234567')
  await flux.applies('fluxed.macula.local')
  const told = async (part: string): Promise<Status['services'][number]> => {
    const seen = await lookUntil((one) =>
      one.services.some(({ id, warnings }) => id === 'default-fluxed' && warnings.join().includes(part)),
    )
    return serviceOf(seen, 'default-fluxed')
  }
  const row = await told(', ready')
  expect(row.warnings).toEqual(['Made by Flux: Kustomization flux-system/apps at main@sha1:01234567, ready.'])
  await flux.ready('False', 'Deployment/default/fluxed dry-run failed')
  expect((await told('not ready')).warnings[0]).toContain(
    'not ready: Deployment/default/fluxed dry-run failed',
  )

  const before = await flux.written()
  await done(['app', 'add', flux.folder, '--id', 'mine'])
  const ran = await ctl(['up', 'mine'])
  expect(ran.code).not.toBe(0)
  expect(`${ran.out}${ran.err}`.replaceAll(/\s+/g, ' ')).toMatch(
    /left to Flux, which created (?:Deployment|Ingress|Service) fluxed \(Kustomization flux-system\/apps\)/,
  )
  await done(['app', 'remove', 'mine', '--yes'])
  expect(await flux.written()).toEqual(before)
  expect(before).toContain('kustomize-controller')
  expect(before).not.toContain('macula-desktop')
})
