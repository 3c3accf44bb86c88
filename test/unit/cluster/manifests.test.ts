import { expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  labelled,
  fill,
  readManifests,
  streamOf,
  withConfigSums,
  type Manifest,
} from '../../../main/system/kind/manifests.ts'
import { placeholderPage, placeholderSnippet } from '../../../main/system/kind/placeholder.ts'

const app = { id: 'shop', title: 'Shop', image: 'registry.macula.local/me/shop:dev', namespace: 'macula' }
const read = (text: string): readonly Manifest[] => {
  const found = readManifests([{ file: 'shop.yaml', text }])
  if (found.kind === 'refused') throw new Error(`${found.line}: ${found.says}`)
  return found.manifests
}

test('an application’s objects get its namespace, its label (their pods too) and a placeholder page', () => {
  const ours = labelled(
    read(`apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec: { template: { metadata: { labels: { app: shop } } } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: shop }
`),
    app,
  )
  expect(ours[0]).toMatchObject({
    metadata: { namespace: 'macula', labels: { 'dev.macula/app': 'shop' } },
    spec: { template: { metadata: { labels: { app: 'shop', 'dev.macula/app': 'shop' } } } },
  })
  const annotations = (ours[1]?.['metadata'] as { annotations: Record<string, string> } | undefined)
    ?.annotations
  expect(annotations?.['nginx.org/server-snippets']).toContain('Push registry.macula.local/me/shop:dev')
  expect(ours[2]?.['metadata']).not.toHaveProperty('namespace')
})

test('pods are of another template when a configuration that they use changed, and only then', () => {
  const objects = (level: string, other = 'a'): readonly Manifest[] =>
    read(`apiVersion: v1
kind: ConfigMap
metadata: { name: shop }
data: { level: ${level} }
---
apiVersion: v1
kind: Secret
metadata: { name: key }
stringData: { key: ${other} }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: nobodys }
data: { other: ${other} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec: { template: { spec: { volumes: [{ name: c, configMap: { name: shop } }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: keyed }
spec: { template: { spec: { containers: [{ envFrom: [{ secretRef: { name: key } }] }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: plain }
spec: { template: { spec: {} } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: once }
spec: { template: { spec: { volumes: [{ name: c, configMap: { name: shop } }] } } }
`)
  const sums = (from: readonly Manifest[]): readonly unknown[] =>
    withConfigSums(from)
      .filter(({ spec }) => spec !== undefined)
      .map(({ spec }) => {
        const { template } = spec as { template: { metadata?: { annotations?: Record<string, string> } } }
        return template.metadata?.annotations?.['dev.macula/config']
      })
  const [shop, keyed, plain, once] = sums(objects('info'))
  expect(shop).toMatch(/^[0-9a-f]{16}$/)
  expect(keyed).toMatch(/^[0-9a-f]{16}$/)
  expect([plain, once]).toEqual([undefined, undefined])
  expect(sums(objects('info'))).toEqual([shop, keyed, plain, once])
  expect(sums(objects('debug'))[0]).not.toBe(shop)
  expect(sums(objects('debug'))[1]).toBe(keyed)
  expect(sums(objects('info', 'b'))[0]).toBe(shop)
  expect(sums(objects('info', 'b'))[1]).not.toBe(keyed)
})

test('what a person wrote themselves stays', () => {
  const [ingress] = labelled(
    read(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: elsewhere, annotations: { nginx.org/server-snippets: "# mine" } }
`),
    app,
  )
  expect(ingress).toMatchObject({
    metadata: { namespace: 'elsewhere', annotations: { 'nginx.org/server-snippets': '# mine' } },
  })
})

test('variables are filled; one that is not known is told with its place', () => {
  const file = { file: 'a.yaml', text: 'a: 1\nhost: x.${MACULA_SUFFIX}\nshell: ${HOME}\n' }
  expect(fill(file, { MACULA_SUFFIX: 'macula.local' })).toMatchObject({
    text: 'a: 1\nhost: x.macula.local\nshell: ${HOME}\n',
  })
  expect(fill(file, {})).toMatchObject({ kind: 'refused', line: 2, column: 9 })
})

const bad: readonly (readonly [string, string, RegExp, number])[] = [
  ['no YAML', 'a: [\n', /not YAML/, 2],
  ['no object', 'a: 1\n', /not a Kubernetes object/, 1],
  ['no name', '---\napiVersion: v1\nkind: Pod\nmetadata: {}\n', /not a Kubernetes object/, 2],
  [
    'too many aliases',
    `apiVersion: v1\nkind: X\nmetadata: { name: x }\na: &a 1\nb: [${'*a, '.repeat(200)}]\n`,
    /200 aliases/,
    1,
  ],
]
test.each(bad)('fault 6: %s is refused with file and line', (_, text, says, line) => {
  const found = readManifests([{ file: 'bad.yaml', text }])
  expect(found).toMatchObject({ kind: 'refused', file: 'bad.yaml', says: expect.stringMatching(says) })
  if (found.kind === 'refused') expect(found.line).toBeGreaterThanOrEqual(line)
})

test('objects as a stream read back as they were', () => {
  const manifests = read(
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "line\\n  two\\n" }\n',
  )
  expect(parse(streamOf(manifests).replace('---\n', ''))).toEqual(manifests[0])
})

test('fault 7: nothing of a title or an image is syntax for nginx or markup for a browser', () => {
  const evil = `a';} location /x { return 200 "$host"; } <img onerror=1>\\`
  const page = placeholderPage(evil, 'shop', evil)
  for (const sign of ["'", '$', '{', '}', '\\', '<img']) expect(page).not.toContain(sign)
  expect(placeholderSnippet(evil, 'shop', evil).match(/'/g)).toHaveLength(2)
})

test('the placeholder page tells to push what is ours to push, and nothing of others', () => {
  const ingress: Manifest = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'a' },
    spec: {},
  }
  const app = { id: 'a', title: 'A', namespace: 'macula', suffix: 'macula.local' }
  const page = (image: string): string => JSON.stringify(labelled([ingress], { ...app, image }))
  expect(page('registry.macula.local/me/a:dev')).toContain('docker push registry.macula.local/me/a:dev')
  expect(page('docker.io/library/nginx:1')).not.toContain('push')
  expect(page('docker.io/library/nginx:1')).toContain('maculactl status a')
})

test('pods of an application with metrics say where they are; what a manifest says itself stays', () => {
  const annotationsOf = (kind: string, own: Record<string, string> = {}): unknown => {
    const template = { metadata: { annotations: own } }
    const [made] = labelled([{ apiVersion: 'x', kind, metadata: { name: 'x' }, spec: { template } }], {
      ...app,
      metrics: { target: 9568, path: '/metrics' },
    })
    return (made as { readonly spec?: { readonly template: typeof template } }).spec?.template.metadata
      .annotations
  }
  const told = {
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '9568',
    'prometheus.io/path': '/metrics',
  }
  expect(annotationsOf('Deployment')).toEqual(told)
  expect(annotationsOf('StatefulSet', { 'prometheus.io/port': '1' })).toEqual({
    ...told,
    'prometheus.io/port': '1',
  })
  expect(annotationsOf('Job')).toEqual({})
})
