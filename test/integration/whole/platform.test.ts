import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  curl,
  done,
  everythingUp,
  fresh,
  here,
  home,
  maculactl,
  run,
  user,
  variables,
} from '../support/actor.ts'
import { alonePort53 } from '../support/port-53.ts'

/** What the platform's people have in their fingers and scripts: their health checks, and names that nobody has. */

const patience = { timeout: 180_000, interval: 300 } as const
const script = fileURLToPath(new URL('../support/platform-checks.sh', import.meta.url))

async function checks(...parts: readonly string[]): Promise<readonly string[]> {
  const { POWERDNS_API_KEY: key = '' } = await variables('powerdns')
  const { out, err } = await run('env', [`POWERDNS_API_KEY=${key}`, 'sh', script, ...parts])
  expect(err).toBe('')
  return out.split('\n')
}

let giveBack = (): void => undefined
beforeAll(async () => {
  giveBack = await alonePort53()
  await fresh()
  // Their checks ask the name server by 127.0.0.1, which is a setting with a step of set-up.
  const config = join(home, '.config', 'macula-desktop')
  await mkdir(config, { recursive: true })
  await writeFile(join(config, 'settings.json'), '{ "version": 1, "dns53": true }')
  await run('chown', ['-R', `${user}:`, join(home, '.config')])
  await everythingUp()
})
afterAll(async () => {
  await fresh()
  giveBack()
})

// The part "cluster" of the script is in test/integration/cluster.
test.each([
  ['compose', 15],
  ['http', 11],
  ['tcp', 1],
  ['health', 13],
  ['names', 17],
] as const)('their health checks: %s, %d of them', async (part, count) => {
  let lines: readonly string[] = []
  const bad = async (): Promise<readonly string[]> =>
    (lines = await checks(part)).filter((line) => !line.startsWith('ok '))
  // Each is asked once, with little patience: what is late on a loaded machine is asked again.
  await expect.poll(bad, patience).toEqual([])
  expect(lines).toHaveLength(count)
})

test('a check that fails is told: the script is not always content', async () => {
  const { out, code } = await run('env', ['SUFFIX=nowhere.test', 'sh', script, 'tcp', 'health', 'names'])
  expect(code).toBe(1)
  expect(out.split('\n').filter((line) => line.startsWith('ok '))).toEqual([])
})

describe('a service that is stopped', () => {
  test('is told by /health where its name still leads to the ingress, and by the page of all services', async () => {
    await done(['down', 'powerdns-admin'])
    await expect
      .poll(async () => await curl('http://dns-admin.macula.local/health'), patience)
      .toEqual({ status: 503, body: 'PowerDNS-Admin does not answer.\n' })
    const state = async (id: string): Promise<number> =>
      (await curl(`http://home.macula.local/-/state/${id}.web`)).status
    await expect.poll(async () => await state('powerdns-admin'), patience).toBe(503)
    await expect.poll(async () => await state('grafana'), patience).toBe(200)
    await done(['up', 'powerdns-admin'])
  })
})

test('an unknown name gets what there is, at the shared address and at one of a service’s own', async () => {
  for (const address of ['127.0.0.1', '127.0.0.4']) {
    const { status, body } = await curl('-H', 'Host: nobody.macula.local', `http://${address}/`)
    expect(status).toBe(404)
    expect(body).toContain('<code>nobody.macula.local</code>')
    expect(body).toContain('href="http://grafana.macula.local"')
  }
})

test('clean URLs go on without the ingress, straight to their services, and by it again when it is there', async () => {
  const target = async () => (await run('pgrep', [...here, '-af', 'socat.*127\\.0\\.0\\.4.*80'])).out
  const format = '{{.NetworkSettings.Networks.macula.IPAddress}}'
  const ingress = `${(await run('docker', ['inspect', '-f', format, 'macula-ingress-1'])).out}:80`
  expect(await target()).toContain(ingress)
  await done(['down', 'ingress'])
  expect(await target()).not.toContain(ingress)
  expect((await curl('http://grafana.macula.local/login')).status).toBe(200)
  await done(['up', 'ingress'])
  expect(await target()).toContain(ingress)
  await expect
    .poll(async () => (await curl('http://grafana.macula.local/health')).body, patience)
    .toBe('Grafana\n')
})

test('a service of one’s own has its clean URL, its /health and its row without a new ingress', async () => {
  const started = async () =>
    (await run('docker', ['inspect', '-f', '{{.State.StartedAt}}', 'macula-ingress-1'])).out
  const before = await started()
  const folder = join(home, '.config', 'macula-desktop', 'services', 'notes')
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'compose.yaml'),
    `services:
  notes:
    image: excalidraw/excalidraw:latest
    networks: { macula: {} }
    x-macula:
      tier: tools
      title: '<b>Notes</b> & "more"'
      purpose: A page of our own
      endpoints:
        - { id: web, name: notes, scheme: http, target: 80, clean: true, open: /, probe: { path: /, expect: 200 } }
networks: { macula: { name: '\${MACULA_NETWORK:-macula}', external: true } }
`,
  )
  await run('chown', ['-R', `${user}:`, join(home, '.config')])
  const { code, err } = await maculactl(['up', 'notes'])
  expect(code, err).toBe(0)
  // With the hosts file a new name waits for set-up.
  await done(['setup', '--yes'])
  expect((await curl('http://notes.macula.local/')).body).toContain('xcalidraw')
  // It answers every path by itself, and its own /health goes first (what has none: ingress/health.test.ts).
  expect(await curl('http://notes.macula.local/health')).toMatchObject({
    status: 200,
    body: expect.stringContaining('Excalidraw') as unknown,
  })
  expect((await curl('http://home.macula.local/')).body).toContain(
    '&lt;b&gt;Notes&lt;/b&gt; &amp; &quot;more&quot;',
  )
  expect(await started()).toBe(before)
})
