import { expect, test } from 'vitest'
import type { RunContext } from '../../../main/engine/run/context.ts'
import { createTerminalCalls } from '../../../main/engine/run/terminal.ts'
import { sqlUser } from '../../../main/model/sql.ts'
import { sayTerminalEnd } from '../../../main/model/terminal.ts'
import { podArgv } from '../../../main/system/kind/pod-terminal.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { service } from '../stack/fixture.ts'

test.each([
  [0, 'psql ended.'],
  [3, 'psql ended with exit code 3.'],
  // What was typed last into a shell has that code too.
  [127, 'psql ended with exit code 127.'],
  [137, 'psql was ended by signal 9.'],
  [null, 'psql in Tempo ended.'],
])('how a terminal ended with %s is said', (code, says) => {
  expect(sayTerminalEnd(code, 'psql', 'Tempo')).toEqual({ code, says })
})

const OCI = 'OCI runtime exec failed: exec failed: unable to start container process: exec: '
const missing = {
  code: 127,
  says: 'psql could not be run in Tempo: its image does not have it (exit code 127).',
}
test.each([
  [127, `${OCI}"psql": executable file not found in $PATH: unknown`, missing],
  [126, `${OCI}"/bin/psql": stat /bin/psql: no such file or directory: unknown`, missing],
  // By kubectl.
  [
    1,
    `error: Internal error occurred: error executing command in container: ${OCI}"psql": executable file not found in $PATH`,
    missing,
  ],
  [
    126,
    `${OCI}"/etc/passwd": permission denied`,
    { code: 126, says: 'psql could not be run in Tempo (exit code 126).' },
  ],
  [1, 'psql: no such file or directory', { code: 1, says: 'psql ended with exit code 1.' }],
  [0, `${OCI}"psql": executable file not found in $PATH`, { code: 0, says: 'psql ended.' }],
])('a program that the image does not have is known by what is said of it: %s, %s', (code, first, told) => {
  expect(sayTerminalEnd(code, 'psql', 'Tempo', first)).toEqual(told)
})

test('a program in a pod is an argument list after --, whatever the pod is called', () => {
  expect(podArgv({ namespace: 'shop', pod: 'web-1', container: 'web' }, ['sh', '-c', 'x'])).toEqual([
    'kubectl',
    '--kubeconfig=/etc/kubernetes/admin.conf',
    'exec',
    '--stdin',
    '--tty',
    '--quiet',
    '--namespace=shop',
    '--container=web',
    'web-1',
    '--',
    'sh',
    '-c',
    'x',
  ])
})

const sql = {
  id: 'sql',
  scheme: 'postgres',
  target: 5432,
  clean: false,
  probe: { path: '/', expect: [], headers: {} },
} as const

test('who psql is comes from the description; a name that would be an option is nobody', () => {
  const spec = { user: 'macula', names: ['macula'], extensions: [] }
  expect(sqlUser({ endpoints: [], databases: spec })).toEqual({ user: 'macula', database: 'macula' })
  expect(sqlUser({ endpoints: [sql], credentials: { user: 'ada', secret: 'X' } })).toEqual({
    user: 'ada',
    database: 'ada',
  })
  expect(sqlUser({ endpoints: [sql], credentials: { user: '-f/etc/passwd', secret: 'X' } })).toBeUndefined()
  expect(sqlUser({ endpoints: [], credentials: { user: 'ada', secret: 'X' } })).toBeUndefined()
})

test('programs run in what was found in a cluster too, which is no part of the catalog', async () => {
  const asked: unknown[] = []
  const found = service('shop-web', { runtime: clusterRuntime('web') })
  const handle = {
    output: (async function* () {
      yield await Promise.resolve('executable file not found in $PATH')
    })(),
    code: async () => await Promise.resolve(1),
  }
  const context = {
    catalog: () => ({ services: [], forwards: [], problems: [] }),
    truth: {
      rows: () => [found],
      observe: { docker: async () => await Promise.resolve(void asked.push('looked at Docker')) },
    },
    needDocker: async () => await Promise.resolve(),
    adapters: {
      clusters: {
        async terminal(cluster: { id: string }, app: { id: string }, wish: unknown) {
          asked.push([cluster.id, app.id, wish])
          return await Promise.resolve({ where: 'shop/web-1', handle })
        },
      },
    },
  } as unknown as RunContext
  const { terminal } = createTerminalCalls(context, async () => await Promise.resolve(undefined))
  const wish = { kind: 'shell', columns: 80, rows: 24, argv: ['top'] } as const
  const opened = await terminal('shop-web', wish)
  // A command of its own knows nothing of Docker before it looks.
  expect(asked).toEqual(['looked at Docker', ['hub', 'web', { argv: ['top'], columns: 80, rows: 24 }]])
  expect(opened.place).toEqual({ program: 'top', where: 'shop/web-1' })
  for await (const _ of opened.output);
  expect((await opened.ended()).says).toContain('top could not be run in')
  await expect(terminal('nobody', wish)).rejects.toThrow('There is no service nobody.')
})
