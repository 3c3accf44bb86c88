import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openRegistries } from '../../../main/system/docker/registry-sizes.ts'

/** Over which line a registry is asked, and what goes over it. Names and answers are stood in for; nothing is sent. */

vi.mock('node:dns/promises', () => ({ lookup: vi.fn() }))

interface Sent {
  readonly url: string
  readonly auth: string | undefined
}

let sent: Sent[] = []
beforeEach(() => {
  sent = []
})
afterEach(() => {
  vi.unstubAllGlobals()
})

function names(addresses: readonly string[]): void {
  const found = addresses.map((address): LookupAddress => ({
    address,
    family: address.includes(':') ? 6 : 4,
  }))
  vi.mocked(lookup).mockResolvedValue(found as never)
}

/** A registry that requires signing in by `challenge`, and whatever else is asked gives a token. */
function answers(challenge?: string): void {
  const isRegistry = (url: string): boolean => url.includes('/v2/')
  vi.stubGlobal('fetch', async (url: string | URL, init: RequestInit) => {
    init.signal?.throwIfAborted()
    const auth = new Headers(init.headers).get('authorization') ?? undefined
    sent.push({ url: String(url), auth })
    const isShut = challenge !== undefined && isRegistry(String(url)) && auth === undefined
    return await Promise.resolve(
      isShut
        ? new Response('{}', { status: 401, headers: { 'www-authenticate': challenge } })
        : new Response(isRegistry(String(url)) ? '{"tags":["1"]}' : '{"token":"T"}'),
    )
  })
}

const open = (tagsDeadlineMs = 10_000) =>
  openRegistries({
    auth: () => Promise.resolve({ serveraddress: 'x', username: 'ada', password: 'secret' }),
    now: () => 0,
    tagsDeadlineMs,
  })
const basic = `Basic ${Buffer.from('ada:secret').toString('base64')}`

test.each([
  ['registry.macula.local', ['127.0.0.9'], 'http'],
  ['registry.macula.local:5000', ['127.0.0.9', '::1'], 'http'],
  // A name of this machine's network is another machine.
  ['registry.lan.local', ['192.168.1.20'], 'https'],
  ['half.example', ['127.0.0.1', '203.0.113.4'], 'https'],
  ['nobody.local', [], 'https'],
])('%s, which leads to %j, is asked by %s', async (registry, addresses, line) => {
  names(addresses)
  answers()
  expect(await open().tags(`${registry}/app:1`)).toEqual({ kind: 'known', tags: ['1'] })
  expect(sent.map(({ url }) => url)).toEqual([`${line}://${registry}/v2/app/tags/list?n=1000`])
})

test.each([
  ['a realm over TLS', 'Bearer realm="https://auth.example/token"', [undefined, basic, 'Bearer T']],
  ['a realm in clear', 'Bearer realm="http://auth.example/token"', [undefined, undefined, 'Bearer T']],
  ['the registry itself', 'Basic realm="x"', [undefined, basic]],
])('a sign-in that a registry over TLS wants by %s', async (_, challenge, auths) => {
  names(['203.0.113.4'])
  answers(challenge)
  await open().tags('registry.example/app:1')
  expect(sent.map(({ auth }) => auth)).toEqual(auths)
})

test('a registry in clear gets no sign-in itself', async () => {
  names(['127.0.0.9'])
  answers('Basic realm="x"')
  expect(await open().tags('registry.macula.local/app:1')).toEqual({
    kind: 'unknown',
    why: 'the registry requires signing in',
  })
  expect(sent.map(({ auth }) => auth)).toEqual([undefined, undefined])
})

test('a resolver that never answers is left at the deadline', async () => {
  vi.mocked(lookup).mockReturnValue(new Promise<never>(() => undefined))
  answers()
  expect(await open(50).tags('registry.example/app:1')).toEqual({
    kind: 'unknown',
    why: 'the registry does not answer',
  })
  expect(sent).toEqual([])
})
