import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { askPlain } from '../../../main/system/plain-http.ts'

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

async function serve(listener: RequestListener): Promise<{ address: string; port: number }> {
  const made = createServer(listener)
  server = made
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return { address: '127.0.0.1', port: (made.address() as AddressInfo).port }
}

test('what is asked arrives as it is, and its answer comes back', async () => {
  const heard: unknown[] = []
  const at = await serve((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (more: string) => (body += more))
    request.on('end', () => {
      const { 'x-api-key': key, connection } = request.headers
      heard.push([request.method, request.url, key, connection, body])
      response.writeHead(201).end('geändert')
    })
  })
  const asked = {
    method: 'POST',
    path: '/zones?a=b',
    headers: { 'X-API-Key': 'k' },
    body: '{"ä":1}',
  } as const
  expect(await askPlain({ ...at, ...asked, deadline: 60_000 })).toEqual({ status: 201, text: 'geändert' })
  expect(heard).toEqual([['POST', '/zones?a=b', 'k', 'close', '{"ä":1}']])
})

test('a letter that comes in two pieces is one', async () => {
  const [first, second] = [Buffer.from('gr\u00fcn').subarray(0, 3), Buffer.from('gr\u00fcn').subarray(3)]
  const at = await serve((_, response) => {
    response.writeHead(200)
    // The second goes when the first has left, so that it is a piece of its own.
    response.write(first, () => setImmediate(() => response.end(second)))
  })
  expect(await askPlain({ ...at, method: 'GET', path: '/', deadline: 60_000 })).toEqual({
    status: 200,
    text: 'gr\u00fcn',
  })
})

test('a redirect is the answer and is not followed', async () => {
  let asked = 0
  const at = await serve((_, response) => {
    asked += 1
    response.writeHead(302, { Location: '/elsewhere' }).end()
  })
  expect(await askPlain({ ...at, method: 'HEAD', path: '/', deadline: 60_000 })).toEqual({
    status: 302,
    text: '',
  })
  expect(asked).toBe(1)
})

test('who does not answer in time, or breaks off, is told so', async () => {
  const at = await serve((request, response) => {
    if (request.url === '/half') response.write('half', () => response.destroy())
  })
  await expect(askPlain({ ...at, method: 'GET', path: '/never', deadline: 50 })).rejects.toThrow(
    'no answer within 50 ms',
  )
  await expect(askPlain({ ...at, method: 'GET', path: '/half', deadline: 60_000 })).rejects.toThrow()
})

test('an answer without end is not read', async () => {
  const at = await serve((_, response) => {
    const more = (): void => void (response.destroyed || response.write(Buffer.alloc(1_000_000), more))
    more()
  })
  await expect(askPlain({ ...at, method: 'GET', path: '/', deadline: 60_000 })).rejects.toThrow('larger than')
})

test('nobody listens: Node’s own error with its code', async () => {
  const at = await serve(() => undefined)
  await new Promise((resolve) => server?.close(resolve))
  server = undefined
  await expect(askPlain({ ...at, method: 'GET', path: '/', deadline: 60_000 })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  })
})
