import { createServer } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import { SHELL_ARGV } from '../../../main/model/terminal.ts'
import { listen, openFixture, settings, stays, FOREIGN, until, type Fixture } from './fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
  await fixture.clear()
})
afterEach(() => fixture.clear())
afterAll(() => fixture.clear())

it('sees the engine of this machine as native', async () => {
  expect(await fixture.docker.see()).toMatchObject({ kind: 'up', native: true })
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
  it('tell start, health, death and removal of ours, and neither health checks nor other containers', async () => {
    const events = await listen(fixture.docker)
    const id = await fixture.make('web', `touch /ok; ${stays}`, {
      Healthcheck: {
        Test: ['CMD', 'test', '-e', '/ok'],
        Interval: 50e6,
        Timeout: 60e9,
        Retries: 1,
        // It may be asked before its first line has run; what fails then does not count.
        StartPeriod: 60e9,
      },
    })
    const foreign = await fixture.makeForeign('noise')
    await foreign.start()
    await fixture.docker.start(id)
    const actions = (): readonly string[] => events.seen.map(({ action }) => action)
    await until(() => expect(actions()).toContain('health_status: healthy'))
    const exec = await fixture.raw.getContainer(id).exec({ Cmd: ['rm', '/ok'] })
    await exec.start({})
    await until(() => expect(actions()).toContain('health_status: unhealthy'))
    await fixture.docker.stop(id)
    await fixture.docker.remove(id)
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
    // That it came to its network and left it is told too.
    const moves = events.networks.filter((event) => event.id === id).map(({ action }) => action)
    expect(moves).toEqual(['connect', 'disconnect'])
    for (const { at } of events.seen) expect(Math.abs(Date.now() - at)).toBeLessThan(600_000)
  })
})

it('tells what a container was made with, and where it writes: volumes and folders, no sockets and nothing read-only', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'macula-made-'))
  const volume = `${settings.project}-made`
  try {
    expect(await fixture.docker.madeWith('db')).toBeUndefined()
    await fixture.make('db', stays, {
      Env: ['DB_PASSWORD=a=b', 'EMPTY='],
      HostConfig: {
        Binds: [
          `${volume}:/data`,
          `${folder}:/own`,
          `${folder}:/read:ro`,
          '/var/run/docker.sock:/var/run/docker.sock',
        ],
      },
    })
    const made = await fixture.docker.madeWith('db')
    expect(made?.name).toBe(`${settings.project}-db-1`)
    expect(made?.variables.get('DB_PASSWORD')).toBe('a=b')
    expect(made?.variables.get('EMPTY')).toBe('')
    expect([...(made?.data ?? [])].sort()).toEqual([folder, volume].sort())
  } finally {
    await fixture.clear()
    await fixture.raw
      .getVolume(volume)
      .remove()
      .catch(() => undefined)
    rmSync(folder, { recursive: true })
  }
})

describe('what inspect tells', () => {
  it('a healthy container, then one that somebody stopped', async () => {
    await fixture.docker.ensureNetwork()
    const id = await fixture.make('web', stays, {
      HostConfig: { NetworkMode: settings.project, RestartPolicy: { Name: 'unless-stopped' } },
      NetworkingConfig: {
        EndpointsConfig: { [settings.project]: { IPAMConfig: { IPv4Address: '172.28.77.21' } } },
      },
    })
    expect(await fixture.docker.inspect(id)).toMatchObject({ state: 'created', startedAt: 0, address: '' })
    await fixture.docker.start(id)
    await fixture.docker.start(id)
    expect(await fixture.docker.inspect(id)).toMatchObject({
      service: 'web',
      state: 'running',
      health: 'none',
      address: '172.28.77.21',
      config: 'feed',
      stoppedOnPurpose: false,
    })
    await fixture.docker.stop(id)
    await fixture.docker.stop(id)
    const stopped = await fixture.docker.inspect(id)
    expect(stopped).toMatchObject({ state: 'exited', stoppedOnPurpose: true, address: '' })
    expect(stopped?.lastLine).toBeUndefined()
    await fixture.docker.remove(id)
    await fixture.docker.remove(id)
    expect(await fixture.docker.inspect(id)).toBeUndefined()
    await expect(fixture.docker.start(id)).rejects.toMatchObject({ trouble: { kind: 'failed' } })
  })

  it('a crash loop, with its last line and exit code', async () => {
    const id = await fixture.make(
      'web',
      'echo first; printf "\\033[31mcannot open the store\\n" >&2; exit 3',
      {
        HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'unless-stopped' } },
      },
    )
    await fixture.docker.start(id)
    await until(async () =>
      expect(await fixture.docker.inspect(id)).toMatchObject({
        state: 'restarting',
        exitCode: 3,
        stoppedOnPurpose: false,
        lastLine: '\u001b[31mcannot open the store',
      }),
    )
    expect((await fixture.docker.inspect(id))?.restarts).toBeGreaterThan(0)
  })

  it('an end for want of memory, with the limit that was reached', async () => {
    const limit = 32 * 1024 * 1024
    const id = await fixture.make('eater', 'exec python3 -c "x = bytearray(10 ** 9)"', {
      HostConfig: { Memory: limit, MemorySwap: limit },
    })
    await fixture.docker.start(id)
    await until(async () =>
      expect(await fixture.docker.inspect(id)).toMatchObject({
        state: 'exited',
        exitCode: 137,
        oomKilled: true,
        memoryLimit: limit,
        stoppedOnPurpose: false,
      }),
    )
  })

  it('why a container is unhealthy', async () => {
    const id = await fixture.make('web', `echo alive; ${stays}`, {
      Healthcheck: {
        Test: ['CMD-SHELL', 'echo the disk is full; exit 1'],
        Interval: 50e6,
        Timeout: 60e9,
        Retries: 1,
      },
    })
    await fixture.docker.start(id)
    await until(async () =>
      expect(await fixture.docker.inspect(id)).toMatchObject({
        state: 'running',
        health: 'unhealthy',
        healthOutput: 'the disk is full',
        lastLine: 'alive',
      }),
    )
  })

  it('a paused one is stopped too', async () => {
    const id = await fixture.make('web', stays)
    await fixture.docker.start(id)
    await fixture.raw.getContainer(id).pause()
    expect(await fixture.docker.inspect(id)).toMatchObject({ state: 'paused' })
    await fixture.docker.stop(id)
    expect(await fixture.docker.inspect(id)).toMatchObject({ state: 'exited' })
  })
})

describe('what is not ours (fault 30)', () => {
  it('is not listed, and never started, stopped or removed', async () => {
    const mine = await fixture.make('web', stays)
    const plain = await fixture.makeForeign('plain')
    // Of another compose project that happens to have our name.
    const sameProject = await fixture.makeForeign('compose', {
      Labels: { 'com.docker.compose.project': settings.project, 'com.docker.compose.service': 'web' },
    })
    const otherMacula = await fixture.makeForeign('other', {
      Labels: {
        'com.docker.compose.project': 'macula-it-other',
        'dev.macula.project': 'macula-it-other',
        'dev.macula.service': 'web',
      },
    })
    const foreign = [plain, sameProject, otherMacula]
    await Promise.all(foreign.map((foreign) => foreign.start()))
    expect((await fixture.docker.containers()).map(({ id }) => id)).toEqual([mine])
    for (const { id } of foreign) {
      expect(await fixture.docker.inspect(id)).toBeUndefined()
      await fixture.docker.stop(id)
      await fixture.docker.remove(id)
      await expect(fixture.docker.start(id)).rejects.toThrow()
      expect((await fixture.raw.getContainer(id).inspect()).State.Running).toBe(true)
    }
  })
})

describe('a start that Docker refuses says why and what to do (fault 28)', () => {
  const refused = async (id: string): Promise<unknown> =>
    await fixture.docker.start(id).then(
      () => 'started',
      (error: { trouble: unknown }) => error.trouble,
    )

  it('a port of this machine that is taken', async () => {
    const server = createServer()
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    )
    const id = await fixture.make('web', stays, {
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
    expect(await fixture.docker.inspect(id)).toMatchObject({ state: 'created', stoppedOnPurpose: false })
  })

  it('a fixed address that another container has', async () => {
    await fixture.docker.ensureNetwork()
    const at = {
      HostConfig: { NetworkMode: settings.project },
      NetworkingConfig: {
        EndpointsConfig: { [settings.project]: { IPAMConfig: { IPv4Address: '172.28.77.30' } } },
      },
    }
    const foreign = await fixture.makeForeign('squatter', at)
    await foreign.start()
    expect(await refused(await fixture.make('web', stays, at))).toMatchObject({
      what: expect.stringContaining('another container of its Docker network has its fixed address'),
    })
    expect((await foreign.inspect()).State.Running).toBe(true)
  })

  it('a file to be mounted that is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'macula-mount-'))
    const id = await fixture.make('web', stays, {
      HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'bind', Source: folder, Target: '/x' }] },
    })
    rmSync(folder, { recursive: true })
    expect(await refused(id)).toMatchObject({
      what: `web cannot be started: ${folder} is to be mounted, but is not there.`,
    })
  })

  it('a network that is gone, and a program that the image does not have', async () => {
    const network = await fixture.raw.createNetwork({ Name: `${FOREIGN}-gone` })
    const id = await fixture.make('web', stays, { HostConfig: { NetworkMode: `${FOREIGN}-gone` } })
    await network.remove()
    expect(await refused(id)).toMatchObject({ what: expect.stringContaining('its Docker network is gone') })
    const other = await fixture.make('other', stays, { Entrypoint: ['nosuchprogram'] })
    expect(await refused(other)).toMatchObject({
      what: 'other cannot be started: its image has no program nosuchprogram.',
    })
  })
})

describe('a terminal in a container', () => {
  /** Reads until a text has come; gives all that came. */
  async function readUntil(output: AsyncIterator<string>, sign: RegExp): Promise<string> {
    let all = ''
    while (!sign.test(all)) {
      const next = await output.next()
      if (next.done === true) return all
      all += next.value
    }
    return all
  }

  it('is the shell of the image, knows its size, ends with its code', async () => {
    const id = await fixture.make('web', stays)
    await fixture.docker.start(id)
    const terminal = await fixture.docker.terminal(id, { argv: SHELL_ARGV, columns: 91, rows: 17 })
    const output = terminal.output[Symbol.asyncIterator]()
    await terminal.type('echo "shell ${BASH_VERSION:+bash}"; stty size\r')
    expect(await readUntil(output, /shell bash[\s\S]*17 91/)).toMatch(/shell bash/)
    await terminal.size(120, 40)
    await terminal.type('stty size; printf "\\303"; printf "\\244\\n"; exit 3\r')
    expect(await readUntil(output, /never there/)).toMatch(/40 120[\s\S]*ä/)
    expect(await terminal.code()).toBe(3)
    await terminal.close()
  })

  it('leaves no program behind when it is closed', async () => {
    const id = await fixture.make('web', stays)
    await fixture.docker.start(id)
    const terminal = await fixture.docker.terminal(id, { argv: SHELL_ARGV, columns: 80, rows: 24 })
    const output = terminal.output[Symbol.asyncIterator]()
    await terminal.type('sleep 4321\r')
    await readUntil(output, /sleep 4321/)
    const sleeps = async (): Promise<number> => {
      const { out } = await fixture.docker.exec(id, {
        argv: ['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'],
        deadlineMs: 60_000,
      })
      return out.split('sleep 4321').length - 1
    }
    await until(async () => expect(await sleeps()).toBe(1))
    await terminal.close()
    await until(async () => expect(await sleeps()).toBe(0))
  })

  it('is not opened in what is not ours, nor in what does not run', async () => {
    const foreign = await fixture.makeForeign('shell')
    await foreign.start()
    const wish = { argv: SHELL_ARGV, columns: 80, rows: 24 }
    await expect(fixture.docker.terminal(foreign.id, wish)).rejects.toThrow(/does not run/)
    const id = await fixture.make('web', stays)
    await expect(fixture.docker.terminal(id, wish)).rejects.toThrow(/does not run/)
  })
})
