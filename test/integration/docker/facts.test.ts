import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { StatsSample } from '../../../main/model/facts.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { BASE, openFixture, settings, stays, until, type Fixture } from './fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
  await fixture.clear()
})
afterEach(() => fixture.clear())
afterAll(() => fixture.clear())

async function run(script: string, more = {}): Promise<ContainerSeen> {
  const id = await fixture.make('web', script, more)
  await fixture.docker.start(id)
  const seen = await fixture.docker.inspect(id)
  if (!seen) throw new Error('it is gone')
  return seen
}

it('tells image, mounts, ports and limits of a container', async () => {
  const volume = `${settings.project}-facts`
  const container = await run(`dd if=/dev/zero of=/data/file bs=1M count=5 2>/dev/null; ${stays}`, {
    ExposedPorts: { '5432/tcp': {}, '9000/tcp': {} },
    HostConfig: {
      NetworkMode: 'bridge',
      Memory: 268_435_456,
      RestartPolicy: { Name: 'unless-stopped' },
      Binds: [`${volume}:/data`, '/etc/hostname:/etc/asked:ro'],
      PortBindings: { '5432/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
    },
  })
  try {
    const facts = await fixture.docker.facts(container)
    expect(facts).toMatchObject({
      service: 'web',
      container: container.name,
      image: BASE,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      ports: [expect.stringMatching(/^5432\/tcp on 127\.0\.0\.1:\d+$/), '9000/tcp'],
      memoryLimit: 268_435_456,
      restarts: 0,
      restartPolicy: 'unless-stopped',
    })
    expect(facts?.imageBytes).toBe(await fixture.docker.imageBytes(BASE))
    expect(Math.abs((facts?.startedAt ?? 0) - Date.now())).toBeLessThan(300_000)
    expect([...(facts?.volumes ?? [])].sort((one, two) => one.at.localeCompare(two.at))).toEqual([
      expect.objectContaining({ name: volume, kind: 'volume', at: '/data', readOnly: false }),
      { name: '/etc/hostname', kind: 'bind', at: '/etc/asked', readOnly: true },
    ])
  } finally {
    await fixture.clear()
    await fixture.raw.getVolume(volume).remove()
  }
})

it('knows nothing of a container that is gone, nor of an image that is not here', async () => {
  const container = await run(stays)
  await fixture.clear()
  expect(await fixture.docker.facts(container)).toBeUndefined()
  expect(await fixture.docker.imageBytes('macula-test/nowhere:1')).toBeUndefined()
})

it('tells the load of a busy container, and ends when it does', async () => {
  const container = await run('while :; do :; done')
  const samples: StatsSample[] = []
  for await (const sample of fixture.docker.stats(container, AbortSignal.timeout(120_000)))
    if (samples.push(sample) === 2) await fixture.raw.getContainer(container.id).kill()
  expect(samples.length).toBeGreaterThanOrEqual(2)
  const busy = samples[0]
  await fixture.clear()
  const idle = await run(stays)
  const enough = new AbortController()
  let rest: number | undefined
  for await (const sample of fixture.docker.stats(idle, enough.signal)) {
    rest = sample.cpu
    enough.abort()
  }
  // One loop takes one processor, less what others on this machine take, which may be nearly all of it.
  expect(busy?.cpu).toBeGreaterThan(1)
  expect(rest).toBeLessThan((busy?.cpu ?? 0) / 4)
  expect(busy?.cpu).toBeLessThan(140)
  expect(busy?.memory).toBeGreaterThan(100_000)
  expect(busy?.memory).toBeLessThan(200_000_000)
  expect(busy?.memoryLimit).toBeGreaterThan(busy?.memory ?? 0)
})

it('counts no page cache as memory', async () => {
  const container = await run(
    `dd if=/dev/zero of=/file bs=1M count=200 2>/dev/null; cat /file >/dev/null; ${stays}`,
  )
  const seen: number[] = []
  const stop = new AbortController()
  for await (const { memory } of fixture.docker.stats(container, stop.signal)) {
    seen.push(memory)
    if (seen.length === 3) stop.abort()
  }
  expect(seen.at(-1)).toBeLessThan(100_000_000)
})

it('leaves nothing open when the measuring is ended, by its signal or by who reads', async () => {
  const container = await run(stays)
  const open = (): number =>
    process.getActiveResourcesInfo().filter((one) => one === 'PipeWrap' || one === 'PipeConnectWrap').length
  await fixture.docker.inspect(container.id)
  const before = open()
  for (let round = 0; round < 5; round += 1) {
    const stop = new AbortController()
    const all = fixture.docker.stats(container, stop.signal)[Symbol.asyncIterator]()
    const first = all.next()
    await until(() => expect(open()).toBeGreaterThan(before))
    stop.abort()
    expect((await first).done).toBe(true)
  }
  for await (const _ of fixture.docker.stats(container, AbortSignal.timeout(120_000))) break
  await until(() => expect(open()).toBeLessThanOrEqual(before))
})
