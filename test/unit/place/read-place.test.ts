import { afterEach, describe, expect, test } from 'vitest'
import { factsOf } from '../../../main/system/place/facts.ts'
import { readPlace, type Place } from '../../../main/system/place/read-place.ts'
import { join } from 'node:path'
import { deployment, folderWith, ingress, service } from './folder.ts'

let end = async (): Promise<void> => undefined
afterEach(async () => await end())

async function folder(files: Readonly<Record<string, string>>) {
  const made = await folderWith(files)
  end = made.end
  return made
}
async function read(files: Readonly<Record<string, string>>, at = ''): Promise<Place> {
  const { root } = await folder(files)
  const found = await readPlace(join(root, at), { MACULA_SUFFIX: 'macula.local' })
  if (found.kind === 'refused') throw new Error(`${found.file}:${found.line} ${found.says}`)
  return found
}
const told = (place: Place): readonly string[] =>
  place.objects.map(({ manifest }) => {
    const { name, namespace = '-' } = manifest['metadata'] as { name: string; namespace?: string }
    return `${manifest.kind} ${namespace} ${name}`
  })

describe('a folder is read as kubectl would', () => {
  test('apply -f: the files of the folder itself, of every extension, lists, several documents', async () => {
    const place = await read({
      'a.yaml': `${deployment('web')}${service('web')}`,
      'b.yml': `apiVersion: v1\nkind: List\nitems: [{ apiVersion: v1, kind: ConfigMap, metadata: { name: one } }]\n`,
      'c.json': '{ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "two" } }',
      'deeper/d.yaml': deployment('not'),
      'README.md': 'text',
    })
    expect(told(place)).toEqual(['Deployment - web', 'Service - web', 'ConfigMap - one', 'Secret - two'])
    expect(place.kustomized).toBe(false)
  })

  test('what is no manifest beside them is left out and named; app.yaml may be a manifest', async () => {
    const place = await read({
      'app.yaml': deployment('web'),
      'docker-compose.yml': 'services: { db: { image: postgres } }\n',
      'package.json': '{ "name": "x" }',
    })
    expect(told(place)).toEqual(['Deployment - web'])
    expect(place.own).toBeUndefined()
    expect(place.notes).toEqual([
      'docker-compose.yml holds no Kubernetes object and is left out.',
      'package.json holds no Kubernetes object and is left out.',
    ])
  })

  test('one manifest alone, and a kustomization by its file', async () => {
    expect(told(await read({ 'x.yaml': deployment('web') }, 'x.yaml'))).toEqual(['Deployment - web'])
    await end()
    const place = await read(
      { 'k/kustomization.yml': 'resources: [x.yaml]\n', 'k/x.yaml': deployment('web') },
      'k/kustomization.yml',
    )
    expect([place.kustomized, told(place)]).toEqual([true, ['Deployment - web']])
  })
})

describe('a kustomization', () => {
  test('an overlay: a base outside of the folder, namespace, names, images, patches of both kinds', async () => {
    const place = await read(
      {
        'base/kustomization.yaml': 'resources: [web.yaml]\n',
        'base/web.yaml': `${deployment('web', 'ports: [{ containerPort: 4000 }]')}${service('web')}${ingress('web', 'web.macula.local')}`,
        'overlays/dev/kustomization.yaml': `resources: [../../base, space.yaml]
namespace: shop
namePrefix: my-
images: [{ name: registry.macula.local/me/web, newName: localhost:5001/me/web, newTag: 7 }]
configMapGenerator: [{ name: env, files: [settings=env.txt], envs: [vars.env] }]
patches:
  - target: { kind: Ingress }
    patch: |-
      - { op: replace, path: /spec/rules/0/host, value: shop.macula.local }
  - path: more.yaml
`,
        'overlays/dev/space.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
        'overlays/dev/more.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: web, readinessProbe: { httpGet: { path: /up, port: 4000 } } }] } } }
`,
        'overlays/dev/env.txt': 'x',
        'overlays/dev/vars.env': 'A=1',
      },
      'overlays/dev',
    )
    expect(told(place)).toEqual([
      'Deployment shop my-web',
      'Service shop my-web',
      'Ingress shop my-web',
      'Namespace - shop',
    ])
    const facts = factsOf(place.objects, 'default')
    expect(facts.hosts.map(({ host, quiet }) => [host, quiet])).toEqual([['shop.macula.local', false]])
    expect(facts.images).toEqual(['localhost:5001/me/web:7'])
    expect(facts.namespaces).toEqual(['shop'])
    const names = [...place.files.keys()].map((file) => file.slice(place.root.length - 'overlays/dev'.length))
    expect(names.sort()).toEqual([
      'base/kustomization.yaml',
      'base/web.yaml',
      'overlays/dev/env.txt',
      'overlays/dev/kustomization.yaml',
      'overlays/dev/more.yaml',
      'overlays/dev/space.yaml',
      'overlays/dev/vars.env',
    ])
    expect(place.watched.length).toBe(2)
  })

  test.each([
    ['a resource that is not there', 'resources:\n  - gone.yaml\n', 'gone.yaml is not there', 2],
    ['a folder without one', 'resources:\n  - dir\n', 'a folder without a kustomization.yaml', 2],
    ['one that leads back', 'resources:\n  - .\n', 'refers back to itself', 2],
    [
      'a patch that is not there',
      'resources: []\npatches:\n  - path: p.yaml\n',
      'p.yaml: it is not there',
      3,
    ],
    [
      'a file of a ConfigMap',
      'configMapGenerator:\n  - { name: a, files: [x=gone] }\n',
      'gone: it is not there',
      2,
    ],
    ['no YAML', 'resources: [\n', 'it is not YAML', 2],
    ['another shape', 'resources: web.yaml\n', 'resources', 1],
  ])('%s is told with file and line', async (_, text, says, line) => {
    const { root } = await folder({ 'kustomization.yaml': text, 'dir/x.txt': '' })
    const found = await readPlace(root, {})
    expect(found).toMatchObject({ kind: 'refused', file: join(root, 'kustomization.yaml'), line })
    expect(found.kind === 'refused' ? found.says : '').toContain(says)
  })

  test('what is fetched over the network is named and left to kustomize', async () => {
    const place = await read({
      'kustomization.yaml':
        'resources: ["https://example.test/a.yaml", "github.com/org/repo//deploy?ref=v1"]\n',
    })
    expect(place.notes).toHaveLength(2)
    expect(place.objects).toEqual([])
  })
})

test.each([
  ['a folder that is gone', 'nowhere', 'there is no such folder', 0],
  ['a folder without manifests names those that have some', '.', 'there are in broken/, k8s/, nameless/', 0],
  ['a broken manifest', 'broken', 'it is not YAML', 3],
  ['one that lacks its name', 'nameless', 'apiVersion, kind and metadata.name are needed', 1],
])('%s', async (_, at, says, line) => {
  const { root } = await folder({
    'k8s/web.yaml': deployment('web'),
    'broken/web.yaml': 'apiVersion: v1\nkind: [\n',
    'nameless/web.yaml': 'apiVersion: v1\nkind: Service\n',
  })
  const found = await readPlace(join(root, at), {})
  expect(found).toMatchObject({ kind: 'refused', line })
  expect(found.kind === 'refused' ? found.says : '').toContain(says)
})

test('variables of ours are filled in, foreign ones are left alone, and the sum follows every file', async () => {
  const made = await folder({
    'web.yaml': ingress('web', 'web.${MACULA_SUFFIX}') + deployment('web', 'args: ["${OTHER}"]'),
  })
  const one = await readPlace(made.root, { MACULA_SUFFIX: 'macula.local' })
  if (one.kind === 'refused') throw new Error(one.says)
  expect(factsOf(one.objects, 'default').hosts[0]?.host).toBe('web.macula.local')
  expect(JSON.stringify(one.objects)).toContain('${OTHER}')
  await made.put('web.yaml', deployment('web'))
  const other = await readPlace(made.root, {})
  expect(other.kind === 'read' && other.sum !== one.sum).toBe(true)
})

describe('whether HTTP is answered behind an Ingress', () => {
  const cases: readonly (readonly [string, string, string, boolean])[] = [
    ['its pods name the port', 'ports: [{ containerPort: 4000 }]', service('web'), false],
    ['an HTTP probe', 'readinessProbe: { httpGet: { path: /, port: 4000 } }', service('web'), false],
    [
      'they are asked by a program, and the port is not theirs',
      'readinessProbe: { exec: { command: [pgrep, -f, beam.smp] } }',
      service('web'),
      true,
    ],
    [
      'they are asked by a program, though they name the port',
      'ports: [{ containerPort: 4000 }]\n          livenessProbe: { exec: { command: ["true"] } }',
      service('web'),
      true,
    ],
    ['nobody names the port', 'env: []', service('web'), true],
    [
      'a port by its name',
      'ports: [{ name: web, containerPort: 1 }]',
      service('web', 'ports: [{ port: 80, targetPort: web }]'),
      false,
    ],
    ['its Service is elsewhere', 'env: []', '', false],
  ]
  test.each(cases)('%s', async (_, more, its, quiet) => {
    const place = await read({
      'web.yaml': deployment('web', more) + its + ingress('web', 'web.macula.local'),
    })
    expect(factsOf(place.objects, 'default').hosts[0]?.quiet).toBe(quiet)
  })
})
