import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NameServerAdapter } from '../../../main/engine/adapters.ts'
import type { Settings } from '../../../main/model/service.ts'
import { askDns } from '../../../main/system/dns/ask.ts'
import { openNameServer } from '../../../main/system/dns/open-name-server.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'

/** The real dnsmasq on a port of its own. */

const settings: Settings = {
  ...defaultSettings,
  suffix: 'macula.test',
  subnet: '172.23.0.0/24',
  project: 'names',
  addresses: '127.0.0.0/24',
  dnsPort: 25_354,
  dockerHost: '',
}
/** An instance of its own: what the person's own Macula started on this machine is none of these tests'. */
const owner = { uid: process.getuid?.() ?? 0, project: `names-${process.pid}` }
const names = new Map([
  ['grafana.macula.test', '127.0.0.4'],
  ['s3.macula.test', '127.0.0.9'],
])
let paths: Paths
let server: NameServerAdapter

beforeAll(async () => {
  paths = pathsOf({ MACULA_HOME: await mkdtemp(join(tmpdir(), 'macula-names-')) }, '/assets')
  server = openNameServer(paths, owner, settings, process.env)
  await server.ensure(names)
})
afterAll(async () => {
  await server.stop()
  await rm(join(paths.state, '..'), { recursive: true, force: true })
})

const ask = async (name: string, type: 'A' | 'AAAA' = 'A') => {
  const answer = await askDns(settings.dnsPort, name, type, 120_000)
  return answer && `${answer.code} ${answer.addresses.join(',')}`.trim()
}

async function pidOf(): Promise<number> {
  const seen = await server.seen()
  if (seen.kind !== 'runs') throw new Error(`the server is ${seen.kind}`)
  return seen.pid
}

test.each([
  ['grafana.macula.test', 'A', 'NOERROR 127.0.0.4'],
  // No data, not NXDOMAIN: some resolvers take NXDOMAIN for one type as "no such name at all".
  ['grafana.macula.test', 'AAAA', 'NOERROR'],
  ['nobody.macula.test', 'A', 'NXDOMAIN'],
  ['sub.grafana.macula.test', 'A', 'NXDOMAIN'],
  // Never asked upstream.
  ['example.org', 'A', 'REFUSED'],
] as const)('%s %s is %s', async (name, type, answer) => {
  expect(await ask(name, type)).toBe(answer)
})

test('it runs as nobody’s superuser needs it: on 127.0.0.1 and a high port only', async () => {
  const argv = await readFile(`/proc/${await pidOf()}/cmdline`, 'utf8')
  expect(argv.split('\0')).toContain(`--conf-file=${paths.state}/dns/dnsmasq.conf`)
  expect(await server.seen()).toMatchObject({ kind: 'runs', port: 25_354 })
})

test('another port that is taken: the server that answers goes on, and the holder is named', async () => {
  const pid = await pidOf()
  const held = createServer()
  await new Promise<void>((resolve) => held.listen(0, '127.0.0.1', resolve))
  const { port } = held.address() as AddressInfo
  const moved = openNameServer(paths, owner, { ...settings, dnsPort: port }, process.env)
  await expect(moved.ensure(names)).rejects.toThrow(
    new RegExp(`127\\.0\\.0\\.1:${port}, where our name server`),
  )
  expect(await ask('grafana.macula.test')).toBe('NOERROR 127.0.0.4')
  held.close()
  await server.ensure(names)
  expect(await ask('grafana.macula.test')).toBe('NOERROR 127.0.0.4')
  expect(pid).toBeGreaterThan(1)
})

test('names change without a restart', async () => {
  const pid = await pidOf()
  await server.ensure(new Map([...names, ['notes.macula.test', '127.0.0.11']]))
  expect(await ask('notes.macula.test')).toBe('NOERROR 127.0.0.11')
  await server.ensure(names)
  expect(await ask('notes.macula.test')).toBe('NXDOMAIN')
  expect(await pidOf()).toBe(pid)
})

test('fault 1: a refused name leaves files and answers as they were', async () => {
  const file = join(paths.state, 'dns/hosts.d/grafana.macula.test')
  const before = await readFile(file, 'utf8')
  await expect(server.ensure(new Map([['x\nconf-script=/bin/sh.macula.test', '127.0.0.4']]))).rejects.toThrow(
    /not a name/,
  )
  expect(await readFile(file, 'utf8')).toBe(before)
  expect(await ask('grafana.macula.test')).toBe('NOERROR 127.0.0.4')
})

describe('its process', () => {
  test('fault 17: killed, it is put back', async () => {
    const pid = await pidOf()
    process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await server.seen()).kind).toBe('stopped')
    await server.ensure(names)
    expect(await pidOf()).not.toBe(pid)
    expect(await ask('grafana.macula.test')).toBe('NOERROR 127.0.0.4')
  })

  const record = (): string => join(paths.state, 'pids/dnsmasq.json')

  test('fault 29: one whose record was never written, because its actor was killed, is known again', async () => {
    const pid = await pidOf()
    await rm(record())
    expect(await server.seen()).toMatchObject({ kind: 'runs', pid })
    await server.ensure(names)
    expect(await pidOf()).toBe(pid)
    expect(JSON.parse(await readFile(record(), 'utf8'))).toMatchObject({ pid })
    await rm(record())
    await server.stop()
    expect((await server.seen()).kind).toBe('stopped')
    await server.ensure(names)
  })

  test('its state folder lost or moved: it is known, and gives way to one that reads the folder', async () => {
    const pid = await pidOf()
    const elsewhere = pathsOf({ MACULA_HOME: join(paths.state, 'elsewhere') }, '/assets')
    const moved = openNameServer(elsewhere, owner, settings, process.env)
    expect(await moved.seen()).toMatchObject({ kind: 'runs', pid })
    await moved.ensure(names)
    expect(await moved.seen()).toMatchObject({ kind: 'runs', names })
    expect(await ask('grafana.macula.test')).toBe('NOERROR 127.0.0.4')
    await moved.stop()
    expect((await server.seen()).kind).toBe('stopped')
    await server.ensure(names)
  })

  test.each([
    ['another instance', { ...owner, project: 'beside' }],
    ['another person', { ...owner, uid: owner.uid + 1 }],
  ])('that of %s is never ours to end', async (_, other) => {
    const pid = await pidOf()
    const elsewhere = pathsOf({ MACULA_HOME: join(paths.state, 'beside') }, '/assets')
    const beside = openNameServer(elsewhere, other, settings, process.env)
    expect((await beside.seen()).kind).toBe('port-taken')
    await expect(beside.ensure(names)).rejects.toThrow(/cannot be started/)
    await beside.stop()
    expect(await pidOf()).toBe(pid)
  })

  test('suspended (SIGSTOP), it is told as ours that answers nothing, and is replaced', async () => {
    const pid = await pidOf()
    process.kill(pid, 'SIGSTOP')
    await expect
      .poll(async () => await server.seen())
      .toEqual({ kind: 'hung', pid, port: settings.dnsPort, hung: 'suspended' })
    await server.ensure(names)
    expect(await pidOf()).not.toBe(pid)
    expect(await ask('grafana.macula.test')).toBe('NOERROR 127.0.0.4')
  })

  test('fault 16: its port held by another program: named, not ended', async () => {
    await server.stop()
    const program = `require('net').createServer().listen(${settings.dnsPort}, '127.0.0.1', () => console.log('ready'))`
    const foreign = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise((resolve) => foreign.stdout.once('data', resolve))
    try {
      expect(await server.seen()).toMatchObject({
        kind: 'port-taken',
        says: expect.stringContaining(`(pid ${foreign.pid})`) as unknown,
      })
      await expect(server.ensure(names)).rejects.toThrow(new RegExp(`pid ${foreign.pid}`))
      expect(foreign.exitCode).toBeNull()
    } finally {
      foreign.kill('SIGKILL')
      await new Promise((resolve) => foreign.once('exit', resolve))
    }
    await server.ensure(names)
    expect((await server.seen()).kind).toBe('runs')
  })
})
