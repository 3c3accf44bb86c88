import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { LogLine } from '../../../main/model/log-line.ts'
import { MOST_STREAMS } from '../../../main/ui-server/clients.ts'
import { openFixture, type Fixture } from './fixture.ts'

const fixtures: Fixture[] = []
const open: typeof openFixture = async (options) => {
  const fixture = await openFixture(options)
  fixtures.push(fixture)
  return fixture
}
afterEach(async () => {
  await Promise.all(fixtures.splice(0).map(async (fixture) => await fixture.close()))
})

const megabyte = 1024 * 1024

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new Error('not there yet')
  return one
}

describe('fault 44: many, slow and half requests', () => {
  test('10,000 connections: bounded, a page stays connected, newcomers are answered', async () => {
    const fixture = await open()
    const key = await fixture.enter()
    const page = await fixture.read(key)
    const before = process.memoryUsage.rss()
    const kept = new Set<Socket>()
    let most = 0
    for (let round = 0; round < 20; round += 1) {
      const fresh = await Promise.all(
        Array.from({ length: 500 }, async () => await fixture.socket().catch(() => undefined)),
      )
      for (const [index, socket] of fresh.entries()) {
        if (!socket) continue
        socket.on('error', () => undefined)
        socket.once('close', () => kept.delete(socket))
        kept.add(socket)
        // Some say nothing, some begin a request and leave it there.
        if (index % 3 === 0) socket.write('POST /enter HTTP/1.1\r\nHost: 127')
        if (index % 3 === 1)
          socket.write(
            `POST /enter HTTP/1.1\r\nHost: ${fixture.host}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
          )
      }
      // A newcomer among them, with a session and without.
      const began = performance.now()
      expect((await fixture.post(key, page.connection, 'about', {})).status).toBe(200)
      expect((await fixture.ask({ path: '/used' })).status).toBe(200)
      expect(performance.now() - began).toBeLessThan(20_000)
      most = Math.max(most, kept.size)
    }
    // Those of one round are on their way out while the next come in.
    expect(most).toBeLessThan(512 + 500 + 50)
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * megabyte)
    fixture.standIn.publish()
    expect((await fixture.post(key, page.connection, 'watch', { closely: true })).status).toBe(200)
    await page.until((line) => line.kind === 'told' && line.told.event === 'snapshot')
    for (const socket of kept) socket.destroy()
  })

  test('half a request is ended by the server', async () => {
    const fixture = await open({ times: { headersMs: 500 } })
    const socket = await fixture.socket()
    const began = performance.now()
    socket.write('GET / HTTP/1.1\r\nHost: ')
    const answered = String((await once(socket, 'data'))[0])
    expect(answered).toMatch(/^HTTP\/1\.1 408 /)
    await once(socket, 'close')
    expect(performance.now() - began).toBeLessThan(30_000)
  })

  test('a slow reader of snapshots gets the newest, and nothing piles up', async () => {
    const fixture = await open()
    const key = await fixture.enter()
    const page = await fixture.read(key)
    await fixture.post(key, page.connection, 'watch', { closely: true })
    await page.until((line) => line.kind === 'told' && line.told.event === 'snapshot')
    page.response.pause()
    page.response.socket.pause()
    const before = process.memoryUsage().heapUsed
    for (let count = 0; count < 1000; count += 1) fixture.standIn.publish()
    // Whole, each is 20 kB: piled up they would be 20 MB and more.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * megabyte)
    page.response.socket.resume()
    page.response.resume()
    const newest = await page.until(
      (line) => line.kind === 'told' && line.told.event === 'changes' && line.told.payload.rev >= 1001,
    )
    expect(newest).toBeDefined()
    // What was taken in the meantime is what fitted into the buffers between both.
    expect(page.lines.length).toBeLessThan(1000)
  })

  test('a slow reader of logs: the log is read no faster than he takes it', async () => {
    let read = 0
    async function* endless(): AsyncGenerator<LogLine> {
      for (;;) {
        read += 1
        if (read % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
        yield { service: 'grafana', at: read, stream: 'out', text: 'x'.repeat(1000) }
      }
    }
    const fixture = await open({ over: { logs: endless } })
    const key = await fixture.enter()
    const page = await fixture.read(key)
    page.response.pause()
    page.response.socket.pause()
    await fixture.post(key, page.connection, 'openLogs', {
      stream: 's',
      services: ['grafana'],
      tail: 1,
      follow: true,
    })
    const stopped = async (): Promise<number> => {
      for (;;) {
        const before = read
        await new Promise((resolve) => setTimeout(resolve, 150))
        if (read === before) return read
      }
    }
    // Buffers of the kernel and two batches.
    const first = await stopped()
    expect(first).toBeLessThan(20_000)
    page.response.socket.resume()
    page.response.resume()
    await page.until(() => read > first + 5000)
    await fixture.post(key, page.connection, 'closeStream', { stream: 's' })
  })

  // A machine that lets this process stand for as long as `stuckMs` is not told from a reader that is stuck: looked at again.
  test(
    'a reply of many megabytes over a slow way comes whole, once, and the stream lives',
    { retry: 3 },
    async () => {
      const bytes = 6_000_000
      const text = 'ä'.repeat(1000)
      async function* many(): AsyncGenerator<LogLine> {
        for (let at = 0; at < bytes / 1000; at += 1) {
          if (at % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
          yield { service: 'grafana', at, stream: 'out', text }
        }
      }
      // Nothing that is taken within this time is stuck; the whole takes far longer than that.
      const fixture = await open({ over: { logs: many }, times: { soonMs: 1, stuckMs: 400 } })
      const key = await fixture.enter()
      const page = await fixture.read(key)
      const asked = await fixture.post(key, page.connection, 'readLogs', {
        services: ['grafana'],
        until: 1e12,
        tail: 10_000,
      })
      const { later } = JSON.parse(asked.text) as { later: string }
      // A slow way: some hundred kilobytes at a time, with pauses.
      const { socket } = page.response
      const slow = setInterval(() => {
        socket.pause()
        setTimeout(() => socket.resume(), 60)
      }, 70)
      try {
        const line = await vi.waitFor(
          () => found(page.lines.find((one) => one.kind === 'reply' && one.later === later)),
          { timeout: 25_000 },
        )
        const reply = line.kind === 'reply' ? line.reply : undefined
        const lines = reply?.ok === true ? (reply.value as readonly LogLine[]) : []
        expect(lines).toHaveLength(bytes / 1000)
        expect(lines.every((one) => one.text === text)).toBe(true)
      } finally {
        clearInterval(slow)
        socket.resume()
      }
      expect((await fixture.post(key, page.connection, 'about', {})).status).toBe(200)
      expect(page.lines.filter(({ kind }) => kind === 'open')).toHaveLength(1)
    },
  )

  test('a reader that takes nothing is closed, and his connection with him', async () => {
    const fixture = await open({ times: { stuckMs: 100, awayMs: 1 } })
    const key = await fixture.enter()
    const page = await fixture.read(key)
    await fixture.post(key, page.connection, 'watch', { closely: true })
    page.response.socket.pause()
    const closed = once(page.response.socket, 'close')
    // Changes alone would fit into the buffers between both for minutes.
    const gone = async (): Promise<boolean> =>
      (await fixture.post(key, page.connection, 'wholeSnapshot', {})).status === 409
    while (!(await gone())) await new Promise((resolve) => setImmediate(resolve))
    page.response.socket.resume()
    await closed
  })

  test('one tab more than a browser can serve is told so, and gets in when another is closed', async () => {
    const fixture = await open({ times: { awayMs: 1 } })
    const key = await fixture.enter()
    const pages = await Promise.all(Array.from({ length: MOST_STREAMS }, async () => await fixture.read(key)))
    const asking = { path: '/events', headers: { authorization: `Bearer ${key}` } }
    const refused = await fixture.ask(asking)
    expect(refused.status).toBe(503)
    expect(refused.text).toContain('open in five tabs already')
    pages[0]?.close()
    const free = async (): Promise<boolean> =>
      (await fixture.post(key, pages[0]?.connection ?? '', 'about', {})).status === 409
    while (!(await free())) await new Promise((resolve) => setImmediate(resolve))
    await fixture.read(key)
  })

  test('a page that asks without end is held up, not the others', async () => {
    const fixture = await open({
      over: { doctor: async () => await new Promise(() => undefined) },
      times: { soonMs: 1 },
    })
    const key = await fixture.enter()
    const [greedy, other] = await Promise.all([fixture.read(key), fixture.read(key)])
    const answers = await Promise.all(
      Array.from(
        { length: 100 },
        async () => (await fixture.post(key, greedy.connection, 'doctor', {})).status,
      ),
    )
    expect(answers.filter((status) => status === 503)).toHaveLength(36)
    expect((await fixture.post(key, other.connection, 'about', {})).status).toBe(200)
  })
})
