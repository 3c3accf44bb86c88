import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { AppSpec, ClusterSpec } from '../../../main/model/cluster.ts'
import type { KindContext } from '../../../main/system/kind/context.ts'
import { enteredOf } from '../../../main/system/kind/pod-place.ts'
import { openPodPiped, openPodTerminal } from '../../../main/system/kind/pod-terminal.ts'

/** What a cluster says of its pods becomes arguments of kubectl: over stand-ins for the API server and for Docker. */

interface Place {
  readonly namespace?: string
  readonly name?: string
  readonly container?: string
}

interface Made {
  readonly ready?: boolean
  readonly ending?: boolean
  readonly born?: string
  readonly default?: string
  /** Name and whether it runs. */
  readonly containers?: readonly (readonly [string, boolean])[]
}

function pod(name: string, made: Made = {}, namespace = 'shop') {
  const containers = made.containers ?? [['app', true]]
  return {
    metadata: {
      name,
      namespace,
      uid: name,
      creationTimestamp: made.born ?? '2026-11-27T10:00:00Z',
      ...(made.ending === true ? { deletionTimestamp: '2026-11-27T11:00:00Z' } : {}),
      ...(made.default === undefined
        ? {}
        : { annotations: { 'kubectl.kubernetes.io/default-container': made.default } }),
    },
    spec: { containers: containers.map(([one]) => ({ name: one })) },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: made.ready === false ? 'False' : 'True' }],
      containerStatuses: containers.map(([one, runs]) => ({
        name: one,
        ready: runs,
        state: runs ? { running: {} } : { waiting: { reason: 'CrashLoopBackOff' } },
      })),
    },
  }
}

const place = (items: readonly unknown[]): string | undefined => {
  const found = enteredOf({ items }, 'shop')
  return found && `${found.namespace}/${found.pod}/${found.container}`
}

test.each<readonly [string, readonly ReturnType<typeof pod>[], string | undefined]>([
  ['none', [], undefined],
  ['one', [pod('web-1')], 'shop/web-1/app'],
  ['of several the newest', [pod('web-1'), pod('web-2', { born: '2026-11-27T12:00:00Z' })], 'shop/web-2/app'],
  [
    'a ready one before a newer one that only runs',
    [pod('web-1'), pod('web-2', { born: '2026-11-27T12:00:00Z', ready: false })],
    'shop/web-1/app',
  ],
  [
    'one that is being deleted last, though it is ready',
    [pod('web-1', { ending: true }), pod('web-2', { ready: false })],
    'shop/web-2/app',
  ],
  ['in the end that too', [pod('web-1', { ending: true })], 'shop/web-1/app'],
  ['not one that does not run', [pod('web-1', { containers: [['app', false]] })], undefined],
  [
    'the first container of several',
    [
      pod('web-1', {
        containers: [
          ['app', true],
          ['side', true],
        ],
      }),
    ],
    'shop/web-1/app',
  ],
  [
    'the one that runs, where the first does not',
    [
      pod('web-1', {
        ready: false,
        containers: [
          ['app', false],
          ['side', true],
        ],
      }),
    ],
    'shop/web-1/side',
  ],
  [
    'the one that the manifest names',
    [
      pod('web-1', {
        default: 'side',
        containers: [
          ['app', true],
          ['side', true],
        ],
      }),
    ],
    'shop/web-1/side',
  ],
  ['but not where it names none of them', [pod('web-1', { default: 'nobody' })], 'shop/web-1/app'],
])('of the pods is entered: %s', (_, pods, entered) => {
  expect(place(pods)).toBe(entered)
})

test('what is no list of pods is none', () => {
  expect(enteredOf(undefined, 'shop')).toBeUndefined()
  expect(enteredOf({ items: [{ metadata: {} }] }, 'shop')).toBeUndefined()
})

async function entered({ namespace = 'shop', name = 'web-1', container = 'app' }: Place) {
  const ran: (readonly string[])[] = []
  const pods = { items: [pod(name, { containers: [[container, true]] }, namespace)] }
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

/** A program in a pod over a stand-in for Docker, which tells what was run in the node and in whose name it was ended. */
async function opened(argv: readonly string[], code: number | null) {
  const ran: (readonly string[])[] = []
  const stream = (): PassThrough => {
    const made = new PassThrough()
    setImmediate(() => made.end())
    return made
  }
  const exec = async ({ Cmd }: { readonly Cmd: readonly string[] }) => {
    ran.push(Cmd)
    return await Promise.resolve({
      start: async () => await Promise.resolve(stream()),
      resize: async () => await Promise.resolve(),
      inspect: async () => await Promise.resolve({ ExitCode: code, Running: code === null }),
    })
  }
  const context = {
    head: async () => await Promise.resolve({ name: 'hub-control-plane' }),
    api: async () =>
      await Promise.resolve({ get: async () => await Promise.resolve({ items: [pod('web-1')] }) }),
    link: async () => await Promise.resolve({ long: { getContainer: () => ({ exec }) } }),
  } as unknown as KindContext
  const cluster = { id: 'hub', name: 'hub', namespace: 'shop' } as ClusterSpec
  const { handle, where } = await openPodTerminal(context, cluster, { id: 'web' } as AppSpec, {
    argv,
    columns: 80,
    rows: 24,
  })
  expect(where).toBe('shop/web-1')
  await handle.close()
  await handle.close()
  return ran
}

test('a shell that is closed while it runs is hung up in its pod too: by a mark that its own sh has set', async () => {
  const ran = await opened(['sh', '-c', 'exec bash'], null)
  const [begun = [], ...ends] = ran
  const mark = begun.find((word) => word.startsWith('MACULA_TERMINAL=')) ?? 'none'
  expect(begun.slice(begun.indexOf('--'))).toEqual([
    '--',
    'sh',
    '-c',
    'export "$0"; exec "$@"',
    mark,
    'sh',
    '-c',
    'exec bash',
  ])
  const inPod = ends.filter((argv) => argv[0] === 'kubectl')
  expect(inPod).toHaveLength(1)
  expect(inPod[0]).toEqual(expect.arrayContaining(['web-1', '--container=app', mark]))
  expect(inPod[0]).not.toContain('--stdin')
})

test.each([
  ['one that has ended', ['sh'], 0],
  ['one that is no shell: nobody there could do it', ['top'], null],
] as const)('nothing more is run in the pod of %s', async (_, argv, code) => {
  const [, ...ends] = await opened(argv, code)
  expect(ends.filter((words) => words[0] === 'kubectl')).toEqual([])
})
