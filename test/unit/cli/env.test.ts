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

test('without a service everything of ours is taken out of the file, also of services that are gone', async () => {
  const asked: string[] = []
  const path = '/home/ada/shop/.env'
  const one = runCommand({
    envFiles: [
      { path, service: 'gone-shop', at: 1, made: true, state: 'written' },
      { path: '/home/ada/other/.env', service: 'other', at: 1, made: true, state: 'written' },
    ],
    over: {
      envFile: async (service) => {
        asked.push(service)
        return await view(['gone-shop', 'grafana'].includes(service) ? ['A'] : [])()
      },
    },
  })
  const { code, err } = await one.run('env', '--unwrite', path)
  expect({ code, err }).toEqual({
    code: 0,
    err: `The variables of Grafana were removed from ${path}.\nThe variables of gone-shop were removed from ${path}.\n`,
  })
  expect(asked).not.toContain('excalidraw')
  expect(asked).not.toContain('other')
})

test('a file without anything of ours is said to hold nothing, once', async () => {
  const path = '/home/ada/shop/.env'
  const one = runCommand({ over: { envFile: view([]) } })
  expect(await one.run('env', '--unwrite', path)).toMatchObject({
    code: 0,
    err: `${path} holds no variables written by maculactl.\n`,
  })
})

/** What is told to be typed is the command that was meant, with the person's own file. */
test('--write without a service shows the same option and file with one', async () => {
  const { code, err } = await runCommand().run('env', '--write', './my app/.env')
  expect(code).toBe(2)
  expect(err).toContain('Name the services whose variables are to be written.')
  expect(err).toContain("maculactl env timescaledb --write './my app/.env'")
})

test.each([
  ['--write', '--unwrite'],
  ['--write', '--json'],
  ['--unwrite', '--json'],
])('%s and %s are refused without the advice of another command', async (first, second) => {
  const words = [first, second].flatMap((one) => (one === '--json' ? [one] : [one, './.env']))
  const { code, out, err } = await runCommand().run('env', 'grafana', ...words)
  expect(code).toBe(2)
  expect(out + err).toContain('cannot be used together')
  expect(out + err).not.toContain('maculactl env')
})

test('variables of what does not run are told with how it is, on stderr only', async () => {
  const told = [
    { service: 'grafana', name: 'GRAFANA_USER', value: 'admin', secret: false, off: 'stopped' as const },
  ]
  const one = () => runCommand({ over: { env: () => Promise.resolve(told) } })
  const says = 'Grafana is stopped: nothing answers there until it runs (maculactl up grafana).\n'
  expect(await one().run('env', 'grafana')).toMatchObject({ code: 0, err: says })
  const { out, err } = await one().run('env', 'grafana', '--json')
  expect([err, out.includes('off')]).toEqual([says, false])
  const path = '/home/ada/shop/.env'
  const envFile = async () => ({ ...(await view(['A'])()), off: 'stopped' as const })
  expect((await runCommand({ over: { envFile } }).run('env', 'grafana', '--write', path)).err).toContain(says)
})
