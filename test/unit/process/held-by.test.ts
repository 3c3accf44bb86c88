import { createServer, type AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openHost } from '../../../main/system/host/open-host.ts'

/** Who is in the way of a listener of ours, told over real sockets. */

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(options: { readonly host: string; readonly ipv6Only?: boolean }): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen({ port: 0, ...options }, resolve))
  return (server.address() as AddressInfo).port
}

async function heldBy(options: { readonly host: string; readonly ipv6Only?: boolean }): Promise<string> {
  const port = await listen(options)
  const later = await listen({ host: '127.0.0.4' })
  const kind = async (of: number): Promise<string> =>
    (await openHost(process.env, 5399).listener('127.0.0.4', of, [])).kind
  // A reading of the kernel's tables is shared for a moment: one that knows the later knows both.
  await expect.poll(async () => await kind(later)).toBe('foreign')
  return await kind(port)
}

test.each([
  ['on every address of IPv4', { host: '0.0.0.0' }, 'foreign'],
  ['on every address of both', { host: '::' }, 'foreign'],
  ['on this very address', { host: '127.0.0.4' }, 'foreign'],
  ['on another address', { host: '127.0.0.5' }, 'free'],
  ['on IPv6 alone, every address', { host: '::', ipv6Only: true }, 'free'],
  ['on IPv6 alone, its loopback', { host: '::1' }, 'free'],
])('a program that listens %s', async (_, options, kind) => {
  expect(await heldBy(options)).toBe(kind)
})
