import { fc } from '../../chance.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import type { Told } from '../../../preload/contract.ts'
import { openBrowserLink } from '../../../renderer/link/browser.ts'
import { openDesktopLink } from '../../../renderer/link/desktop.ts'
import { readLines } from '../../../renderer/link/lines.ts'
import type { Link } from '../../../renderer/link/link.ts'
import { deferred } from '../../deferred.ts'
import { openFixture, tokenOf, type Fixture } from '../ui-server/fixture.ts'

/** The real link over the real server, in a page that is only as much of a browser as the link touches. */

const fixtures: Fixture[] = []
afterEach(async () => {
  await Promise.all(fixtures.splice(0).map(async (fixture) => await fixture.close()))
})

async function build(options: Parameters<typeof openFixture>[0] = {}): Promise<Fixture> {
  const fixture = await openFixture(options)
  fixtures.push(fixture)
  return fixture
}

interface Tab {
  readonly link: Link
  readonly told: Told[]
  readonly location: { hash: string; left: string }
  /** The paths that were asked for, in order. */
  readonly asked: string[]
  /** Breaks the stream as a network does. */
  cut(): void
  /** So many answers that come next are lost: the server has done what they are about. */
  lose: number
  /** The server knows nothing of a connection before: too much time has passed. */
  late: boolean
  until(fits: (told: Told) => boolean): Promise<Told>
}

function openPage(fixture: Fixture, hash: string, memory = new Map<string, string>(), lose = 0): Tab {
  const location = {
    hash,
    pathname: '/',
    search: '',
    left: '',
    replace: (path: string) => void (location.left = path),
    reload: () => undefined,
  }
  let stream = new AbortController()
  const link = openBrowserLink({
    location,
    history: {
      replaceState: (_state: null, _title: string, path: string) =>
        void (location.hash = path === '/' ? '' : path),
    },
    crypto,
    sessionStorage: {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
    },
    addEventListener: () => undefined,
    async fetch(path, init = {}) {
      tab.asked.push(path)
      if (path !== '/events') {
        const response = await fetch(`http://${fixture.host}${path}`, init)
        if (tab.lose === 0) return response
        tab.lose -= 1
        await response.text()
        throw new TypeError('Failed to fetch')
      }
      stream = new AbortController()
      const signal = AbortSignal.any([...(init.signal ? [init.signal] : []), stream.signal])
      const headers = new Headers(init.headers)
      if (tab.late) headers.delete('macula-connection')
      return await fetch(`http://${fixture.host}${path}`, { ...init, headers, signal })
    },
  })
  const told: Told[] = []
  const waiting = new Set<() => void>()
  link.listen((one) => {
    told.push(one)
    for (const look of waiting) look()
  })
  const tab: Tab = {
    link,
    told,
    location,
    asked: [],
    lose,
    late: false,
    cut: () => stream.abort(),
    until: async (fits) =>
      await new Promise((resolve) => {
        const look = (): void => {
          const found = told.find(fits)
          if (!found) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
  return tab
}

const hashOf = (fixture: Fixture): string => new URL(fixture.server.address('printed')).hash

/** The words that a request failed with. */
async function troubleOf(work: Promise<unknown>): Promise<MaculaError['trouble']> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (error instanceof MaculaError) return error.trouble
  throw error
}

describe('the link of a browser page', () => {
  test('takes the token out of the address, enters, asks and hears', async () => {
    const fixture = await build()
    const page = openPage(fixture, hashOf(fixture))
    expect(page.location.hash).toBe('')
    expect(await page.link.request('about', {})).toMatchObject({ version: '0.1.0', face: 'browser' })
    await page.link.request('watch', { closely: true })
    expect(await page.until(({ event }) => event === 'snapshot')).toMatchObject({
      payload: { suffix: 'macula.local' },
    })
    expect(page.told[0]).toEqual({ event: 'connected', payload: true })
  })

  test('what is asked on a connection is on its way before whoever asks goes on', async () => {
    const fixture = await build()
    const page = openPage(fixture, hashOf(fixture))
    await page.link.request('about', {})
    const before = page.asked.length
    const settings = page.link.request('settings', {})
    expect(page.asked.slice(before)).toEqual(['/request/settings'])
    await settings
  })

  test('comes in though the answer that let it in was lost on the way, twice', async () => {
    const fixture = await build()
    const page = openPage(fixture, hashOf(fixture), new Map(), 2)
    expect((await page.link.request('about', {})).face).toBe('browser')
    expect(page.lose).toBe(0)
    expect(page.location.left).toBe('')
  })

  test('a reload comes in by the tab’s memory; a copied address does not', async () => {
    const fixture = await build()
    const hash = hashOf(fixture)
    const memory = new Map<string, string>()
    const first = openPage(fixture, hash, memory)
    await first.link.request('about', {})
    expect([...memory.values()].join()).not.toContain(tokenOf(`http://x/${hash}`))
    const again = openPage(fixture, '', memory)
    expect((await again.link.request('about', {})).face).toBe('browser')
    const copied = openPage(fixture, hash)
    await vi.waitFor(() => expect(copied.location.left).toBe('/used'))
    // The used address in a tab that has a session: a press of "back".
    const back = openPage(fixture, hash, memory)
    expect((await back.link.request('about', {})).face).toBe('browser')
  })

  test('no token and no memory: the page that says what to do', async () => {
    const fixture = await build()
    const page = openPage(fixture, '')
    await vi.waitFor(() => expect(page.location.left).toBe('/used'))
    expect(page.told).toEqual([])
  })

  test('errors cross as data and are errors again', async () => {
    const trouble = {
      kind: 'outside',
      what: 'Docker does not answer.',
      why: 'No socket.',
      todo: 'Start it.',
    } as const
    const fixture = await build({ over: { doctor: () => Promise.reject(new MaculaError(trouble)) } })
    const page = openPage(fixture, hashOf(fixture))
    expect(await troubleOf(page.link.request('doctor', {}))).toEqual(trouble)
    expect(await troubleOf(page.link.request('leave', { how: 'quit' }))).toMatchObject({ kind: 'usage' })
  })

  test('a late reply finds its request, also when it overtakes the answer that promises it', async () => {
    const slow = [deferred<never[]>(), deferred<never[]>()]
    let asked = 0
    const fixture = await build({
      times: { soonMs: 1 },
      over: { doctor: async () => await (slow[asked++]?.promise ?? []) },
    })
    const page = openPage(fixture, hashOf(fixture))
    const [first, second] = [page.link.request('doctor', {}), page.link.request('doctor', {})]
    await vi.waitFor(() => expect(asked).toBe(2))
    slow[1]?.resolve([])
    expect(await second).toEqual([])
    slow[0]?.resolve([])
    expect(await first).toEqual([])
  })

  test('a short break is not told: events and replies go on where they were', async () => {
    const answers = deferred<readonly []>()
    const fixture = await build({ times: { soonMs: 1 }, over: { doctor: async () => await answers.promise } })
    const page = openPage(fixture, hashOf(fixture))
    await page.link.request('watch', { closely: true })
    await page.until(({ event }) => event === 'snapshot')
    const owed = page.link.request('doctor', {})
    // A second question is answered after the first was promised.
    await page.link.request('about', {})
    page.told.length = 0
    page.cut()
    answers.resolve([])
    fixture.standIn.publish()
    expect(await owed).toEqual([])
    await page.until(({ event }) => event === 'snapshot')
    expect(page.told.some(({ event }) => event === 'connected')).toBe(false)
  })

  test('a request whose answer is lost on the way is asked again, and not done twice', async () => {
    let looked = 0
    const fixture = await build({
      over: {
        async doctor() {
          looked += 1
          return await Promise.resolve([])
        },
      },
    })
    const page = openPage(fixture, hashOf(fixture))
    await page.link.request('about', {})
    page.lose = 2
    expect(await page.link.request('doctor', {})).toEqual([])
    expect(page.lose).toBe(0)
    expect(looked).toBe(1)
  })

  test('a broken way is found again, and watched again; what was owed fails with its words', async () => {
    let asked = 0
    const fixture = await build({
      times: { soonMs: 1 },
      over: {
        async doctor() {
          asked += 1
          return await new Promise(() => undefined)
        },
      },
    })
    const page = openPage(fixture, hashOf(fixture))
    await page.link.request('watch', { closely: true })
    await page.until(({ event }) => event === 'snapshot')
    const owed = page.link.request('doctor', {})
    const failed = troubleOf(owed)
    await vi.waitFor(() => expect(asked).toBe(1))
    page.told.length = 0
    page.late = true
    page.cut()
    expect(await failed).toMatchObject({
      kind: 'outside',
      what: 'The connection to the engine broke before the answer came.',
    })
    await page.until((told) => told.event === 'connected' && told.payload)
    await page.until(({ event }) => event === 'snapshot')
    expect((await page.link.request('about', {})).version).toBe('0.1.0')
  })

  test('after unwatch nothing is watched again', async () => {
    const fixture = await build()
    const page = openPage(fixture, hashOf(fixture))
    await page.link.request('watch', { closely: true })
    await page.link.request('unwatch', {})
    page.told.length = 0
    page.late = true
    page.cut()
    await page.until((told) => told.event === 'connected' && told.payload)
    await page.link.request('about', {})
    expect(page.told.some(({ event }) => event === 'snapshot')).toBe(false)
  })

  test('one tab too many fails with the server’s words', async () => {
    const fixture = await build()
    const memory = new Map<string, string>()
    await openPage(fixture, hashOf(fixture), memory).link.request('about', {})
    const key = [...memory.values()][0] ?? ''
    await Promise.all(Array.from({ length: 4 }, async () => await fixture.read(key)))
    const page = openPage(fixture, '', memory)
    expect(await troubleOf(page.link.request('about', {}))).toMatchObject({
      kind: 'busy',
      what: 'Macula Desktop is open in five tabs already.',
    })
  })
})

test('the link of the desktop rebuilds values and errors from replies', async () => {
  const link = openDesktopLink({
    request: (name) =>
      Promise.resolve(
        name === 'look'
          ? { ok: true, value: null }
          : { ok: false, trouble: { kind: 'busy', what: 'Another is at it.' } },
      ),
    listen: (tell) => {
      tell({ event: 'connected', payload: true })
      return () => undefined
    },
  })
  expect(await link.request('look', {})).toBeNull()
  await expect(link.request('about', {})).rejects.toMatchObject({
    name: 'MaculaError',
    trouble: { kind: 'busy' },
  })
  const told: Told[] = []
  link.listen((one) => told.push(one))
  expect(told).toEqual([{ event: 'connected', payload: true }])
})

test('lines are the same however the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }).map((line) => line.replaceAll('\n', ''))),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (lines, cuts) => {
        const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
        const stream = new ReadableStream<Uint8Array>({
          start(controller) {
            for (let from = 0, cut = 0; from < bytes.length; cut += 1) {
              const size = cuts[cut % cuts.length] ?? 1
              controller.enqueue(bytes.slice(from, from + size))
              from += size
            }
            controller.close()
          },
        })
        const read: string[] = []
        for await (const line of readLines(stream)) read.push(line)
        expect(read).toEqual(lines)
      },
    ),
  )
})
