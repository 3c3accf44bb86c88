import { existsSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { objectsOfPlace } from '../../../main/system/kind/app-objects.ts'
import type { KindContext } from '../../../main/system/kind/context.ts'
import type { AppSpec, ClusterSpec } from '../../../main/model/cluster.ts'
import { folderWith } from '../place/folder.ts'

/** What is laid into a node for kustomize; node and docker are stood in for. */

let end = async (): Promise<void> => undefined
afterEach(async () => await end())

async function built(ok: boolean, linked: boolean) {
  const made = await folderWith({
    'src/base/kustomization.yaml': 'resources: []\n',
    'src/dev/kustomization.yaml':
      'resources: [../base]\nsecretGenerator: [{ name: a, envs: [secret.env] }]\n',
    'src/dev/secret.env': 'PASSWORD=hunter2\n',
  })
  end = made.end
  await mkdir(join(made.root, 'links'))
  await symlink('../src/dev', join(made.root, 'links/shop'))
  const path = join(made.root, linked ? 'links/shop' : 'src/dev')
  const did: string[] = []
  const step = (says: string) => Promise.resolve(void did.push(says)).then(() => ({ ok: true }))
  const context = {
    paths: { data: join(made.root, 'data') },
    head: () => Promise.resolve({ name: 'node' }),
    commands: () =>
      Promise.resolve({
        write: () => Promise.resolve({ ok: true }),
        lay: async (node: string, from: string, to: string) => {
          const is =
            existsSync(join(from, 'dev/secret.env')) && existsSync(join(from, 'base/kustomization.yaml'))
          return await step(`lay ${to} ${is ? 'whole' : 'broken'}`)
        },
        kubectl: (_: string, args: readonly string[]) => {
          did.push(args.join(' '))
          return Promise.resolve({
            ok,
            err: 'no',
            why: 'failed',
            out: 'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n',
          })
        },
        sweep: async (_: string, at: string) => await step(`sweep ${at}`),
      }),
  } as unknown as KindContext
  const app: AppSpec = { id: 'shop', cluster: 'hub', image: '', folder: path }
  const objects = objectsOfPlace(context, { id: 'hub' } as ClusterSpec, app, {})
  return { did, objects, rendered: join(made.root, 'data', 'clusters', 'hub', 'shop') }
}
const all = ['lay /macula/shop whole', 'kustomize /macula/shop/dev', 'sweep /macula/shop']

test.each([false, true])(
  'nothing of a kustomization stays in the node or beside it (by a link: %s)',
  async (linked) => {
    const { did, objects, rendered } = await built(true, linked)
    expect((await objects).objects.map(({ kind }) => kind)).toEqual(['Secret'])
    expect(did).toEqual(all)
    expect(existsSync(rendered)).toBe(false)
  },
)

test('nor where it cannot be built', async () => {
  const { did, objects, rendered } = await built(false, false)
  await expect(objects).rejects.toThrow(/cannot be built/)
  expect(did).toEqual(all)
  expect(existsSync(rendered)).toBe(false)
})
