import { expect, test } from 'vitest'
import { runCommand } from './run-command.ts'

const variables = [
  { service: 'grafana', name: 'GRAFANA_URL', value: '', secret: false, nowhere: 'Everything is another’s.' },
  { service: 'grafana', name: 'GRAFANA_HOST', value: '', secret: false, nowhere: 'Everything is another’s.' },
  { service: 'grafana', name: 'GRAFANA_USER', value: 'admin', secret: false },
]
const over = { env: () => Promise.resolve(variables) }

/** A line that would lead a program to somebody else's is never printed, in no format. */
test.each([
  ['shell', [], "export GRAFANA_USER='admin'"],
  ['dotenv', ['--format', 'dotenv'], 'GRAFANA_USER='],
  ['json', ['--format', 'json'], '"GRAFANA_USER"'],
])('%s: what leads to another program is left out and named with its reason', async (_, words, there) => {
  const { code, out, err } = await runCommand({ over }).run('env', 'grafana', ...words)
  expect(code).toBe(1)
  expect(out).toContain(there)
  expect(out).not.toMatch(/GRAFANA_(URL|HOST)/)
  expect(err).toContain('Left out: GRAFANA_URL, GRAFANA_HOST. Everything is another’s.')
})

/** Written into a project’s file, and taken out: what is said is what was done. */
const view = (names: readonly string[]) => () =>
  Promise.resolve({
    path: '/home/ada/shop/.env',
    service: 'grafana',
    exists: true,
    state: 'none' as const,
    names,
    alsoSet: [],
    leftOut: [],
  })

test('what was not there is not said to be removed', async () => {
  const { code, err } = await runCommand({ over: { envFile: view([]) } }).run(
    'env',
    'timescaledb',
    '--unwrite',
    '/home/ada/shop/.env',
  )
  expect(code).toBe(0)
  expect(err).toBe('/home/ada/shop/.env holds no variables of TimescaleDB.\n')
})

test('variables of a service that is gone are taken out of the file that holds them', async () => {
  const asked: string[] = []
  const path = '/home/ada/shop/.env'
  const one = runCommand({
    envFiles: [{ path, service: 'gone-shop', at: 1, made: true, state: 'written' }],
    over: {
      envFile: async (service) => {
        asked.push(service)
        return await view(['A'])()
      },
    },
  })
  const { code, err } = await one.run('env', 'gone-shop', '--unwrite', path)
  expect({ code, err }).toEqual({ code: 0, err: `The variables of gone-shop were removed from ${path}.\n` })
  expect(asked).toEqual(['gone-shop'])
  const other = await one.run('env', 'gone-shop', '--unwrite', '/home/ada/other/.env')
  expect(other.code).toBe(2)
  expect(asked).toHaveLength(1)
})

test('a service without variables is said to have none, not passed over', async () => {
  const one = runCommand()
  const { code, err } = await one.run('env', 'excalidraw', '--write', '/home/ada/shop/.env')
  expect(code).toBe(2)
  expect(err).toContain('Excalidraw has no variables to write.')
})
