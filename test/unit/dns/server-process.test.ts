import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { serverProcess } from '../../../main/system/dns/server-process.ts'
import { pathsOf } from '../../../main/system/paths.ts'

/** Who is in the way of a name server of ours, told over real sockets. */

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function taken(options: { readonly host: string; readonly ipv6Only?: boolean }) {
  const held = createServer()
  servers.push(held)
  await new Promise<void>((resolve) => held.listen({ port: 0, ...options }, resolve))
  const { port } = held.address() as AddressInfo
  const server = serverProcess({
    paths: pathsOf({ MACULA_HOME: join(tmpdir(), `macula-server-${process.pid}`) }, '/assets'),
    own: {
      owner: { uid: process.getuid?.() ?? 0, project: `server-${process.pid}` },
      state: '/nowhere',
    },
    record: 'dnsmasq',
    configFile: '/nowhere/dnsmasq.conf',
    port,
  })
  return { port, says: await server.portTaken() }
}

test.each([
  ['on IPv6 alone, every address', { host: '::', ipv6Only: true }],
  ['on IPv6 alone, its loopback', { host: '::1' }],
  ['on another address', { host: '127.0.0.5' }],
])('a program that listens %s is not in its way', async (_, options) => {
  expect((await taken(options)).says).toBeUndefined()
})

test.each([
  ['on every address of both', { host: '::' }],
  ['on every address of IPv4', { host: '0.0.0.0' }],
  ['on this very address', { host: '127.0.0.1' }],
])('a program that listens %s is named', async (_, options) => {
  const { port, says } = await taken(options)
  expect(says).toContain(`127.0.0.1:${port}, where our name server should be, is held by`)
  expect(says).toContain(String(process.pid))
})
