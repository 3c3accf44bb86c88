import { expect, test } from 'vitest'
import type { AppSpec, ClusterSpec } from '../../../main/model/cluster.ts'
import type { KindContext } from '../../../main/system/kind/context.ts'
import { openPodPiped, openPodTerminal } from '../../../main/system/kind/pod-terminal.ts'

/** What a cluster says of its pods becomes arguments of kubectl: over stand-ins for the API server and for Docker. */

interface Place {
  readonly namespace?: string
  readonly name?: string
  readonly container?: string
}

async function entered({ namespace = 'shop', name = 'web-1', container = 'app' }: Place) {
  const ran: (readonly string[])[] = []
  const pods = {
    items: [
      {
        metadata: { name, namespace, uid: 'u' },
        spec: { containers: [{ name: container }] },
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'True' }],
          containerStatuses: [{ name: container, ready: true, state: { running: {} } }],
        },
      },
    ],
  }
  const exec = async ({ Cmd }: { readonly Cmd: readonly string[] }): Promise<never> => {
    ran.push(Cmd)
    return await Promise.reject(new Error('far enough'))
  }
  const context = {
    head: async () => await Promise.resolve({ name: 'hub-control-plane' }),
    api: async () => await Promise.resolve({ get: async () => await Promise.resolve(pods) }),
    link: async () => await Promise.resolve({ long: { getContainer: () => ({ exec }) } }),
  } as unknown as KindContext
  const cluster = { id: 'hub', name: 'hub', namespace: 'shop' } as ClusterSpec
  const app = { id: 'web' } as AppSpec
  const wish = { argv: ['sh'], columns: 80, rows: 24 }
  const says: string[] = []
  for (const open of [
    async () => await openPodTerminal(context, cluster, app, wish),
    async () => await openPodPiped(context, cluster, app, ['sh']),
  ])
    await open().catch((error: unknown) => says.push((error as Error).message))
  return { ran, says }
}

test('a pod is entered by its own names', async () => {
  const { ran } = await entered({})
  expect(ran).toHaveLength(2)
  for (const argv of ran)
    expect(argv).toEqual(expect.arrayContaining(['--namespace=shop', '--container=app', 'web-1', '--', 'sh']))
})

test.each<readonly [string, Place]>([
  ['a pod that is a flag', { name: '--kubeconfig=/tmp/theirs' }],
  ['a pod of another kind', { name: 'service/web' }],
  ['a namespace with a blank', { namespace: 'shop --all' }],
  ['a container with a line', { container: 'app\n' }],
])('%s is entered by nobody', async (_, place) => {
  const { ran, says } = await entered(place)
  expect(ran).toEqual([])
  expect(says).toEqual(Array(2).fill(expect.stringContaining('No pod of it runs')))
})
