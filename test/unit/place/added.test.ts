import { mkdtemp, rm, readFile, mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AddedApp } from '../../../main/model/added-app.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { defaultSettings, openSettings } from '../../../main/system/keep/settings.ts'
import { openApps } from '../../../main/system/place/open-apps.ts'
import { idOf } from '../../../main/system/place/parse-place.ts'
import { deployment, ingress, service } from './folder.ts'

/** Applications that were added, as the catalog and `maculactl app` see them; the files are real. */

const assets = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'assets')
let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'macula-added-'))
})
afterEach(async () => await rm(home, { recursive: true, force: true }))

const paths = () => ({
  config: join(home, 'config'),
  state: join(home, 'state'),
  data: join(home, 'data'),
  assets,
  ledger: join(home, 'ledger'),
})
const put = async (path: string, text: string): Promise<string> => {
  await mkdir(dirname(join(home, path)), { recursive: true })
  await writeFile(join(home, path), text)
  return dirname(join(home, path))
}
const wish = (path: string, more: Partial<AddedApp> = {}): AddedApp => ({
  path,
  id: '',
  cluster: '',
  follow: false,
  ...more,
})
const apps = () => openApps({ paths: paths(), settings: defaultSettings, env: {} })
const catalog = async (added: readonly AddedApp[]): Promise<Catalog> =>
  await readCatalog(paths(), { ...defaultSettings, apps: added }, {})
const whole = (name: string, host = `${name}.macula.local`): string =>
  deployment(name, 'ports: [{ containerPort: 4000 }]') + service(name) + ingress(name, host)

test('add, list, remove: only path and choices are kept, and the folder is left as it is', async () => {
  const folder = await put('src/shop/shop.yaml', whole('shop'))
  const { added, read } = await apps().read(wish(folder))
  expect(read).toEqual({
    path: folder,
    id: 'shop',
    title: 'Shop',
    cluster: 'hub',
    kind: 'manifests',
    namespaces: ['default'],
    hosts: ['shop.macula.local'],
    ports: ['Service shop: 80 TCP'],
    images: ['registry.macula.local/me/shop:dev'],
    pods: ['Deployment shop'],
    replaces: [],
    follow: false,
    notes: [],
  })
  expect((await openSettings(paths())).settings.apps).toEqual([])
  await apps().keep(added)
  await apps().keep({ ...added, follow: true })
  expect((await openSettings(paths())).settings.apps).toEqual([
    { path: folder, id: 'shop', cluster: 'hub', follow: true },
  ])
  const row = (await apps().catalog()).services.find(({ id }) => id === 'shop')
  expect(row).toMatchObject({
    tier: 'applications',
    address: '127.0.0.2',
    needs: ['cluster/hub'],
    origin: 'user',
  })
  expect(row?.endpoints.map(({ name, open }) => [name, open])).toEqual([['shop', '/']])
  expect((await apps().list()).map(({ id, problem }) => [id, problem])).toEqual([['shop', undefined]])
  await apps().forget(added)
  expect((await openSettings(paths())).settings.apps).toEqual([])
  expect(await readFile(join(folder, 'shop.yaml'), 'utf8')).toBe(whole('shop'))
})

test('its app.yaml only refines: what it does not say is told by the manifests', async () => {
  const folder = await put('src/shop/shop.yaml', whole('shop'))
  await put('src/shop/app.yaml', 'x-macula:\n  title: The shop\n  uses: [loki]\n')
  const { services, problems } = await catalog([wish(folder)])
  expect(problems).toEqual([])
  const row = services.find(({ id }) => id === 'shop')
  expect([row?.title, row?.uses, row?.endpoints.map(({ name }) => name)]).toEqual([
    'The shop',
    ['loki'],
    ['shop'],
  ])
  await put('src/shop/app.yaml', 'x-macula:\n  title: The shop\n  surprise: 1\n')
  const broken = await catalog([wish(folder)])
  expect(broken.problems).toMatchObject([{ service: 'shop', file: join(folder, 'app.yaml'), line: 3 }])
})

test('one of ours of the same id, or with a host of it, gives way', async () => {
  const folder = await put('src/console/all.yaml', whole('console', 'peer1.macula.local'))
  const { services, problems } = await catalog([wish(folder)])
  expect(problems).toEqual([])
  const tier = services.filter(({ tier: of }) => of === 'applications')
  expect(tier.map(({ id, origin }) => `${id} ${origin}`)).toEqual([
    'cluster/hub ours',
    'bootstrap ours',
    'peer2 ours',
    'console user',
  ])
  const runtime = tier.at(-1)?.runtime
  expect(runtime?.kind === 'cluster' ? runtime.app?.replaces : undefined).toEqual(['console', 'peer1'])
  const { read } = await apps().read(wish(folder))
  expect(read.replaces).toEqual(['Console', 'Arcade Peer 1'])
})

test('two with one id or one host, a folder that is gone, a broken file: each a problem, the rest works', async () => {
  const added = [
    wish(await put('src/one/k.yaml', whole('one'))),
    wish(await put('other/one/k.yaml', whole('two'))),
    wish(await put('src/peer/k.yaml', whole('peer', 'one.macula.local'))),
    wish(await put('src/broken/k.yaml', 'kind: [\n')),
    wish(join(home, 'gone')),
    wish(await put('src/far/k.yaml', whole('far')), { cluster: 'nowhere' }),
    wish(await put('src/works/k.yaml', whole('works'))),
  ]
  const { services, problems } = await catalog(added)
  const places = services.flatMap(({ id, runtime }) =>
    runtime.kind === 'cluster' && runtime.app?.place ? [id] : [],
  )
  expect(places).toEqual(['one', 'works'])
  expect(problems.map(({ service: of, reason }) => `${of}: ${reason}`).sort()).toEqual([
    expect.stringContaining('broken: it is not YAML'),
    'far: there is no cluster nowhere; there are: hub',
    'gone: there is no such folder',
    'one: there is already a service one (One)',
    'peer: the name one is taken by One',
  ])
  const peer = problems.find(({ service: of }) => of === 'peer')
  expect([peer?.file, peer?.line]).toEqual([join(home, 'src/peer/k.yaml'), 22])
})

test('what cannot be added is refused before it is kept', async () => {
  const taken = await put('src/grafana/k.yaml', whole('grafana'))
  await expect(apps().read(wish(taken))).rejects.toMatchObject({
    trouble: { kind: 'usage', what: expect.stringContaining('there is already a service grafana') as string },
  })
  // Whichever comes first by its name: who was there keeps its host.
  await apps().keep((await apps().read(wish(await put('src/middle/k.yaml', whole('middle'))))).added)
  for (const id of ['early', 'late']) {
    const folder = await put(
      `src/${id}/k.yaml`,
      whole(id).replaceAll(`${id}.macula.local`, 'middle.macula.local'),
    )
    await expect(apps().read(wish(folder))).rejects.toMatchObject({
      trouble: { kind: 'usage', what: expect.stringContaining('the name middle is taken') as string },
    })
  }
  const empty = await put('src/empty/README.md', 'nothing')
  await expect(apps().read(wish(empty))).rejects.toMatchObject({ trouble: { kind: 'invalid' } })
})

test('what a person should know: foreign variables, hosts elsewhere, wildcards, folders of the node', async () => {
  const folder = await put(
    'src/odd/k.yaml',
    deployment('odd', 'env: []\n      volumes: [{ name: src, hostPath: { path: /srv/src } }]', 'x/${TAG}') +
      ingress('a', 'odd.example.org') +
      ingress('b', '*.macula.local'),
  )
  const { read } = await apps().read(wish(folder))
  const all = read.notes.join('\n')
  for (const part of [
    'x/${TAG} is left as it is',
    'odd.example.org is not under macula.local',
    '*.macula.local: a wildcard',
    '/srv/src of the node',
  ])
    expect(all).toContain(part)
})

test.each([
  ['/home/ada/src/shop', 'web', 'shop'],
  ['/home/ada/src/Neuro_Lab', 'web', 'neuro-lab'],
  ['/home/ada/neurolab/k8s', 'web', 'web'],
  ['/home/ada/neurolab/k8s/overlays/dev', undefined, 'neurolab'],
  ['/', undefined, 'app'],
])('%s is called by its folder, or by what runs in it: %s', (folder, name, id) => {
  expect(idOf(folder, { name })).toBe(id)
})

const balanced = (name: string, port = 4433): string =>
  service(
    name,
    `type: LoadBalancer\n  ports: [{ name: http, port: 80, targetPort: 4000 }, { name: quic, port: ${port}, protocol: UDP }]`,
  )
const meshed = (name: string, port = 4433): string =>
  deployment(name) + balanced(name, port) + ingress(name, `${name}.macula.local`)

test('what pods behind a host speak over UDP is an endpoint of that name; of two with one port the first has it', async () => {
  const one = await put('src/node/node.yaml', meshed('node', 9443))
  const two = await put('src/other/other.yaml', meshed('other', 9443))
  const lone = await put('src/lone/lone.yaml', deployment('lone') + balanced('lone', 7777))
  const found = await catalog([wish(one), wish(two), wish(lone)])
  expect(found.problems).toEqual([])
  const of = (id: string) => found.services.find((row) => row.id === id)?.endpoints ?? []
  expect(of('node')[1]).toMatchObject({
    id: 'quic-9443',
    name: 'node',
    scheme: 'quic',
    listen: 9443,
    quiet: true,
  })
  expect(of('other').map(({ id }) => id)).toEqual(['web'])
  // No Ingress leads to its pods, so it has no name but what ExternalDNS is asked for.
  expect(of('lone')).toEqual([])
})

test('ours keeps the mesh’s port before what is only read of a manifest, and gives it up to what takes its place', async () => {
  const node = await put('src/node/node.yaml', meshed('node'))
  const ports = (of: Catalog, id: string) =>
    of.services.find((row) => row.id === id)?.endpoints.flatMap(({ listen }) => listen ?? [])
  const beside = await catalog([wish(node)])
  expect([ports(beside, 'bootstrap'), ports(beside, 'node')]).toEqual([[4433], []])
  const boot = await put('src/bootstrap/boot.yaml', meshed('bootstrap'))
  const instead = await catalog([wish(boot)])
  expect([ports(instead, 'bootstrap'), instead.problems]).toEqual([[4433], []])
})

test.each<[string, string, number, RegExp]>([
  ['a variable of Flux', 'namespace: ${NS}', 4, /no namespace can be called \$\{NS\}: .* does not run here/],
  ['upper case', 'namespace: Shop', 4, /no namespace can be called Shop: 1 to 63/],
  ['too long', `namespace: ${'n'.repeat(64)}`, 4, /no namespace can be called n{64}/],
])('a namespace that no cluster takes is refused with its line: %s', async (_, line, at, says) => {
  const folder = await put('src/shop/k.yaml', `# ours\n\n---\n${objectOf('ConfigMap', 'one', line)}`)
  await expect(apps().read(wish(folder))).rejects.toMatchObject({
    trouble: { what: expect.stringMatching(says) as string },
  })
  expect((await catalog([wish(folder)])).problems).toMatchObject([{ line: at, file: join(folder, 'k.yaml') }])
})

const objectOf = (kind: string, name: string, more = ''): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: "${name}"\n${more === '' ? '' : `  ${more}\n`}`

test('other names that no cluster takes: of objects, of hosts; what has rules of its own is left to the cluster', async () => {
  for (const [text, says] of [
    [objectOf('Secret', 'My_Secret'), /no Secret can be called My_Secret/],
    [objectOf('Namespace', 'a.b'), /no namespace can be called a\.b/],
    [ingress('web', 'c.${DOMAIN}'), /no Ingress can have the host c\.\$\{DOMAIN\}/],
  ] as const) {
    const folder = await put('src/shop/k.yaml', text)
    await expect(apps().read(wish(folder))).rejects.toMatchObject({
      trouble: { what: expect.stringMatching(says) as string },
    })
  }
  const role = await put(
    'src/shop/k.yaml',
    objectOf('ClusterRole', 'system:Shop') + '---\n' + objectOf('ConfigMap', 'a.b'),
  )
  expect((await apps().read(wish(role))).read.id).toBe('shop')
})

test('names that a kustomization makes only when it is put in are not judged before', async () => {
  await put('src/shop/k.yaml', objectOf('ConfigMap', 'one', 'namespace: ${NS}'))
  await put(
    'src/shop/set.yaml',
    'apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: { name: x, namespace: shop }\n',
  )
  const folder = await put('src/shop/kustomization.yaml', 'resources: [k.yaml]\ntransformers: [set.yaml]\n')
  expect((await apps().read(wish(folder))).read.notes.join()).toContain('${NS} is left as it is')
})

test('what two of one cluster both put in is told by both; a Namespace, and other clusters, are nobody’s harm', async () => {
  const space = objectOf('Namespace', 'mesh')
  const secret = objectOf('Secret', 'pull', 'namespace: mesh')
  const one = await put('src/one/k.yaml', [space, secret, deployment('web').slice(4)].join('---\n'))
  const two = await put('src/two/k.yaml', [space, secret].join('---\n'))
  await apps().keep((await apps().read(wish(one))).added)
  const { read } = await apps().read(wish(two))
  expect(read.notes).toEqual([
    'One (one) also contains Secret pull in mesh: whichever is applied last owns it, and removing that one removes it too.',
  ])
  const { services, problems } = await catalog([wish(one), wish(two)])
  expect(problems).toEqual([])
  for (const id of ['one', 'two'])
    expect(services.find((row) => row.id === id)?.warnings[0]).toContain('Secret pull in mesh')
  const alone = await catalog([wish(one)])
  expect(alone.services.find(({ id }) => id === 'one')?.warnings).toEqual([])
})

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    'Compose',
    { 'docker-compose.yml': 'services: { db: { image: x } }\n' },
    /no manifests in it\. docker-compose\.yml is a Compose file.*services\/NAME\/compose\.yaml.*kompose convert/,
  ],
  [
    'Compose by another name',
    { 'stack.yaml': 'services:\n  db: { image: x }\n' },
    /stack\.yaml is a Compose file/,
  ],
  [
    'Helm',
    { 'Chart.yaml': 'apiVersion: v2\nname: x\n', 'values.yaml': 'a: 1\n' },
    /Helm chart.*helm template/,
  ],
  ['something else', { 'values.yaml': 'a: 1\n' }, /values\.yaml names neither apiVersion nor kind/],
])('a folder without manifests says what it holds, and what to do: %s', async (_, files, says) => {
  let folder = ''
  for (const [name, text] of Object.entries(files)) folder = await put(`src/odd/${name}`, text)
  const refused = await apps()
    .read(wish(folder))
    .catch((error: unknown) => error)
  expect(refused).toMatchObject({ trouble: { what: expect.stringMatching(says) as string } })
  // A folder has no line.
  expect((refused as { trouble: { what: string } }).trouble.what).not.toMatch(/line \d/)
})

test('a Compose file that is named itself is told as such', async () => {
  const folder = await put('src/odd/compose.yaml', 'services: { db: { image: x } }\n')
  await expect(apps().read(wish(join(folder, 'compose.yaml')))).rejects.toMatchObject({
    trouble: { what: expect.stringContaining('is a Compose file') as string },
  })
})

test('too many files are told of the folder, with how many there are and may be', async () => {
  const folder = await put('src/many/a.yaml', deployment('a'))
  await Promise.all(
    Array.from({ length: 2001 }, async (_, index) => await writeFile(join(folder, `${index}.yaml`), '')),
  )
  await expect(apps().read(wish(folder))).rejects.toMatchObject({
    trouble: {
      what: `${folder}: there are 2002 manifests in it; at most 2000 are read. Name the folder of one application.`,
    },
  })
  await put(
    'src/many/kustomization.yaml',
    'resources: [a.yaml]\nconfigMapGenerator:\n' +
      Array.from({ length: 2001 }, (_, index) => `  - { name: x${index}, files: [${index}.yaml] }\n`).join(
        '',
      ),
  )
  await expect(apps().read(wish(folder))).rejects.toMatchObject({
    trouble: {
      what: expect.stringMatching(/src\/many: it is made of more than 2000 files; at most 2000/) as string,
    },
  })
})
