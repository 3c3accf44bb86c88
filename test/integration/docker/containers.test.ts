import { createServer } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import { listen, openYard, settings, stays, STRANGER, until, type Yard } from './yard.ts'

let yard: Yard
beforeAll(async () => {
  yard = await openYard()
  await yard.clear()
})
afterEach(() => yard.clear())
afterAll(() => yard.clear())

it('sees the engine of this machine as native', async () => {
  expect(await yard.docker.see()).toMatchObject({ kind: 'up', native: true })
})

it.skipIf(process.getuid?.() !== 0)('is denied as somebody who is not in the docker group', async () => {
  process.seteuid?.('nobody')
  try {
    const docker = await openDocker({ ...settings, dockerHost: '/var/run/docker.sock' }, {})
    expect(await docker.see()).toMatchObject({ kind: 'down', code: 'denied' })
  } finally {
    process.seteuid?.('root')
  }
})

describe('events, with the stream open before anything is looked at', () => {
  it('tell start, health, death and removal of ours, and neither health checks nor strangers', async () => {
    const events = await listen(yard.docker)
    const id = await yard.make('web', `touch /ok; ${stays}`, {
      Healthcheck: { Test: ['CMD', 'test', '-e', '/ok'], Interval: 50e6, Timeout: 2e9, Retries: 1 },
    })
    const stranger = await yard.makeStranger('noise')
    await stranger.start()
    await yard.docker.start(id)
    const actions = (): readonly string[] => events.seen.map(({ action }) => action)
    await until(() => expect(actions()).toContain('health_status: healthy'))
    const exec = await yard.raw.getContainer(id).exec({ Cmd: ['rm', '/ok'] })
    await exec.start({})
    await until(() => expect(actions()).toContain('health_status: unhealthy'))
    await yard.docker.stop(id)
    await yard.docker.remove(id)
    await until(() => expect(actions()).toContain('destroy'))
    expect(await events.stop()).toBe('stopped by Macula')
    expect(actions().slice(0, 4)).toEqual([
      'create',
      'start',
      'health_status: healthy',
      'health_status: unhealthy',
    ])
    // Docker tells the death and the end of the stop in either order.
    expect(actions().slice(4).sort()).toEqual(['destroy', 'die', 'stop'])
    expect(new Set(events.seen.map((event) => `${event.service} ${event.id}`))).toEqual(
      new Set([`web ${id}`]),
    )
    for (const { at } of events.seen) expect(Math.abs(Date.now() - at)).toBeLessThan(60_000)
  })
})

describe('what inspect tells', () => {
  it('a healthy container, then one that somebody stopped', async () => {
    await yard.docker.ensureNetwork()
    const id = await yard.make('web', stays, {
      HostConfig: { NetworkMode: settings.project, RestartPolicy: { Name: 'unless-stopped' } },
      NetworkingConfig: {
        EndpointsConfig: { [settings.project]: { IPAMConfig: { IPv4Address: '172.28.77.21' } } },
      },
    })
    expect(await yard.docker.inspect(id)).toMatchObject({ state: 'created', startedAt: 0, address: '' })
    await yard.docker.start(id)
    await yard.docker.start(id)
    expect(await yard.docker.inspect(id)).toMatchObject({
      service: 'web',
      state: 'running',
      health: 'none',
      address: '172.28.77.21',
      config: 'feed',
      stoppedOnPurpose: false,
    })
    await yard.docker.stop(id)
    await yard.docker.stop(id)
    const stopped = await yard.docker.inspect(id)
    expect(stopped).toMatchObject({ state: 'exited', stoppedOnPurpose: true, address: '' })
    expect(stopped?.lastLine).toBeUndefined()
    await yard.docker.remove(id)
    await yard.docker.remove(id)
    expect(await yard.docker.inspect(id)).toBeUndefined()
    await expect(yard.docker.start(id)).rejects.toMatchObject({ trouble: { kind: 'failed' } })
  })

  it('a crash loop, with its last line and exit code', async () => {
    const id = await yard.make('web', 'echo first; printf "\\033[31mcannot open the store\\n" >&2; exit 3', {
      HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'unless-stopped' } },
    })
    await yard.docker.start(id)
    await until(async () =>
      expect(await yard.docker.inspect(id)).toMatchObject({
        state: 'restarting',
        exitCode: 3,
        stoppedOnPurpose: false,
        lastLine: '\u001b[31mcannot open the store',
      }),
    )
    expect((await yard.docker.inspect(id))?.restarts).toBeGreaterThan(0)
  })

  it('why a container is unhealthy', async () => {
    const id = await yard.make('web', `echo alive; ${stays}`, {
      Healthcheck: {
        Test: ['CMD-SHELL', 'echo the disk is full; exit 1'],
        Interval: 50e6,
        Timeout: 2e9,
        Retries: 1,
      },
    })
    await yard.docker.start(id)
    await until(async () =>
      expect(await yard.docker.inspect(id)).toMatchObject({
        state: 'running',
        health: 'unhealthy',
        healthOutput: 'the disk is full',
        lastLine: 'alive',
      }),
    )
  })

  it('a paused one is stopped too', async () => {
    const id = await yard.make('web', stays)
    await yard.docker.start(id)
    await yard.raw.getContainer(id).pause()
    expect(await yard.docker.inspect(id)).toMatchObject({ state: 'paused' })
    await yard.docker.stop(id)
    expect(await yard.docker.inspect(id)).toMatchObject({ state: 'exited' })
  })
})

describe('what is not ours (fault 30)', () => {
  it('is not listed, and never started, stopped or removed', async () => {
    const mine = await yard.make('web', stays)
    const plain = await yard.makeStranger('plain')
    // Of another compose project that happens to have our name.
    const sameProject = await yard.makeStranger('compose', {
      Labels: { 'com.docker.compose.project': settings.project, 'com.docker.compose.service': 'web' },
    })
    const otherMacula = await yard.makeStranger('other', {
      Labels: {
        'com.docker.compose.project': 'macula-it-other',
        'dev.macula.project': 'macula-it-other',
        'dev.macula.service': 'web',
      },
    })
    const strangers = [plain, sameProject, otherMacula]
    await Promise.all(strangers.map((stranger) => stranger.start()))
    expect((await yard.docker.containers()).map(({ id }) => id)).toEqual([mine])
    for (const { id } of strangers) {
      expect(await yard.docker.inspect(id)).toBeUndefined()
      await yard.docker.stop(id)
      await yard.docker.remove(id)
      await expect(yard.docker.start(id)).rejects.toThrow()
      expect((await yard.raw.getContainer(id).inspect()).State.Running).toBe(true)
    }
  })
})

describe('a start that Docker refuses says why and what to do (fault 28)', () => {
  const refused = async (id: string): Promise<unknown> =>
    await yard.docker.start(id).then(
      () => 'started',
      (error: { trouble: unknown }) => error.trouble,
    )

  it('a port of this machine that is taken', async () => {
    const server = createServer()
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    )
    const id = await yard.make('web', stays, {
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        NetworkMode: 'bridge',
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      },
    })
    const trouble = await refused(id)
    server.close()
    expect(trouble).toMatchObject({
      kind: 'failed',
      what: `web cannot be started: the port 127.0.0.1:${port} of this machine is taken.`,
      todo: expect.stringContaining('ss -ltnp'),
    })
    expect(await yard.docker.inspect(id)).toMatchObject({ state: 'created', stoppedOnPurpose: false })
  })

  it('a fixed address that another container has', async () => {
    await yard.docker.ensureNetwork()
    const at = {
      HostConfig: { NetworkMode: settings.project },
      NetworkingConfig: {
        EndpointsConfig: { [settings.project]: { IPAMConfig: { IPv4Address: '172.28.77.30' } } },
      },
    }
    const stranger = await yard.makeStranger('squatter', at)
    await stranger.start()
    expect(await refused(await yard.make('web', stays, at))).toMatchObject({
      what: expect.stringContaining('another container of its Docker network has its fixed address'),
    })
    expect((await stranger.inspect()).State.Running).toBe(true)
  })

  it('a file to be mounted that is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'macula-mount-'))
    const id = await yard.make('web', stays, {
      HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'bind', Source: folder, Target: '/x' }] },
    })
    rmSync(folder, { recursive: true })
    expect(await refused(id)).toMatchObject({
      what: `web cannot be started: ${folder} is to be mounted, but is not there.`,
    })
  })

  it('a network that is gone, and a program that the image does not have', async () => {
    const network = await yard.raw.createNetwork({ Name: `${STRANGER}-gone` })
    const id = await yard.make('web', stays, { HostConfig: { NetworkMode: `${STRANGER}-gone` } })
    await network.remove()
    expect(await refused(id)).toMatchObject({ what: expect.stringContaining('its Docker network is gone') })
    const other = await yard.make('other', stays, { Entrypoint: ['nosuchprogram'] })
    expect(await refused(other)).toMatchObject({
      what: 'other cannot be started: its image has no program nosuchprogram.',
    })
  })
})
