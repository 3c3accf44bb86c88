import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { curl, docker, fresh, run, type Ran } from '../support/actor.ts'
import { gone, nodeImage, push } from './tier.ts'

/** `setup-cluster.sh` as it is ejected, without Macula: the real kind, API server, CoreDNS and nginx of this suite's node. */

const top = fileURLToPath(new URL('../../..', import.meta.url))
const base = mkdtempSync('/tmp/macula-it-eject-cluster-')
const folder = join(base, 'out')
const node = 'macula-hub-control-plane'
const env = { HOME: base, MACULA_HOME: join(base, 'own'), KUBECONFIG: join(base, 'kubeconfig') }
const shell = async (line: string, timeout = 400_000): Promise<Ran> =>
  await run(
    'env',
    [...Object.entries(env).map((one) => one.join('=')), 'bash', '-c', `cd "$0" && ${line}`, folder],
    {
      timeout,
    },
  )
const kubectl = async (...args: readonly string[]): Promise<string> =>
  (await docker('exec', node, 'kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...args)).out

beforeAll(async () => {
  await fresh()
  mkdirSync(join(base, 'own', 'config'), { recursive: true })
  writeFileSync(
    join(base, 'own', 'config', 'settings.json'),
    JSON.stringify({ version: 1, clusters: { nodes: { kind: nodeImage } } }),
  )
  mkdirSync(folder)
  const ejected = await shell(`"${process.execPath}" "${join(top, 'dist', 'maculactl.mjs')}" eject .`)
  expect(ejected.code, ejected.err).toBe(0)
  const up = await shell(
    'infrastructure/make-env.sh && cd infrastructure && docker compose up -d --wait --pull never registry timescaledb',
  )
  expect(up.code, up.err).toBe(0)
  await push('localhost:5001/macula/console:dev')
})
afterAll(async () => {
  await shell(
    'scripts/setup-kind-routing.sh stop; scripts/setup-cluster.sh delete; cd infrastructure && docker compose down -v --timeout 1',
  )
  rmSync(base, { recursive: true, force: true })
  await gone()
})

test('makes the cluster with its ingress controller, registry, names, strings and applications', async () => {
  const made = await shell('scripts/setup-cluster.sh')
  expect(made.code, `${made.out}\n${made.err}`).toBe(0)
  expect(made.out).toContain('The cluster macula-hub is up.')

  const routed = await shell('scripts/setup-kind-routing.sh start')
  expect(routed.code, routed.out).toBe(0)
  const end = Date.now() + 300_000
  let answer = await curl('http://127.0.0.2/', '-H', 'Host: console.macula.local')
  while (answer.status !== 200 && Date.now() < end)
    answer = await curl('http://127.0.0.2/', '-H', 'Host: console.macula.local')
  expect(answer.status).toBe(200)
  expect((await shell('scripts/setup-kind-routing.sh status')).out).toContain('works, pid')

  const corefile = await kubectl(
    '-n',
    'kube-system',
    'get',
    'configmap',
    'coredns',
    '-o',
    'jsonpath={.data.Corefile}',
  )
  const address = (
    await docker(
      'inspect',
      '-f',
      '{{(index .NetworkSettings.Networks "macula-infrastructure").IPAddress}}',
      node,
    )
  ).out.trim()
  expect(corefile).toContain(`${address} console.macula.local`)
  expect(corefile).toContain('172.23.0.31 macula-timescaledb')
  const password =
    /^MACULA_SECRET_POSTGRES_PASSWORD=(.*)$/m.exec(
      readFileSync(join(folder, 'infrastructure/.env'), 'utf8'),
    )?.[1] ?? ''
  const secret = await kubectl(
    '-n',
    'macula',
    'get',
    'secret',
    'macula-env',
    '-o',
    'jsonpath={.data.DATABASE_URL}',
  )
  expect(Buffer.from(secret, 'base64').toString()).toBe(
    `postgres://macula:${password}@postgres.macula.local:5432/macula`,
  )
  expect(
    await kubectl('-n', 'kube-public', 'get', 'configmap', 'local-registry-hosting', '-o', 'yaml'),
  ).toContain('host: "localhost:5001"')
  for (const reference of ['localhost:5001', 'kind-registry:5000', 'registry.macula.local'])
    expect(
      (await docker('exec', node, 'cat', `/etc/containerd/certs.d/${reference}/hosts.toml`)).out,
    ).toContain('http://172.23.0.11:5000')
})

test('run again it changes nothing that is there; delete leaves no node', async () => {
  const before = (await docker('inspect', '-f', '{{.Id}} {{.State.StartedAt}}', node)).out
  const again = await shell('scripts/setup-cluster.sh create')
  expect(again.code, `${again.out}\n${again.err}`).toBe(0)
  expect(again.out).toContain('The cluster macula-hub is there')
  expect((await docker('inspect', '-f', '{{.Id}} {{.State.StartedAt}}', node)).out).toBe(before)
  expect((await shell('scripts/setup-cluster.sh status')).code).toBe(0)
  expect((await shell('scripts/setup-cluster.sh delete')).code).toBe(0)
  expect((await docker('ps', '-aq', '--filter', 'label=io.x-k8s.kind.cluster=macula-hub')).out.trim()).toBe(
    '',
  )
  expect((await shell('scripts/setup-cluster.sh status')).code).toBe(1)
})
