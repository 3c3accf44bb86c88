import { fc } from '../../chance.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { MigrationView } from '../../../main/model/migration.ts'
import { oldView } from '../migration/old-view.ts'
import type { SetupItem } from '../../../main/model/change.ts'
import { requests, type RequestName } from '../../../preload/contract.ts'
import { deferred } from '../../deferred.ts'
import { setupItems } from '../cli/stand-in.ts'
import { openFixture, type Fixture, type Reader } from './fixture.ts'

let fixture: Fixture
let key: string
let reader: Reader
beforeAll(async () => {
  fixture = await openFixture()
  key = await fixture.enter()
  reader = await fixture.read(key)
})
beforeEach(() => void fixture.standIn.asked.splice(0))
afterAll(async () => await fixture.close())

interface Reply {
  readonly ok: boolean
  readonly value?: unknown
  readonly trouble?: { readonly kind: string; readonly what: string; readonly why?: string }
}
const reply = async (name: string, input: unknown): Promise<Reply> => {
  const { status, text } = await fixture.post(key, reader.connection, name, input)
  expect(status).toBe(200)
  return JSON.parse(text) as Reply
}
/** Nothing of these tests may reach the engine. */
const untouched = () => expect(fixture.standIn.asked).toEqual([])

describe('fault 37: what is not in the contract is refused with a typed error', () => {
  test.each(['status', 'Start', 'eval', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'unknown request %s',
    async (name) => {
      expect(await reply(name, {})).toEqual({
        ok: false,
        trouble: { kind: 'usage', what: 'There is no such request.' },
      })
      untouched()
    },
  )

  test.each<[string, unknown, string]>([
    ['start', { run: 'r' }, 'services'],
    ['start', { services: ['grafana'] }, 'run'],
    ['start', { run: 'r', services: ['grafana'], also: true }, 'also'],
    ['start', { run: 'r', services: 'grafana' }, 'services'],
    ['start', { run: 'r', services: [{}] }, 'services.0'],
    ['start', { run: 'r; rm -rf /', services: ['grafana'] }, 'run'],
    ['start', { run: 'r', services: Array.from({ length: 10_001 }, () => 'x') }, 'services'],
    ['start', [], ''],
    ['start', null, ''],
    ['start', 'grafana', ''],
    ['look', { closely: true }, 'closely'],
    ['watch', { closely: 'yes' }, 'closely'],
    ['openLogs', { stream: 's', services: [], tail: 1.5, follow: false }, 'tail'],
    ['fix', { run: 'r', action: { kind: 'setup', changes: [] } }, 'action.kind'],
    ['saveSettings', { desktop: { theme: 'pink' } }, 'desktop.theme'],
    ['undo', { entries: [1], evenIfDrifted: false }, 'entries.0'],
    ['skipStep', { step: 'reboot', skipped: true }, 'step'],
  ])('%s %j: names the part that is off', async (name, input, part) => {
    const answered = await reply(name, input)
    expect(answered).toMatchObject({ ok: false, trouble: { kind: 'usage' } })
    expect(answered.trouble?.what).toBe(`The request ${name} is not as it must be.`)
    expect(answered.trouble?.why).toContain(part)
    untouched()
  })

  test.each(['__proto__', 'constructor', 'prototype', 'toString'])(
    'a key %s changes nothing',
    async (name) => {
      const { status, text } = await fixture.ask({
        method: 'POST',
        path: '/request/start',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${key}`,
          'macula-connection': reader.connection,
        },
        // As text: an object literal would set the prototype instead of a key.
        body: `{"run":"r","services":[],"${name}":{"also":true}}`,
      })
      expect(status).toBe(200)
      expect(JSON.parse(text)).toMatchObject({ ok: false, trouble: { kind: 'usage' } })
      expect(({} as { also?: unknown }).also).toBeUndefined()
      untouched()
    },
  )

  test('leaving is only for the desktop', async () => {
    expect(await reply('leave', { how: 'quit' })).toMatchObject({ ok: false, trouble: { kind: 'usage' } })
  })

  test('another session cannot use a connection, nor a page that is gone', async () => {
    const other = await fixture.enter()
    expect((await fixture.post(other, reader.connection, 'look', {})).status).toBe(409)
    expect((await fixture.post(key, 'nowhere', 'look', {})).status).toBe(409)
    expect((await fixture.post(key, '__proto__', 'look', {})).status).toBe(409)
  })

  test('whatever JSON comes under whatever name, there is a reply, and nothing throws', async () => {
    const names = Object.keys(requests) as RequestName[]
    // These would be carried out by a lucky input; all others must be refused or do nothing to the stand-in.
    const harmless = names.filter((name) => !['start', 'stop', 'restart', 'setup', 'undo'].includes(name))
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom(...harmless), fc.stringMatching(/^\w{1,64}$/)),
        fc.oneof(
          fc.jsonValue(),
          fc.dictionary(
            fc.constantFrom(
              'run',
              'services',
              'stream',
              'service',
              'closely',
              'tail',
              'follow',
              '__proto__',
              'step',
            ),
            fc.jsonValue(),
          ),
        ),
        async (name, input) => {
          const answered = await reply(name, input)
          expect(typeof answered.ok === 'boolean' || 'later' in answered).toBe(true)
          if (!answered.ok && !('later' in answered)) {
            expect(answered.trouble?.kind).toMatch(/^(usage|failed|internal|outside|invalid)$/)
            expect(answered.trouble?.what).not.toBe('')
          }
        },
      ),
      { numRuns: 300 },
    )
    expect((await reply('about', {})).ok).toBe(true)
  })
})

describe('replies and events', () => {
  test('watching begins with the snapshot, and every change is pushed', async () => {
    const page = await fixture.read(key)
    expect(await fixture.post(key, page.connection, 'watch', { closely: true })).toMatchObject({
      status: 200,
    })
    await page.until((line) => line.kind === 'told' && line.told.event === 'snapshot')
    const before = page.lines.length
    fixture.standIn.publish()
    await page.until((line) => line.kind === 'told' && page.lines.indexOf(line) >= before)
    page.close()
  })

  test('no secret goes out unasked', async () => {
    const { text } = await fixture.post(key, reader.connection, 'doctor', {})
    expect(text).not.toContain('canary')
    expect(
      (await fixture.post(key, reader.connection, 'variables', { services: ['grafana'] })).text,
    ).toContain('canary')
  })

  test('set-up writes exactly what was read: refused when that changed, not when something in place did', async () => {
    const [open, made] = setupItems
    if (!open || !made) throw new Error('no items')
    let items: readonly SetupItem[] = [open, { ...made, state: 'in place' }]
    const written: string[] = []
    const other = await openFixture({
      over: {
        setupPlan: async () => await Promise.resolve(items),
        setup: async (changes) => {
          written.push(...changes.map(({ id }) => id))
          return await Promise.resolve({ kind: 'done', steps: [] })
        },
      },
    })
    const own = await other.enter()
    const page = await other.read(own)
    const ask = async (name: string, input: unknown): Promise<Reply> =>
      JSON.parse((await other.post(own, page.connection, name, input)).text) as Reply
    const { digest } = (await ask('setupPlan', {})).value as { digest: string }
    const changes = [open.change.id]

    items = [{ ...open, change: { ...open.change, verbs: made.change.verbs } }]
    expect(await ask('setup', { changes, digest })).toMatchObject({ ok: false, trouble: { kind: 'failed' } })
    expect(written).toEqual([])
    items = [open]
    expect(await ask('setup', { changes, digest })).toMatchObject({ ok: true })
    expect(written).toEqual(changes)
    await other.close()
  })

  test('a take-over does exactly what was read, without what was left out; refused when it means more by now', async () => {
    let view: MigrationView = oldView
    const taken: string[] = []
    const other = await openFixture({
      over: {
        migration: async () => await Promise.resolve(view),
        migrate: async ({ steps, left, data }) => {
          taken.push(...steps.map(({ id }) => id), ...left.map(({ id }) => `without ${id}`), ...data)
          return await Promise.resolve({ ok: true, done: [], left: [] })
        },
      },
    })
    const own = await other.enter()
    const page = await other.read(own)
    const ask = async (name: string, input: unknown): Promise<Reply> =>
      JSON.parse((await other.post(own, page.connection, name, input)).text) as Reply
    const { digest } = (await ask('migration', {})).value as { digest: string }
    const steps = ['compose-infrastructure', 'before-hosts']
    const [first, ...rest] = oldView.steps
    view = {
      ...oldView,
      steps: [{ ...first!, effects: [...first!.effects, 'container shop is removed'] }, ...rest],
    }
    expect(await ask('migrate', { run: 'a', steps, data: ['registry'], digest })).toMatchObject({
      ok: false,
      trouble: { kind: 'failed' },
    })
    expect(taken).toEqual([])
    view = oldView
    expect(await ask('migrate', { run: 'b', steps, data: ['registry'], digest })).toMatchObject({ ok: true })
    expect(taken).toEqual([...steps, 'without before-unit', 'registry'])
    await other.close()
  })

  test('what takes long answers over the stream, so that it holds no connection of the browser', async () => {
    const slow = deferred<never[]>()
    const other = await openFixture({ over: { doctor: () => slow.promise }, times: { soonMs: 20 } })
    const own = await other.enter()
    const page = await other.read(own)
    const { later } = JSON.parse((await other.post(own, page.connection, 'doctor', {})).text) as {
      later: string
    }
    expect(later).toMatch(/^[\w-]{16}$/)
    slow.resolve([])
    expect(await page.until(({ kind }) => kind === 'reply')).toMatchObject({
      kind: 'reply',
      later,
      reply: { ok: true, value: [] },
    })
    await other.close()
  })

  test('a page that goes away ends its streams and its watching', async () => {
    const ended = deferred<void>()
    const other = await openFixture({
      times: { awayMs: 1 },
      over: {
        async *logs(_ids, { signal }) {
          yield { service: 'grafana', at: 1, stream: 'out', text: 'first' }
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          ended.resolve(undefined)
        },
      },
    })
    const own = await other.enter()
    const page = await other.read(own)
    await other.post(own, page.connection, 'openLogs', {
      stream: 's',
      services: ['grafana'],
      tail: 1,
      follow: true,
    })
    await page.until((line) => line.kind === 'told' && line.told.event === 'log')
    page.close()
    await ended.promise
    await other.close()
  })

  test('a quiet stream says that it is there', async () => {
    const other = await openFixture({ times: { beatMs: 20 } })
    const page = await other.read(await other.enter())
    await page.until(({ kind }) => kind === 'beat')
    await other.close()
  })
})
