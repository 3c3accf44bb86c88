import { expect, test } from 'vitest'
import { ApiError, type Api } from '../../../main/system/kind/api.ts'
import type { NodeCommands, Ran } from '../../../main/system/kind/commands.ts'
import { inventoryText, listedOf, readInventory, withInventory } from '../../../main/system/kind/inventory.ts'
import type { Manifest } from '../../../main/system/kind/manifests.ts'
import { appSpec, clusterSpec } from './spec.ts'

const object = (apiVersion: string, kind: string, name: string, namespace?: string): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
})
const shop = object('apps/v1', 'Deployment', 'shop', 'macula')
const old = object('apps/v1', 'Deployment', 'shop-old', 'macula')

/** A cluster that keeps one ConfigMap and answers kubectl by `answer`. */
function fixture(answer: (args: readonly string[]) => Partial<Ran> = () => ({ out: 'it' })) {
  let kept: string | undefined
  let refusal: ApiError | undefined
  const did: string[] = []
  const told: string[] = []
  const api: Api = {
    get: async () => {
      if (kept === undefined) throw new ApiError('not found', 404)
      return await Promise.resolve({ data: { objects: kept } })
    },
    send: async (_method, _path, body) => {
      if (refusal) throw refusal
      kept = (body as { data: { objects: string } }).data.objects
      did.push('write')
      return await Promise.resolve({})
    },
    stream: () => Promise.reject(new Error('not asked')),
    close: () => undefined,
  }
  const node = {
    kubectl: async (_head: string, args: readonly string[]): Promise<Ran> => {
      did.push(args.join(' '))
      return await Promise.resolve({ ok: true, out: '', err: '', why: 'done', ...answer(args) })
    },
  } as unknown as NodeCommands
  const way = {
    api,
    node,
    head: 'macula-hub-control-plane',
    cluster: clusterSpec,
    app: appSpec('shop'),
    onLeft: (what: string, why: string) => void told.push(`${what}: ${why}`),
  }
  return {
    did,
    told,
    kept: () => kept,
    refuse: (error: ApiError) => void (refusal = error),
    put: async (manifests: readonly Manifest[], apply: () => Promise<void> = () => Promise.resolve()) =>
      await withInventory(way, manifests, async () => {
        did.push('apply')
        await apply()
      }),
  }
}

test('what a folder no longer names is taken out, by name and label; the rest is not asked for', async () => {
  const one = fixture()
  expect(await one.put([shop, old])).toEqual([])
  one.did.length = 0
  expect(await one.put([shop])).toEqual(['deployment shop-old'])
  expect(one.did).toEqual([
    'apply',
    'delete Deployment.apps --namespace=macula --selector=dev.macula/app=shop,!kustomize.toolkit.fluxcd.io/name,!helm.toolkit.fluxcd.io/name ' +
      '--field-selector=metadata.name=shop-old --ignore-not-found --wait=false --output=name',
    'write',
  ])
  one.did.length = 0
  expect(await one.put([shop])).toEqual([])
  expect(one.did).toEqual(['apply'])
})

test('the same object in another version of its API is not taken out', async () => {
  const one = fixture()
  await one.put([object('autoscaling/v1', 'HorizontalPodAutoscaler', 'shop', 'macula')])
  one.did.length = 0
  await one.put([object('autoscaling/v2', 'HorizontalPodAutoscaler', 'shop', 'macula')])
  expect(one.did).toEqual(['apply'])
})

test('fault 32: data and what everybody shares are never listed, so never taken out', async () => {
  const kinds = [
    object('v1', 'PersistentVolumeClaim', 'data', 'macula'),
    object('v1', 'PersistentVolume', 'data'),
    object('v1', 'Namespace', 'macula'),
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'things.example.org'),
    object('storage.k8s.io/v1', 'StorageClass', 'fast'),
  ]
  expect(listedOf(kinds)).toEqual([])
  const one = fixture()
  await one.put([shop, ...kinds])
  one.did.length = 0
  await one.put([shop])
  expect(one.did).toEqual(['apply'])
})

test('interrupted while putting in, both what was and what is to be are remembered', async () => {
  const one = fixture()
  await one.put([old])
  await expect(one.put([shop], () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
  expect(one.kept()).toBe('Deployment.apps macula shop\nDeployment.apps macula shop-old\n')
  expect(await one.put([shop])).toEqual(['deployment shop-old'])
  expect(one.kept()).toBe('Deployment.apps macula shop\n')
})

test('a refused list says why and where it is, and nothing is put in', async () => {
  const one = fixture()
  one.refuse(new ApiError('namespace macula is being terminated', 403))
  await expect(one.put([shop])).rejects.toMatchObject({
    trouble: {
      what: expect.stringContaining('nothing was applied'),
      why: 'The API server: namespace macula is being terminated',
      todo: expect.stringContaining('macula-objects-shop'),
    },
  })
  expect(one.did).toEqual([])
})

test('what cannot be removed is told and tried again; what is gone already is not told', async () => {
  let answer: Partial<Ran> = { ok: false, err: 'error: forbidden by a webhook' }
  const one = fixture(() => answer)
  await one.put([shop, old])
  expect(await one.put([shop])).toEqual([])
  expect(one.told).toEqual(['deployment shop-old: error: forbidden by a webhook'])
  expect(one.kept()).toContain('shop-old')
  answer = { ok: true, out: '' }
  expect(await one.put([shop])).toEqual([])
  expect(one.kept()).not.toContain('shop-old')
})

test('objects of a kind that is gone are gone', async () => {
  const one = fixture(() => ({
    ok: false,
    err: `error: the server doesn't have a resource type "Thing"`,
  }))
  await one.put([object('example.org/v1', 'Thing', 'one', 'macula'), shop])
  expect(await one.put([shop])).toEqual([])
  expect(one.told).toEqual([])
  expect(one.kept()).toBe('Deployment.apps macula shop\n')
})

test('fault 8: a name that kubectl could take for an option or a second selector is passed over', () => {
  const bad = [
    object('v1', 'Secret', '--all', 'macula'),
    object('v1', 'Secret', 'a,metadata.name!=b', 'macula'),
    object('v1', 'Secret', 'a', '--all-namespaces'),
    object('v1 --all', 'Secret', 'a', 'macula'),
    object('-x/v1', 'Secret', 'a', 'macula'),
  ]
  expect(listedOf(bad).filter(({ kind, name }) => kind !== 'Secret' || name !== 'a')).toEqual([])
  expect(readInventory('Secret macula --all\nsecret macula a\nSecret macula a b\n\nSecret  a')).toEqual([
    { kind: 'Secret', namespace: '', name: 'a' },
  ])
  expect(inventoryText([...readInventory('Secret macula a'), ...readInventory('Secret macula a')])).toBe(
    'Secret macula a\n',
  )
})
