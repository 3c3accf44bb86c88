import { afterEach, describe, expect, test, vi } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import type { LogLine } from '../../../main/model/log-line.ts'
import type { Input, Told } from '../../../preload/contract.ts'
import { createAudience, type Link } from '../../../renderer/link/link.ts'
import { FIRST_LINES, openEarly, UNTAKEN_MS } from '../../../renderer/store/early-log.ts'
import { createShell } from '../../../renderer/store/shell.ts'
import { bytesOf } from '../../../renderer/views/logs/ring.ts'
import { createLogStream } from '../../../renderer/views/logs/stream.ts'
import type { LogStream, Wish } from '../../../renderer/views/logs/stream-state.ts'

const line = (at: number, text = `line ${at}`, service = 'grafana'): LogLine => ({
  at,
  text,
  service,
  stream: 'out',
})

/** A link that answers logs as it is told, and frames that come when the test says so. */
function scene(
  wish: Partial<Wish> = {},
  options: {
    readonly limit?: number
    readonly past?: readonly LogLine[]
    readonly rest?: () => Promise<void>
    readonly tail?: number
  } = {},
) {
  const audience = createAudience(() => Promise.resolve())
  const opened: Input<'openLogs'>[] = []
  const closed: string[] = []
  const pages: Input<'readLogs'>[] = []
  let refusal: Error | undefined
  const link: Link = {
    request: (async (name: string, input: never) => {
      if (refusal) throw refusal
      if (name === 'openLogs') opened.push(input)
      if (name === 'closeStream') closed.push((input as { stream: string }).stream)
      if (name !== 'readLogs') return null
      const asked: Input<'readLogs'> = input
      pages.push(asked)
      return (options.past ?? []).filter((one) => one.at < asked.until).slice(-asked.tail)
    }) as Link['request'],
    listen: audience.listen,
  }
  const shell = createShell(link)
  const frames = new Map<number, () => void>()
  let count = 0
  const stream = createLogStream(
    shell,
    { services: ['grafana'], since: undefined, ...wish },
    options.tail ?? 2000,
    {
      next(draw) {
        count += 1
        frames.set(count, draw)
        return count
      },
      drop: (frame) => frames.delete(frame),
      rest: options.rest ?? (() => Promise.resolve()),
    },
    options.limit,
  )
  const tell = (told: Told): void => audience.tell(told)
  return {
    shell,
    stream,
    opened,
    closed,
    pages,
    tell,
    refuse: (error: Error | undefined) => {
      refusal = error
    },
    frames: () => frames.size,
    say: (...lines: readonly LogLine[]) =>
      tell({ event: 'log', payload: { stream: opened.at(-1)?.stream ?? '', lines } }),
    frame: () => {
      const due = [...frames.values()]
      frames.clear()
      for (const draw of due) draw()
    },
  }
}

/** Everything that waits for promises is done. */
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

const texts = ({ ring }: LogStream): readonly string[] => {
  const all: string[] = []
  for (let number = ring.first(); number < ring.end(); number += 1) all.push(ring.get(number)?.text ?? '?')
  return all
}

test('the first line is taken over at once, what comes then once a frame, however often', async () => {
  const { stream, say, frame, frames, opened } = scene()
  stream.open()
  expect(opened).toMatchObject([{ services: ['grafana'], tail: 2000, follow: true }])
  expect(opened[0]).not.toHaveProperty('since')
  let told = 0
  stream.subscribe(() => {
    told += 1
  })
  for (let at = 1; at <= 50; at += 1) say(line(at))
  expect([frames(), told, texts(stream).length]).toEqual([1, 1, 1])
  frame()
  expect([frames(), told, texts(stream).length, stream.state().phase]).toEqual([0, 2, 50, 'live'])
  await settled()
})

test('events of other streams are not heard, and a closed one is told so after it was opened', async () => {
  const { stream, tell, closed, opened, frames } = scene()
  stream.open()
  tell({ event: 'log', payload: { stream: 'another', lines: [line(1)] } })
  expect(frames()).toBe(0)
  stream.close()
  expect(closed).toEqual([])
  await settled()
  expect(closed).toEqual([opened[0]?.stream])
})

test('a stream that is opened again goes on where it was: nothing twice, nothing missed', async () => {
  const { stream, say, frame, opened } = scene()
  stream.open()
  say(line(10_000), line(10_000), line(11_000))
  frame()
  stream.close()
  await settled()
  stream.open()
  expect(opened[1]?.since).toBe(9000)
  say(line(10_000), line(10_000), line(10_500, 'came late'), line(11_000), line(12_000))
  frame()
  expect(texts(stream)).toEqual(['line 10000', 'line 10000', 'line 11000', 'came late', 'line 12000'])
})

test('fault 36: where parts do not join, the hole is marked', async () => {
  const { stream, say, frame } = scene()
  stream.open()
  say(line(10_000))
  frame()
  stream.open()
  say(line(70_000))
  frame()
  await settled()
  expect(texts(stream)).toHaveLength(3)
  expect(texts(stream)[1]).toMatch(/^lines between \d\d:\d\d:\d\d and \d\d:\d\d:\d\d may be missing$/)
})

test('what comes while it is paused is counted, errors by themselves, and is there when it follows again', () => {
  const { stream, say, frame } = scene()
  stream.open()
  say(line(1))
  frame()
  stream.pause()
  say(line(2), line(3, 'level=error it broke'))
  frame()
  expect(stream.state()).toMatchObject({ follows: false, waiting: 2, waitingErrors: 1, detached: false })
  expect(texts(stream)).toHaveLength(3)
  stream.newest()
  expect(stream.state()).toMatchObject({ follows: true, waiting: 0, waitingErrors: 0 })
})

test('fault 36: what is read does not vanish: paused and full, new lines are only counted; the newest is read afresh', async () => {
  const { stream, say, frame, opened } = scene({}, { limit: bytesOf('line 1') * 3 + 20 })
  stream.open()
  say(line(1), line(2))
  frame()
  stream.pause()
  say(line(3), line(4), line(5))
  frame()
  expect(texts(stream)).toEqual(['line 1', 'line 2', 'line 3'])
  expect(stream.state()).toMatchObject({ detached: true, waiting: 3 })
  await settled()
  stream.newest()
  expect(opened).toHaveLength(2)
  expect(opened[1]).not.toHaveProperty('since')
  say(line(4), line(5))
  frame()
  expect(texts(stream)).toEqual(['line 4', 'line 5'])
  expect(stream.state()).toMatchObject({ detached: false, waiting: 0 })
})

test('the past is read in pages, lines of the same instant included, until the begin', async () => {
  const past = Array.from({ length: 1500 }, (_, at) => line(at))
  const { stream, say, frame, pages } = scene(
    {},
    { past: [...past, line(1499.5, 'same a'), line(1500, 'same b')] },
  )
  stream.open()
  say(line(1500, 'same c'), line(1501))
  frame()
  stream.older()
  expect(stream.state().past).toBe('loading')
  stream.older()
  await settled()
  expect(pages).toHaveLength(1)
  expect(pages[0]).toMatchObject({ until: 1500.001, tail: 1000 })
  expect(texts(stream).slice(-4)).toEqual(['same a', 'same b', 'same c', 'line 1501'])
  expect([texts(stream).length, stream.state().past]).toEqual([1002, 'more'])
  stream.older()
  await settled()
  expect([texts(stream)[0], texts(stream).length, stream.state().past]).toEqual(['line 0', 1504, 'begin'])
  stream.older()
  await settled()
  expect(pages).toHaveLength(2)
})

test('the past ends at the chosen instant', async () => {
  const past = Array.from({ length: 50 }, (_, at) => line(at))
  const { stream, say, frame, opened } = scene({ since: 40 }, { past })
  stream.open()
  expect(opened[0]?.since).toBe(40)
  say(line(60))
  frame()
  stream.older()
  await settled()
  expect(texts(stream)).toHaveLength(11)
  expect(stream.state().past).toBe('begin')
})

test('an end and a failure are told apart, and it can be opened again', async () => {
  const { stream, tell, opened, refuse } = scene()
  stream.open()
  tell({ event: 'streamEnd', payload: { stream: opened[0]?.stream ?? '' } })
  expect(stream.state().phase).toBe('ended')
  await settled()
  expect(stream.state().phase).toBe('ended')
  refuse(new MaculaError({ kind: 'outside', what: 'Docker does not answer.' }))
  stream.open()
  await settled()
  expect(stream.state()).toMatchObject({ phase: 'failed', trouble: { what: 'Docker does not answer.' } })
  refuse(undefined)
  stream.open()
  await settled()
  expect(stream.state().phase).toBe('live')
})

test('without a service nothing is asked', () => {
  const { stream, opened } = scene({ services: [] })
  stream.open()
  expect(opened).toEqual([])
})

test.each<readonly [string, Partial<Wish>, readonly LogLine[], 'opening' | 'live']>([
  ['there are lines that are still being read', {}, [line(1)], 'opening'],
  ['nothing was ever written', {}, [], 'live'],
  ['nothing was written in the time that is chosen', { since: Date.now() + 60_000 }, [line(1)], 'live'],
])('nothing is said of an empty log before it is known: %s', async (_, wish, past, phase) => {
  const { stream } = scene(wish, { past })
  stream.open()
  await settled()
  expect(stream.state().phase).toBe(phase)
})

test('the first lines are there at once; what comes then waits for its frame', () => {
  const { stream, say, frame } = scene()
  stream.open()
  say(line(1), line(2))
  expect(stream.ring.end() - stream.ring.first()).toBe(2)
  say(line(3))
  expect(stream.ring.end() - stream.ring.first()).toBe(2)
  frame()
  expect(stream.ring.end() - stream.ring.first()).toBe(3)
})

test('whether a log is empty is asked after a silence, and not at all when lines came meanwhile', async () => {
  let over: () => void = () => undefined
  const silence = new Promise<void>((resolve) => {
    over = resolve
  })
  const { stream, pages, say } = scene({}, { past: [line(1)], rest: () => silence })
  stream.open()
  await settled()
  expect(pages).toEqual([])
  say(line(1))
  over()
  await settled()
  expect(pages).toEqual([])
})

describe('a log that is asked for with the press that leads to it', () => {
  const told = (stream: string, ...lines: readonly LogLine[]): Told => ({
    event: 'log',
    payload: { stream, lines },
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('is asked for once; what came before its view is there is shown, and it goes on', async () => {
    const { shell, stream, opened, closed, tell, frame } = scene({}, { tail: FIRST_LINES })
    openEarly(shell, 'grafana', 'early')
    tell(told('early', line(1), line(2)))
    stream.open()
    tell(told('early', line(3)))
    frame()
    expect(texts(stream)).toEqual(['line 1', 'line 2', 'line 3'])
    expect(opened).toEqual([{ stream: 'early', services: ['grafana'], tail: FIRST_LINES, follow: true }])
    stream.close()
    await settled()
    expect(closed).toEqual(['early'])
  })

  test('is told at its end, and what refused it', async () => {
    const first = scene({}, { tail: FIRST_LINES })
    openEarly(first.shell, 'grafana', 'early')
    first.tell({ event: 'streamEnd', payload: { stream: 'early' } })
    first.stream.open()
    expect(first.stream.state().phase).toBe('ended')

    const second = scene({}, { tail: FIRST_LINES })
    second.refuse(new MaculaError({ kind: 'failed', what: 'no' }))
    openEarly(second.shell, 'grafana', 'early')
    second.stream.open()
    await settled()
    expect(second.stream.state()).toMatchObject({ phase: 'failed', trouble: { what: 'no' } })
  })

  test.each<readonly [string, Partial<Wish>]>([
    ['another service', { services: ['loki'] }],
    ['several', { services: ['grafana', 'loki'] }],
    ['a time', { since: 5 }],
    ['an instant', { at: 5 }],
  ])('is not taken by who wants %s', async (_, wish) => {
    const { shell, stream, opened } = scene(wish, { tail: FIRST_LINES })
    openEarly(shell, 'grafana', 'early')
    stream.open()
    await settled()
    expect(opened.map((one) => one.stream === 'early')).toEqual([true, false])
  })

  test('is closed when nobody takes it, and when another is asked for', async () => {
    vi.useFakeTimers()
    const { shell, closed } = scene({}, { tail: FIRST_LINES })
    openEarly(shell, 'grafana', 'first')
    openEarly(shell, 'loki', 'second')
    await vi.advanceTimersByTimeAsync(0)
    expect(closed).toEqual(['first'])
    await vi.advanceTimersByTimeAsync(UNTAKEN_MS)
    expect(closed).toEqual(['first', 'second'])
  })
})
