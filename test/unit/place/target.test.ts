import { afterEach, describe, expect, test } from 'vitest'
import { readPlace } from '../../../main/system/place/read-place.ts'
import { targetOf } from '../../../main/system/place/target.ts'
import { deployment, folderWith } from './folder.ts'

/** Targets of patches, by the rules of kustomize's own selector (api/types/selector.go): Go's RE2 and label selectors. */

const manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'my-web', labels: { tier: 'front', app: 'web' }, annotations: { team: 'a' } },
}
const was = { name: 'web', namespace: '' }

describe('which objects a target names', () => {
  test.each<[string, Readonly<Record<string, unknown>>, boolean]>([
    ['nothing said', {}, true],
    ['a whole name', { kind: 'Deployment', name: 'my-web' }, true],
    ['not a part of one', { name: 'my' }, false],
    ['the name that it had in its file', { name: 'web' }, true],
    ['an expression', { name: 'my-(web|api)', kind: 'Deploy.*' }, true],
    ['alternatives as a whole', { name: 'a|my-web|b' }, true],
    ['inline flags, as Go takes them', { name: '(?i)MY-WEB' }, true],
    ['classes of Unicode, as Go takes them', { name: String.raw`\pL+-\p{L}+` }, true],
    ['$ is the end of the text, never before a last line feed', { name: String.raw`my-web$|x\n` }, true],
    ['group and version', { group: 'apps', version: 'v1' }, true],
    ['another group', { group: '', version: 'v1', kind: 'StatefulSet' }, false],
    ['no namespace is default', { namespace: 'default' }, true],
    ['another namespace', { namespace: 'shop' }, false],
    ['labels', { labelSelector: 'tier=front,app!=api' }, true],
    ['labels in a set', { labelSelector: 'tier in (back, front), app notin (api)' }, true],
    ['labels that are not there', { labelSelector: '!tier' }, false],
    ['a label that is there', { labelSelector: 'tier' }, true],
    ['annotations', { annotationSelector: 'team=b' }, false],
  ])('%s', async (_, given, fits) => {
    const target = await targetOf(given)
    if (typeof target === 'string') throw new Error(target)
    expect(target.fits(manifest, was)).toBe(fits)
  })

  test('of the core group', async () => {
    const target = await targetOf({ version: 'v1', kind: 'Service' })
    if (typeof target === 'string') throw new Error(target)
    expect(target.fits({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } }, was)).toBe(true)
  })

  test.each([
    ['looks ahead', { name: '(?=w)web' }],
    ['refers back', { name: String.raw`(a)\1` }],
    ['is broken', { kind: 'Deploy(' }],
    ['is far too long', { name: '.'.repeat(5000) }],
    ['no text', { name: 7 }],
    ['a selector that is none', { labelSelector: 'a in b' }],
  ])('%s: refused, as kustomize refuses it', async (_, given) => {
    expect(await targetOf(given)).toMatch(/^target\./)
  })
})

/** `(a+)+$` takes the engine of JavaScript years on such a name; in time proportional to it, it is done at once. */
test('an expression that never ends elsewhere holds nobody up', async () => {
  const target = await targetOf({ name: '(a+)+b', labelSelector: `${'a'.repeat(50_000)}=` })
  if (typeof target === 'string') throw new Error(target)
  const began = performance.now()
  expect(target.fits({ ...manifest, metadata: { name: 'a'.repeat(5000) } }, was)).toBe(false)
  expect(performance.now() - began).toBeLessThan(60_000)
})

let end = async (): Promise<void> => undefined
afterEach(async () => await end())

test('in a kustomization: a base’s own name is found under its prefix, and what is refused has its line', async () => {
  const made = await folderWith({
    'base/kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: my-\n',
    'base/web.yaml': deployment('web'),
    'kustomization.yaml': `resources: [base]
patches:
  - target: { name: web }
    patch: '[{ op: replace, path: /spec/template/spec/containers/0/image, value: other }]'
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec: { replicas: 3 }
`,
  })
  end = made.end
  const read = await readPlace(made.root, {})
  const [one] = read.kind === 'read' ? read.objects : []
  expect(one?.manifest).toMatchObject({
    metadata: { name: 'my-web' },
    spec: { replicas: 3, template: { spec: { containers: [{ image: 'other' }] } } },
  })
  await made.put(
    'kustomization.yaml',
    'resources: [base]\npatches:\n  - target: { name: "(?!x)web" }\n    patch: "[]"\n',
  )
  expect(await readPlace(made.root, {})).toMatchObject({
    kind: 'refused',
    line: 3,
    says: expect.stringMatching(/RE2, which neither looks ahead nor back/) as string,
  })
})
