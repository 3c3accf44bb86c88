import { expect, test } from 'vitest'
import type { Link } from '../../../main/system/docker/link.ts'
import type { KindContext } from '../../../main/system/kind/context.ts'
import { turnNode, type Node } from '../../../main/system/kind/nodes.ts'
import { openPut } from '../../../main/system/kind/put.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { clusterSpec } from './spec.ts'

/** What is asked of Docker for nodes. Docker is stood in for by what it was asked. */

const node = (part: Partial<Node>): Node =>
  ({ id: 'n', name: 'n', running: true, address: '', names: [], role: 'control-plane', ...part }) as Node

test.each([
  ['one that is stopped', undefined, ['start']],
  ['one that is paused', 'cannot start a paused container, try unpause instead', ['start', 'unpause']],
])('%s is started', async (_, refuses, asked) => {
  const did: string[] = []
  const call = (name: string) => () => {
    did.push(name)
    return refuses !== undefined && name === 'start'
      ? Promise.reject(Object.assign(new Error(refuses), { statusCode: 409, json: { message: refuses } }))
      : Promise.resolve()
  }
  const link = {
    long: { getContainer: () => ({ start: call('start'), unpause: call('unpause') }) },
  } as unknown as Link
  await turnNode(link, node({ running: false }), true)
  expect(did).toEqual(asked)
})

test('what refuses for another reason is told', async () => {
  const link = {
    long: { getContainer: () => ({ start: () => Promise.reject(new Error('port is already allocated')) }) },
  } as unknown as Link
  await expect(turnNode(link, node({}), true)).rejects.toThrow('cannot be started')
})

test('the container before several control planes has no names of applications and no containerd', async () => {
  const joined: string[] = []
  const connect = ({ Container }: { readonly Container: string }) =>
    Promise.resolve(void joined.push(Container))
  const read: string[] = []
  const context = {
    settings: defaultSettings,
    link: () => Promise.resolve({ calls: { getNetwork: () => ({ connect }) } }),
    nodes: () =>
      Promise.resolve([
        node({ id: 'a', name: 'a' }),
        node({ id: 'b', name: 'b' }),
        node({ id: 'lb', name: 'lb', role: 'external-load-balancer' }),
      ]),
    commands: () =>
      Promise.resolve({
        read(name: string) {
          read.push(name)
          return Promise.resolve({ ok: true, out: '' })
        },
      }),
    api: () => Promise.resolve(undefined),
  } as unknown as KindContext
  await openPut(context).join(clusterSpec, {
    names: ['console.macula.local'],
    registry: { references: [], url: 'http://r' },
  })
  expect([joined, read]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ])
})
