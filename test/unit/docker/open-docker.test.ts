import { release } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ContainerEvent } from '../../../main/engine/adapters.ts'
import { isNative } from '../../../main/system/docker/see.ts'
import { within } from '../../../main/system/docker/link.ts'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import { deferred } from '../../deferred.ts'
import { newContainer } from '../engine/fake-container.ts'
import { honest, json, settingsFor, standIn } from './stand-in.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(open.splice(0).map((close) => close()))
})

async function engine(answer: Parameters<typeof standIn>[0]) {
  const server = await standIn(answer)
  open.push(server.close)
  return await openDocker(server.settings, {})
}

describe('containers', () => {
  const entry = (id: string) => ({
    Id: id,
    Names: [`/macula-ut-${id}-1`],
    Image: `${id}:1`,
    ImageID: 'sha256:1',
    State: 'running',
    Labels: { 'dev.macula.project': 'macula-ut', 'dev.macula.service': id, 'dev.macula.config': 'c' },
    NetworkSettings: { Networks: { 'macula-ut': { IPAddress: '172.28.77.9' } } },
  })
  const info = (id: string) => ({
    Id: id,
    Name: `/macula-ut-${id}-1`,
    Image: 'sha256:1',
    Config: { Image: `${id}:1`, Labels: entry(id).Labels },
    State: { Status: 'running', ExitCode: 0, OOMKilled: false, Error: '', Paused: false },
    HostConfig: {},
    NetworkSettings: { Ports: {}, Networks: {} },
    Mounts: [],
  })

  it.each([
    ['always', 'for good' as const, ['unless-stopped']],
    ['always', undefined, []],
    ['unless-stopped', 'for good' as const, []],
  ])(
    'of policy %s, stopped %s: Docker does not bring back what was stopped for good',
    async (policy, how, set) => {
      const updates: unknown[] = []
      const asked: string[] = []
      const docker = await engine((request, response) => {
        const path = request.url ?? ''
        if (request.method === 'POST') asked.push(path.split('?')[0]?.split('/').at(-1) ?? '')
        if (!path.includes('/update')) {
          if (path.includes('/stop')) return void response.writeHead(204).end()
          return json(response, { ...info('good'), HostConfig: { RestartPolicy: { Name: policy } } })
        }
        let body = ''
        request.on('data', (chunk: Buffer) => (body += chunk.toString()))
        request.on('end', () => {
          updates.push((JSON.parse(body) as { RestartPolicy: { Name: string } }).RestartPolicy.Name)
          json(response, { Warnings: null })
        })
      })
      await docker.stop('good', how)
      expect(updates).toEqual(set)
      // Before it is stopped: Docker must not start it in between.
      expect(asked).toEqual([...set.map(() => 'update'), 'stop'])
    },
  )

  it('one that Docker cannot look at hides no other, and is told with Docker’s words', async () => {
    const docker = await engine((request, response) => {
      if (request.url?.includes('/containers/json') === true)
        return json(response, [entry('good'), entry('bad')])
      if (request.url?.includes('/containers/bad/json') === true)
        return json(response, { message: 'layer does not exist' }, 500)
      return json(response, info('good'))
    })
    expect(await docker.containers()).toMatchObject([
      { id: 'good', service: 'good', error: '' },
      {
        id: 'bad',
        service: 'bad',
        state: 'running',
        address: '172.28.77.9',
        config: 'c',
        error: 'Docker cannot look at it: layer does not exist',
      },
    ])
  })

  it('when Docker itself does not answer nothing is told of any', async () => {
    const docker = await engine((request, response) => {
      if (request.url?.includes('/containers/json') === true)
        return json(response, [entry('good'), entry('bad')])
      if (request.url?.includes('/containers/bad/json') === true) return void request.socket.destroy()
      return json(response, info('good'))
    })
    await expect(docker.containers()).rejects.toMatchObject({ trouble: { kind: 'outside' } })
  })
})

describe('an engine that is down says why (fault 26)', () => {
  it('up: version, API, and a kernel that is not this one', async () => {
    const docker = await engine((request, response) => json(response, honest[request.url ?? '']))
    expect(await docker.see()).toEqual({ kind: 'up', version: '29.7.2', apiVersion: '1.52', native: false })
  })

  it('absent: no socket, and then every call says so', async () => {
    const docker = await openDocker(settingsFor('/nonexistent/x.sock'), {})
    expect(await docker.see()).toMatchObject({ kind: 'down', code: 'absent' })
    await expect(docker.containers()).rejects.toMatchObject({ trouble: { kind: 'outside' } })
    await expect(docker.ensureNetwork()).rejects.toMatchObject({ trouble: { kind: 'outside' } })
    const ended = docker.events({ signal: new AbortController().signal, onOpen: vi.fn(), onEvent: vi.fn() })
    expect(await ended).toContain('ENOENT')
  })

  it('an address that cannot be used', async () => {
    const docker = await openDocker(settingsFor('ssh://me@there'), {})
    expect(await docker.see()).toMatchObject({
      kind: 'down',
      code: 'address',
      says: expect.stringContaining('ssh://'),
      todo: expect.stringContaining('ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock me@there'),
    })
  })

  it.each([
    ['Docker', { Version: '20.10.5', ApiVersion: '1.41' }, 'Docker 20.10.5'],
    ['Podman', { Version: '5.2', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] }, 'Podman 5.2'],
  ])('old: %s', async (_, version, name) => {
    const docker = await engine((request, response) =>
      json(response, request.url === '/version' ? version : honest['/info']),
    )
    expect(await docker.see()).toMatchObject({
      kind: 'down',
      code: 'old',
      says: expect.stringContaining(name),
    })
  })

  it('broken: 500, a page of something else, and an answer that breaks off', async () => {
    const failing = await engine((_, response) => json(response, { message: 'the store is broken' }, 500))
    expect(await failing.see()).toMatchObject({
      code: 'broken',
      says: expect.stringContaining('the store is broken'),
    })
    const page = await engine((_, response) => response.end('<html>hello'))
    expect(await page.see()).toMatchObject({ code: 'broken', says: expect.stringContaining('not a Docker') })
    const resetting = await engine((request) => request.socket.destroy())
    expect(await resetting.see()).toMatchObject({ kind: 'down', code: 'broken' })
  })

  it('slow: nothing comes, or an answer that stops in the middle; the request is ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    for (const half of [false, true]) {
      let closed = 0
      let isAsked = (): void => undefined
      const asked = new Promise<void>((resolve) => (isAsked = resolve))
      const docker = await engine((request, response) => {
        request.socket.on('close', () => (closed += 1))
        if (half) response.writeHead(200, { 'content-length': '1000' }).write('{"Version":')
        isAsked()
      })
      const seen = docker.see()
      await asked
      await vi.advanceTimersByTimeAsync(5001)
      expect(await seen).toMatchObject({ kind: 'down', code: 'slow' })
      await vi.waitFor(() => expect(closed).toBe(2))
    }
  })

  it('finds the engine where the context leads now', async () => {
    const server = await standIn((request, response) => json(response, honest[request.url ?? '']))
    open.push(server.close)
    const env: Record<string, string> = { DOCKER_HOST: 'unix:///nonexistent/x.sock' }
    const docker = await openDocker(settingsFor(''), env)
    expect(await docker.see()).toMatchObject({ kind: 'down' })
    env['DOCKER_HOST'] = `unix://${server.socket}`
    expect(await docker.see()).toMatchObject({ kind: 'up' })
  })
})

it.each([
  ['an engine here', {}, 'socket', true],
  ['another kernel (Docker Desktop, Colima, OrbStack)', { KernelVersion: '6.6-linuxkit' }, 'socket', false],
  ['Docker Desktop in WSL, on the same kernel', { OperatingSystem: 'Docker Desktop' }, 'socket', false],
  ['rootless', { SecurityOptions: ['name=seccomp', 'name=rootless'] }, 'socket', false],
  ['another machine', {}, 'tcp', false],
] as const)('are container addresses reachable? %s', (_, more, kind, expected) => {
  const info = { OSType: 'linux', OperatingSystem: 'Debian', KernelVersion: release(), SecurityOptions: null }
  expect(
    isNative(
      { ...info, ...more, SecurityOptions: [...('SecurityOptions' in more ? more.SecurityOptions : [])] },
      kind,
      release(),
    ),
  ).toBe(expected)
})

describe('a log', () => {
  const container = { ...newContainer('web', { id: 'c1', image: 'web', imageId: 'i1', config: 'h' }) }
  const frame = (text: string): Buffer => {
    const line = Buffer.from(`2026-11-23T20:24:53.123456789Z ${text}\n`)
    const head = Buffer.alloc(8)
    head[0] = 1
    head.writeUInt32BE(line.length, 4)
    return Buffer.concat([head, line])
  }
  const read = async (docker: Awaited<ReturnType<typeof engine>>): Promise<readonly string[]> => {
    const texts: string[] = []
    const { signal } = new AbortController()
    for await (const { text } of docker.logs(container, { follow: false, tail: 10, signal })) texts.push(text)
    return texts
  }

  it('is asked for beside the question how it is written', async () => {
    let answerHow: (() => void) | undefined
    const docker = await engine((request, response) => {
      if (request.url?.includes('/logs') === true) {
        response.end(frame('there'))
        answerHow?.()
        return
      }
      answerHow = () => json(response, { Config: { Tty: false } })
    })
    expect(await read(docker)).toEqual(['there'])
  })

  it('is let go where that cannot be known', async () => {
    const closed = deferred<undefined>()
    const docker = await engine((request, response) => {
      if (request.url?.includes('/logs') !== true) return json(response, { message: 'broken' }, 500)
      response.on('close', () => closed.resolve(undefined))
      response.write(frame('there'))
    })
    await expect(read(docker)).rejects.toThrow('The log of')
    await closed.promise
  })
})

describe('the stream of events', () => {
  const event = (index: number): string =>
    JSON.stringify({
      Action: index % 2 === 0 ? 'start' : 'die',
      Actor: {
        ID: `c${index % 50}`,
        Attributes: {
          'com.docker.compose.project': 'macula-ut',
          'dev.macula.project': 'macula-ut',
          'dev.macula.service': `ä${index % 50}`,
        },
      },
      time: 1_795_466_426,
      timeNano: 1_795_466_426.853 * 1e9,
    })

  it('delivers 5,000 events cut anywhere, drops the broken last one, says that it ended (faults 26, 27)', async () => {
    const whole = Buffer.from(`${Array.from({ length: 5000 }, (_, index) => event(index)).join('\n')}\n{"Act`)
    const docker = await engine((_, response) => {
      for (let from = 0; from < whole.length; from += 997) response.write(whole.subarray(from, from + 997))
      response.end()
    })
    const events: ContainerEvent[] = []
    const onOpen = vi.fn()
    const reason = await docker.events({
      signal: new AbortController().signal,
      onOpen,
      onEvent: (one) => events.push(one),
    })
    expect(reason).toBe('Docker ended the stream of events.')
    expect(onOpen).toHaveBeenCalledOnce()
    expect(events).toHaveLength(5000)
    expect(events[4999]).toEqual({ id: 'c49', service: 'ä49', action: 'die', at: 1_795_466_426_853 })
  })

  it('says that it broke, asks only for what changes a container or its networks, and stops when told', async () => {
    let asked = ''
    const docker = await engine((request, response) => {
      asked = decodeURIComponent(request.url ?? '')
      response.write(`${event(1)}\n`)
      setImmediate(() => response.destroy())
    })
    const handlers = { onOpen: vi.fn(), onEvent: vi.fn() }
    expect(await docker.events({ ...handlers, signal: new AbortController().signal })).toContain('broke')
    expect(asked).toContain('disconnect')
    expect(asked).toContain('health_status')
    expect(asked).not.toContain('exec')

    const quiet = await engine((_, response) => void response.write(`${event(1)}\n`))
    const stop = new AbortController()
    const ended = quiet.events({ onOpen: vi.fn(), onEvent: () => stop.abort(), signal: stop.signal })
    expect(await ended).toBe('stopped by Macula')
    expect(await quiet.events({ ...handlers, signal: stop.signal })).toBe('stopped by Macula')
  })
})

it('ends what takes too long, even if it never calls back', async () => {
  let told: AbortSignal | undefined
  const never = within(20, async (signal) => {
    told = signal
    return await new Promise<never>(() => undefined)
  })
  await expect(never).rejects.toMatchObject({ code: 'TIMEOUT' })
  expect(told?.aborted).toBe(true)
  const stop = new AbortController()
  const stopped = within(60_000, async () => await new Promise<never>(() => undefined), stop.signal)
  stop.abort()
  await expect(stopped).rejects.toMatchObject({ code: 'ABORT_ERR' })
})
