import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { patched } from '../../../main/system/place/patch.ts'
import { readPlace } from '../../../main/system/place/read-place.ts'
import { deployment, folderWith } from './folder.ts'

/** Folders of somebody else's repository, which a person adds in good faith. */

let end = async (): Promise<void> => undefined
afterEach(async () => await end())
async function folder(files: Readonly<Record<string, string>>) {
  const made = await folderWith(files)
  end = made.end
  return made.root
}

describe('a kustomization takes nothing from outside of its folder, as kubectl takes nothing', () => {
  const outside = {
    '.ssh/key': 'a key',
    '.ssh/one.yaml': deployment('web'),
    'shop/web.yaml': deployment('web'),
  }
  test.each([
    ['a ConfigMap of a link', 'configMapGenerator: [{ name: a, files: [key] }]\n'],
    ['a Secret of a link', 'secretGenerator: [{ name: a, envs: [key] }]\n'],
    ['by its path', 'configMapGenerator: [{ name: a, files: [../.ssh/key] }]\n'],
    ['a manifest of a link', 'resources: [one.yaml]\n'],
    ['a patch', 'resources: [web.yaml]\npatches: [{ path: one.yaml }]\n'],
    ['a transformer', 'resources: [web.yaml]\ntransformers: [one.yaml]\n'],
  ])('%s', async (_, text) => {
    const root = await folder({ ...outside, 'shop/kustomization.yaml': text })
    await symlink('../.ssh/key', join(root, 'shop/key'))
    await symlink('../.ssh/one.yaml', join(root, 'shop/one.yaml'))
    const found = await readPlace(join(root, 'shop'), {})
    expect(found).toMatchObject({ kind: 'refused', file: join(root, 'shop/kustomization.yaml') })
    expect(found.kind === 'refused' && found.says).toMatch(/outside of .*shop, which kustomize refuses/)
  })

  test('a link to a file of its own, and a folder that is a link, are taken from where they lie', async () => {
    const root = await folder({
      'src/base/kustomization.yaml': 'resources: [web.yaml]\n',
      'src/base/web.yaml': deployment('web'),
      'src/dev/kustomization.yaml':
        'resources: [../base]\nconfigMapGenerator: [{ name: a, files: [env.txt] }]\n',
      'src/dev/real.txt': 'x',
    })
    await symlink('real.txt', join(root, 'src/dev/env.txt'))
    await mkdir(join(root, 'links'))
    await symlink('../src/dev', join(root, 'links/shop'))
    const [link, real] = [
      await readPlace(join(root, 'links/shop'), {}),
      await readPlace(join(root, 'src/dev'), {}),
    ]
    expect(link).toMatchObject({ kind: 'read', kustomized: true })
    if (link.kind !== 'read' || real.kind !== 'read') throw new Error('not read')
    expect([...link.files.keys()].sort()).toEqual([...real.files.keys()].sort())
    expect(link.sum).toBe(real.sum)
  })
})

describe('one that leads on and on is told, and holds nobody up', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['to itself', { 'kustomization.yaml': 'generators: [.]\n' }],
    [
      'to one another',
      {
        'kustomization.yaml': 'transformers: [./a]\n',
        'a/kustomization.yaml': 'validators: [../b]\n',
        'b/kustomization.yaml': 'generators: [../a]\n',
      },
    ],
    [
      'to each next one twice',
      Object.fromEntries(
        Array.from({ length: 18 }, (_, index) => [
          `${'d/'.repeat(index)}kustomization.yaml`,
          index < 17 ? 'resources: [d, ./d]\n' : 'resources: []\n',
        ]),
      ),
    ],
  ])('%s', async (_, files) => {
    const root = await folder(files)
    expect(await readPlace(root, {})).toMatchObject({
      kind: 'refused',
      says: expect.stringMatching(/refers back to itself/) as string,
    })
  })
})

test('what kustomize would fetch is told, whichever field asks for it', async () => {
  const root = await folder({
    'web.yaml': deployment('web'),
    'kustomization.yaml': `resources: [web.yaml, "git::https://a.test/x.git", "git@b.test:x/y", "gh:org/repo"]
generators: ["https://c.test/g.yaml"]
transformers: ["https://d.test/t.yaml"]
validators: ["https://e.test/v.yaml"]
`,
  })
  const found = await readPlace(root, {})
  const notes = found.kind === 'read' ? found.notes : []
  for (const host of ['a.test', 'b.test', 'gh:org', 'c.test', 'd.test', 'e.test'])
    expect(
      notes.filter((note) => note.includes(host) && note.includes('is fetched by kustomize')),
    ).toHaveLength(1)
})

test('charts, which kubectl does not make, are told before it is put in', async () => {
  const root = await folder({ 'kustomization.yaml': 'helmCharts:\n  - { name: x, repo: https://a.test }\n' })
  expect(await readPlace(root, {})).toMatchObject({
    kind: 'refused',
    says: expect.stringContaining('--enable-helm') as string,
  })
})

test('a JSON patch beyond the end of a list makes no list of billions', () => {
  const manifest = { apiVersion: 'v1', kind: 'X', metadata: { name: 'a' }, spec: { list: [1, 2] } }
  for (const op of ['add', 'replace'])
    expect(patched(manifest, [{ op, path: '/spec/list/4294967290', value: 3 }])).toEqual(manifest)
  expect(patched(manifest, [{ op: 'add', path: '/spec/list/2', value: 3 }])['spec']).toEqual({
    list: [1, 2, 3],
  })
})
