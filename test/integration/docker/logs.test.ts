import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { LogLine } from '../../../main/model/log-line.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { openFixture, until, type Fixture } from './fixture.ts'

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

async function ended(container: ContainerSeen): Promise<void> {
  await until(async () =>
    expect(await fixture.docker.inspect(container.id)).toMatchObject({ state: 'exited' }),
  )
}

async function all(
  container: ContainerSeen,
  more: { tail?: number; since?: number; until?: number } = {},
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = []
  const signal = AbortSignal.timeout(120_000)
  for await (const line of fixture.docker.logs(container, { follow: false, signal, ...more }))
    lines.push(line)
  return lines
}

it('keeps both streams apart, with service and time', async () => {
  const began = Date.now()
  const container = await run('echo out; echo bad >&2; echo; printf "no end"')
  await ended(container)
  const lines = await all(container)
  expect(lines.map(({ stream, text }) => `${stream}:${text}`).sort()).toEqual([
    'err:bad',
    'out:',
    'out:no end',
    'out:out',
  ])
  for (const { service, at } of lines) {
    expect(service).toBe('web')
    expect(Math.abs(at - began)).toBeLessThan(300_000)
  }
})

it.each([false, true])(
  'keeps long lines whole up to 64 KiB and cuts longer ones (terminal: %s)',
  async (tty) => {
    const script =
      'python3 -c "import sys; w=sys.stdout.write; w(chr(97)*50000+chr(10)); w(chr(98)*300000+chr(10)); w(chr(99)*16384+chr(10)); w(chr(100)+chr(10))"'
    const container = await run(script, { Tty: tty })
    await ended(container)
    const lines = await all(container)
    expect(lines.map(({ text }) => text.length)).toEqual([
      50_000,
      65_536 + '… (cut, 300000 bytes)'.length,
      16_384,
      1,
    ])
    expect(lines[0]?.text).toBe('a'.repeat(50_000))
    expect(lines[1]?.text.slice(0, 65_536)).toBe('b'.repeat(65_536))
  },
)

it('follows until it is told to stop, and until the program ends', async () => {
  const container = await run('for n in 1 2 3; do echo "$n"; sleep 0.1; done; read -rt 60 < <(sleep 60)')
  const stop = new AbortController()
  const seen: string[] = []
  for await (const line of fixture.docker.logs(container, { follow: true, signal: stop.signal })) {
    seen.push(line.text)
    if (seen.length === 3) stop.abort()
  }
  expect(seen).toEqual(['1', '2', '3'])
  const rest: string[] = []
  const whole = (async () => {
    const signal = AbortSignal.timeout(120_000)
    for await (const line of fixture.docker.logs(container, { follow: true, tail: 1, signal }))
      rest.push(line.text)
  })()
  await until(() => expect(rest).toEqual(['3']))
  await fixture.raw.getContainer(container.id).kill()
  await whole
})

it('stops reading when nobody wants more', async () => {
  const container = await run('yes "a line" | head -100000; sleep 60')
  for await (const line of fixture.docker.logs(container, {
    follow: true,
    signal: AbortSignal.timeout(120_000),
  })) {
    expect(line.text).toBe('a line')
    break
  }
})

it('reads only the end, or what is newer', async () => {
  const container = await run('for n in $(seq 1 500); do echo "$n"; done')
  await ended(container)
  expect((await all(container, { tail: 2 })).map(({ text }) => text)).toEqual(['499', '500'])
  expect(await all(container, { since: Date.now() + 60_000 })).toEqual([])
  expect(await all(container, { since: Date.now() - 600_000 })).toHaveLength(500)
})

it('says which log cannot be read', async () => {
  const container = await run('exit 0')
  await fixture.raw.getContainer(container.id).remove({ force: true })
  await expect(all(container)).rejects.toMatchObject({
    trouble: { what: `The log of ${container.name} cannot be read.` },
  })
})

it('reads on towards the past, page by page, without a line lost or told twice', async () => {
  const container = await run('for n in $(seq 1 5000); do echo "$n"; done')
  await ended(container)
  const pages: LogLine[][] = []
  let before: number | undefined
  for (;;) {
    const page = await all(container, { tail: 700, ...(before === undefined ? {} : { until: before }) })
    if (page.length === 0) break
    pages.unshift([...page])
    before = page[0]?.at
  }
  expect(pages.map((page) => page.length)).toEqual([100, 700, 700, 700, 700, 700, 700, 700])
  expect(pages.flat().map(({ text }) => Number(text))).toEqual(
    Array.from({ length: 5000 }, (_, index) => index + 1),
  )
})

it('goes on to the past while the log grows', async () => {
  const container = await run('for n in $(seq 1 3000); do echo "$n"; done; echo; while :; do echo more; done')
  await until(async () =>
    expect((await all(container, { tail: 1 })).map(({ text }) => text)).toEqual(['more']),
  )
  const first = await all(container, { since: 0, until: Date.now() + 1000, tail: 1 })
  expect(first).toHaveLength(1)
  const signal = AbortSignal.timeout(120_000)
  let mark = 0
  for await (const line of fixture.docker.logs(container, { follow: false, signal })) {
    if (line.text !== '') continue
    mark = line.at
    break
  }
  const page = await all(container, { until: mark, tail: 10 })
  expect(page.map(({ text }) => Number(text))).toEqual(Array.from({ length: 10 }, (_, index) => 2991 + index))
})

it('tells nothing before the first line', async () => {
  const container = await run('echo one; echo two')
  await ended(container)
  const [first] = await all(container)
  expect(await all(container, { until: first?.at ?? 0, tail: 10 })).toEqual([])
  expect((await all(container, { until: Date.now() + 60_000, tail: 10 })).map(({ text }) => text)).toEqual([
    'one',
    'two',
  ])
})

it('a container without a log says so in a sentence (logging: none)', async () => {
  const container = await run('echo unheard', { HostConfig: { LogConfig: { Type: 'none', Config: {} } } })
  await ended(container)
  await expect(all(container)).rejects.toMatchObject({
    trouble: {
      kind: 'failed',
      what: `${container.name} keeps no log.`,
      todo: expect.stringContaining('driver: json-file'),
    },
  })
})
