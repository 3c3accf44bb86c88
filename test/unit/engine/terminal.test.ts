import { expect, test } from 'vitest'
import { sqlUser } from '../../../main/model/sql.ts'
import { sayTerminalEnd } from '../../../main/model/terminal.ts'
import { podArgv } from '../../../main/system/kind/pod-terminal.ts'

test.each([
  [0, 'psql ended.'],
  [3, 'psql ended with exit code 3.'],
  [127, 'psql could not be run in Tempo: its image does not have it (exit code 127).'],
  [137, 'psql was ended by signal 9.'],
  [null, 'psql in Tempo ended.'],
])('how a terminal ended with %s is said', (code, says) => {
  expect(sayTerminalEnd(code, 'psql', 'Tempo')).toEqual({ code, says })
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
