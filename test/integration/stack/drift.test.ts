import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { createTruth } from '../../../main/engine/look/truth.ts'
import { createRunContext } from '../../../main/engine/run/context.ts'
import { createRuns } from '../../../main/engine/run/runs.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import { openIntent } from '../../../main/system/keep/intent.ts'
import { openRecord } from '../../../main/system/keep/record.ts'
import { openStack } from '../../../main/system/stack/open-stack.ts'
import { adaptersOf } from '../../adapters.ts'
import { openFixture, settings as base, type Fixture } from '../../unit/stack/fixture.ts'

/** A container is right when it is what would be made now: every kind of change, over the real Docker and Compose. */

const settings = { ...base, project: 'macula-it-drift', subnet: '172.28.82.0/24' }
const { project } = settings
const IMAGE = `${project}/own:1`
const raw = new Docker()
const docker = (...args: readonly string[]): string =>
  execFileSync('docker', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
const nothing = async (): Promise<void> => await Promise.resolve()

/** The program of a person, built under the same tag each time. */
function build(version: number): void {
  execFileSync('docker', ['build', '--quiet', '--tag', IMAGE, '-'], {
    input: `FROM macula-test/base\nLABEL version=${version}\nENV VERSION=${version}\n`,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/**
 * Checked often until it is healthy, then seldom: a container that is paused while Docker begins a check in it hangs that engine's
 * every question about it (26.1 with control groups of version 1; the check's own process is frozen before it began).
 */
const fragment = (id: string, last: number): string => `services:
  ${id}:
    image: ${IMAGE}
    command: [bash, -c, 'trap "exit 0" TERM; sleep infinity & wait']
    stop_grace_period: 1s
    mem_limit: 64m
    restart: unless-stopped
    healthcheck: { test: [CMD, 'true'], interval: 1m, start_period: 30s, start_interval: 100ms }
    environment: { HELLO: there }
    volumes: [ '${id}:/data', './conf:/etc/own:ro' ]
    networks: { macula: { ipv4_address: '\${MACULA_SUBNET_PREFIX}.${last}' } }
networks:
  macula: { name: '\${MACULA_NETWORK}', external: true }
volumes:
  ${id}: {}
`

async function clear(): Promise<void> {
  const containers = await raw.listContainers({ all: true })
  const made = containers.filter(({ Labels: labels }) => labels['dev.macula.project'] === project)
  await Promise.all(made.map(({ Id: id }) => raw.getContainer(id).remove({ force: true })))
  const { Volumes: volumes } = await raw.listVolumes()
  for (const { Name: name } of volumes) if (name.startsWith(`${project}_`)) await raw.getVolume(name).remove()
  for (const { Id: id, Name: name } of await raw.listNetworks())
    if (name.startsWith(project)) await raw.getNetwork(id).remove()
}

/** A Macula over these folders, whose services have no addresses: only Docker is the point here. */
async function open(
  fixture: Fixture,
  services: readonly ServiceSpec[],
  more: Partial<Adapters['stack']> = {},
) {
  const { paths, secrets } = fixture
  const now = (): number => Date.now()
  const adapters = adaptersOf({
    docker: await openDocker(settings, process.env),
    stack: { ...openStack({ paths, settings, secrets, env: process.env, now }), ...more },
    record: openRecord(paths),
    intent: openIntent(paths, () => Promise.resolve([])),
    secrets,
    clock: { now },
    host: {
      canBind: () => Promise.resolve({ kind: 'ok', ms: 0 }),
      listener: () => Promise.resolve({ kind: 'free', ms: 0 }),
      lowestPort: () => Promise.resolve(80),
      nameLines: () => Promise.resolve([]),
      wayTo: () => Promise.resolve({ kind: 'right', device: 'br-1' }),
      openFiles: () => Promise.resolve(undefined),
      links: () => [],
    },
    forwarders: {
      someEnded: () => false,
      list: () => Promise.resolve([]),
      ensure: () => Promise.resolve([]),
      stop: nothing,
    },
    zones: {
      ensure: () => Promise.resolve([]),
      records: () => Promise.resolve(new Map()),
      answers: () => Promise.resolve(new Map()),
    },
    nameServer: { seen: () => Promise.resolve({ kind: 'stopped' }), ensure: nothing, stop: nothing },
  })
  const catalog: Catalog = { services, forwards: [], problems: [] }
  const truth = createTruth(
    adapters,
    settings,
    () => catalog,
    () => undefined,
  )
  const runs = createRuns(createRunContext(adapters, settings, () => catalog, truth))
  const ids = services.map(({ id }) => id)
  const told: StepEvent[] = []
  const tell = (event: StepEvent): void => void told.push(event)
  const { signal } = new AbortController()
  return {
    async up(how?: 'anew') {
      told.length = 0
      const result = await runs.start(ids, tell, signal, how)
      return { ...result, notes: told.flatMap((event) => (event.kind === 'note' ? [event.says] : [])) }
    },
    restart: async () => await runs.restart(ids, tell, signal),
    down: async () => await runs.stop(ids, { also: false, remove: false }, tell, signal),
    async row(id = 'web') {
      const view = (await truth.look()).services.find((one) => one.id === id)
      if (!view) throw new Error(`no ${id}`)
      return view
    },
  }
}

const container = (id: string): string => `${project}-${id}-1`
const idOf = (id: string): string => docker('inspect', '--format', '{{.Id}}', container(id))
const inside = (id: string, ...command: readonly string[]): string =>
  docker('exec', container(id), ...command)

let fixture: Fixture
let services: readonly ServiceSpec[]
let macula: Awaited<ReturnType<typeof open>>

beforeAll(clear)
beforeEach(async () => {
  build(1)
  fixture = openFixture()
  services = [
    fixture.put('web', { 'compose.yaml': fragment('web', 21), 'conf/own.conf': 'one\n' }),
    fixture.put('other', { 'compose.yaml': fragment('other', 22), 'conf/own.conf': 'one\n' }),
  ].map((service) => ({ ...service, address: null, runtime: { kind: 'container', image: IMAGE } as const }))
  macula = await open(fixture, services)
  expect(await macula.up()).toMatchObject({ ok: true, notes: [] })
  inside('web', 'sh', '-c', 'echo kept > /data/x')
  await works()
})
afterEach(async () => {
  await clear()
  fixture.clear()
})
afterAll(() => void docker('rmi', '--force', IMAGE))

/** Waits until a row is not just starting any more. */
async function settled(id = 'web') {
  await expect.poll(async () => (await macula.row(id)).state).not.toBe('starting')
  return await macula.row(id)
}
async function works(): Promise<void> {
  for (const { id } of services) expect(await settled(id)).toMatchObject({ state: 'works' })
}
const dataIsKept = (): void => expect(inside('web', 'cat', '/data/x', '/etc/own/own.conf')).toBe('kept\none')

it('where nothing changed nothing is made, and no process is needed for it', async () => {
  const before = [idOf('web'), idOf('other')]
  await works()
  const without = await open(fixture, services, {
    create: () => {
      throw new Error('nothing is to be created')
    },
  })
  expect(await without.up()).toMatchObject({ ok: true, notes: [] })
  await macula.restart()
  await macula.down()
  expect(await without.up()).toMatchObject({ ok: true, notes: [] })
  expect([idOf('web'), idOf('other')]).toEqual(before)
  dataIsKept()
})

describe('each kind of change is told in the row, and mended by up with data kept', () => {
  it.each<readonly [string, () => void, string]>([
    ['its image was built again', () => build(2), `${IMAGE} is a different image now`],
    [
      'taken off its network',
      () => void docker('network', 'disconnect', project, container('web')),
      `it is not on the docker network ${project}`,
    ],
    [
      'connected again by hand, without its name and address',
      () => {
        docker('network', 'disconnect', project, container('web'))
        docker('network', 'connect', project, container('web'))
      },
      `it is on the docker network ${project} with other names or another address`,
    ],
    [
      'docker update --restart=no',
      () => void docker('update', '--restart=no', container('web')),
      'its restart policy is no instead of unless-stopped',
    ],
    [
      'renamed',
      () => void docker('rename', container('web'), `${project}-mine`),
      `it is called ${project}-mine instead of ${container('web')}`,
    ],
    ['paused', () => void docker('pause', container('web')), 'paused'],
    [
      'its rendered folder is gone',
      () => rmSync(fixture.rendered, { recursive: true }),
      'stack/web/conf, which is mounted into it, is gone',
    ],
  ])('%s', async (_, change, says) => {
    change()
    const row = await settled()
    expect(row.state).toMatch(/degraded|failed/)
    expect(row.reason).toContain(says)
    const began = Date.now()
    expect(await macula.up()).toMatchObject({ ok: true })
    // None waits for the deadline of a start (180 s).
    expect(Date.now() - began).toBeLessThan(150_000)
    await works()
    dataIsKept()
    expect(await macula.up()).toMatchObject({ ok: true, notes: [] })
  })

  it('by restart, and by down and up', async () => {
    build(2)
    expect(await macula.restart()).toMatchObject({ ok: true })
    expect(inside('web', 'printenv', 'VERSION')).toBe('2')
    await macula.down()
    build(3)
    expect(await macula.up()).toMatchObject({ ok: true })
    expect(inside('web', 'printenv', 'VERSION')).toBe('3')
    dataIsKept()
  })
})

it('a network that somebody connected and a raised limit are told, left, and undone when that is asked for', async () => {
  docker('network', 'create', '--subnet', '172.28.83.0/24', `${project}-extra`)
  docker('network', 'connect', `${project}-extra`, container('web'))
  docker('update', '--memory', '128m', '--memory-swap', '256m', container('other'))
  const before = idOf('web')
  expect(await settled()).toMatchObject({
    state: 'degraded',
    reason: `it is also on the docker network ${project}-extra`,
    headline: { fix: { command: 'maculactl up web --anew' } },
  })
  expect((await settled('other')).reason).toContain('its memory limit is 128 MiB instead of 64 MiB')
  const { ok, notes } = await macula.up()
  expect(ok).toBe(true)
  expect(notes).toEqual([
    expect.stringContaining(`web is left as it is, though it is also on the docker network ${project}-extra`),
    expect.stringContaining('other is left as it is, though its memory'),
  ])
  expect(idOf('web')).toBe(before)
  expect(await macula.up('anew')).toMatchObject({ ok: true })
  await works()
  dataIsKept()
})

it('down, then the network removed as a prune does, then up', async () => {
  await macula.down()
  docker('network', 'rm', project)
  expect(await macula.up()).toMatchObject({ ok: true, failed: [] })
  await works()
  dataIsKept()
})

it('down, then containers, network and images pruned, then up with images that are there again', async () => {
  await macula.down()
  docker('container', 'prune', '--force', '--filter', `label=dev.macula.project=${project}`)
  docker('network', 'prune', '--force', '--filter', `label=dev.macula.project=${project}`)
  docker('rmi', '--force', IMAGE)
  expect((await macula.row()).state).toBe('stopped')
  build(2)
  expect(await macula.up()).toMatchObject({ ok: true, failed: [] })
  await works()
  dataIsKept()
})

it('compose down -v by hand: the loss is said before and after the next start, once', async () => {
  docker('compose', '--project-name', project, 'down', '--volumes', '--timeout', '1')
  const row = await macula.row()
  expect(row.headline?.why).toContain(`Its volume ${project}_web is not there: what was in it is lost`)
  const { ok, notes } = await macula.up()
  expect(ok).toBe(true)
  expect(notes).toContain(
    `web starts empty: its volume ${project}_web was removed, not by Macula, and what was in it is lost.`,
  )
  expect((await macula.up()).notes).toEqual([])
  await works()
})

it('compose down without -v: the volume that is there is named', async () => {
  docker('compose', '--project-name', project, 'down', '--timeout', '1')
  expect((await macula.row()).headline?.why).toContain(`Its data is kept in its volume ${project}_web.`)
  expect(await macula.up()).toMatchObject({ ok: true, notes: [] })
  dataIsKept()
})

it('another data folder: containers are made anew from it, and nothing is left at the old place', async () => {
  await macula.down()
  const moved = `${fixture.paths.data}-moved`
  cpSync(fixture.paths.data, moved, { recursive: true })
  rmSync(fixture.paths.data, { recursive: true })
  const there = await open({ ...fixture, paths: { ...fixture.paths, data: moved } }, services)
  expect(await there.up()).toMatchObject({ ok: true, failed: [] })
  expect(docker('inspect', '--format', '{{json .Mounts}}', container('web'))).toContain(
    join(moved, 'stack/web/conf'),
  )
  expect(existsSync(fixture.paths.data)).toBe(false)
  dataIsKept()
})

it('the rendered folder is gone and Docker starts the container: no empty folder stands in its place', async () => {
  await macula.down()
  rmSync(fixture.rendered, { recursive: true })
  expect(() => docker('start', container('web'))).toThrow(/does not exist/)
  expect(existsSync(fixture.rendered)).toBe(false)
  expect(await macula.up()).toMatchObject({ ok: true })
  expect(readdirSync(fixture.rendered)).toContain('web')
  dataIsKept()
})
