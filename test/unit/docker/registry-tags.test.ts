import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openRegistries } from '../../../main/system/docker/registry-sizes.ts'

/** Tags and digests of a registry on loopback that speaks the distribution protocol: really sent, in pages, behind a token. */

type Answer = (request: IncomingMessage, response: ServerResponse, host: string) => void
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function registry(answer: Answer): Promise<{ readonly host: string; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response, `http://${request.headers.host}`)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const json = (
  response: ServerResponse,
  value: unknown,
  head: Record<string, string> = {},
  status = 200,
): void => void response.writeHead(status, head).end(JSON.stringify(value))
const open = (tagsDeadlineMs = 10_000) =>
  openRegistries({ auth: () => Promise.resolve(undefined), now: () => 0, tagsDeadlineMs })

test('pages follow each other, relative or whole, and all tags are told once; what is no tag is passed over', async () => {
  const { host, asked } = await registry((request, response, base) => {
    if (request.url === '/v2/team/app/tags/list?n=1000')
      return json(
        response,
        { tags: ['1.0', '1.1', '-x', 'a b', '../../x'] },
        { link: '</v2/team/app/tags/list?last=1.1&n=1000>; rel="next"' },
      )
    if (request.url === '/v2/team/app/tags/list?last=1.1&n=1000')
      return json(
        response,
        { tags: ['1.1', '1.2'] },
        { link: `<${base}/v2/team/app/tags/list?last=1.2>; rel=next` },
      )
    return json(response, { tags: null })
  })
  expect(await open().tags(`${host}/team/app:1.0`)).toEqual({ kind: 'known', tags: ['1.0', '1.1', '1.2'] })
  expect(asked).toHaveLength(3)
})

test('a page elsewhere is not followed, pages in a circle end, and a part is not told as the whole', async () => {
  const { host, asked } = await registry((_, response) =>
    json(response, { tags: ['1.0'] }, { link: '<http://127.0.0.1:1/v2/team/app/tags/list>; rel="next"' }),
  )
  expect(await open().tags(`${host}/team/app:1`)).toEqual({
    kind: 'unknown',
    why: 'the registry’s list of tags goes on at another address',
  })
  expect(asked).toHaveLength(1)
  const round = await registry((request, response) =>
    json(response, { tags: ['1.0'] }, { link: `<${request.url}>; rel="next"` }),
  )
  expect(await open().tags(`${round.host}/team/app:1`)).toEqual({
    kind: 'unknown',
    why: 'the registry’s list of tags has more than 40 pages',
  })
  expect(round.asked).toHaveLength(40)
})

test.each([
  [40, 'known'],
  [41, 'unknown'],
])('a list of %i pages is %s', async (pages, kind) => {
  const { host } = await registry((request, response) => {
    const at = Number(/last=(\d+)/.exec(request.url ?? '')?.[1] ?? 0) + 1
    json(
      response,
      { tags: [`1.${at}`] },
      at < pages ? { link: `</v2/app/tags/list?last=${at}>; rel="next"` } : {},
    )
  })
  const told = await open().tags(`${host}/app:1`)
  expect(told.kind).toBe(kind)
  if (told.kind === 'known') expect(told.tags).toHaveLength(pages)
})

test('one token serves all pages', async () => {
  const { host, asked } = await registry((request, response, base) => {
    if (request.url?.startsWith('/token') === true) return json(response, { access_token: 'T' })
    if (request.headers.authorization !== 'Bearer T')
      return json(response, {}, { 'www-authenticate': `Bearer realm="${base}/token",service="s"` }, 401)
    return request.url?.includes('last') === true
      ? json(response, { tags: ['2'] })
      : json(response, { tags: ['1'] }, { link: '</v2/app/tags/list?last=1>; rel="next"' })
  })
  expect(await open().tags(`${host}/app:1`)).toEqual({ kind: 'known', tags: ['1', '2'] })
  expect(asked.filter((one) => one.includes('token'))).toHaveLength(1)
})

test.each<readonly [string, Answer, string]>([
  ['does not have it', (_, response) => json(response, {}, {}, 404), 'the registry does not have it'],
  ['says nonsense', (_, response) => json(response, { tags: [1] }), 'the registry’s answer cannot be read'],
  ['hangs up', (request) => void request.socket.destroy(), 'the registry does not answer'],
  ['never answers', () => undefined, 'the registry does not answer'],
])('one that %s: unknown, with the reason', async (_, answer, why) => {
  const { host } = await registry(answer)
  const registries = open(500)
  expect(await registries.tags(`${host}/app:1`)).toEqual({ kind: 'unknown', why })
  expect(await registries.digest(`${host}/app`, '1')).toMatchObject({ kind: 'unknown' })
})

test('a digest is asked for by HEAD; one that is none is not believed', async () => {
  const digest = `sha256:${'d'.repeat(64)}`
  const { host, asked } = await registry(
    (request, response) =>
      void response
        .writeHead(200, {
          'docker-content-digest': request.url?.endsWith('/1.1') === true ? digest : 'sha256:x; rm',
        })
        .end(),
  )
  expect(await open().digest(`${host}/app`, '1.1')).toEqual({ kind: 'known', digest })
  expect(await open().digest(`${host}/app`, '1.2')).toEqual({
    kind: 'unknown',
    why: 'the registry does not say',
  })
  expect(asked[0]).toBe('HEAD /v2/app/manifests/1.1')
})
