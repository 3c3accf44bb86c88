import { X509Certificate } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { REVISION_HOST, type ServiceSpec } from '../../../main/model/service.ts'
import { DAY_MS, lifetimes } from '../../../main/model/tls.ts'
import type { Paths } from '../../../main/system/paths.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { makeLeaf } from '../../../main/system/tls/certificate.ts'
import { authorityCertificate, authorityFile, openTls } from '../../../main/system/tls/open-tls.ts'
import { servedFile, servedMark } from '../../../main/system/tls/served.ts'
import { docker, run } from '../support/actor.ts'
import { openWebSocket } from '../support/websocket.ts'
import { ingressFolder, mountsOf, renderIngress, startIngress } from './stack-nginx.ts'

/** A real nginx as the stack configures it with TLS, asked by curl, openssl and a WebSocket; certificates are the product's own. */

const NAME = 'macula-it-tls'
const root = fileURLToPath(new URL('../../..', import.meta.url))
const suffix = 'macula.test'
const service = (id: string, last: number): ServiceSpec =>
  ({
    id,
    title: id,
    tier: 'tools',
    order: last,
    address: `127.0.0.${last}`,
    purpose: id,
    origin: 'ours',
    runtime: { kind: 'container', image: 'x' },
    endpoints: [
      {
        id: 'web',
        name: id,
        scheme: 'http',
        target: 80,
        clean: true,
        open: '/',
        probe: { path: '/', expect: [], headers: {} },
      },
    ],
  }) as unknown as ServiceSpec
/** An application of a cluster, whose node is stood in for by the same upstream. */
const application = {
  ...service('console', 2),
  tier: 'applications',
  runtime: {
    kind: 'cluster',
    reason: '',
    cluster: { id: 'hub', name: 'macula-it' },
    app: { id: 'console' },
  },
  endpoints: [
    {
      id: 'web',
      name: 'console',
      scheme: 'http',
      target: 80,
      clean: false,
      ingress: '/',
      open: '/',
      probe: { path: '/', expect: [], headers: {} },
    },
  ],
} as unknown as ServiceSpec
const services = [service('app', 77), service('silent', 78), application]
const names = ['app', 'silent', 'home'].map((name) => `${name}.${suffix}`)

let folder = ''
let address = ''
let now = Date.now()

// The folder of routes that nginx has mounted is where the product writes: data/stack/ingress.
const paths = (): Paths => ({ config: '', state: '', data: folder, assets: '', ledger: '' })
const ingress = (): string => join(folder, 'stack', 'ingress')
const tls = () => openTls(paths(), { ...defaultSettings, suffix, tls: true }, () => now)
const ca = async (): Promise<string> => await readFile(authorityCertificate(paths()), 'utf8')

async function render(): Promise<string> {
  return await renderIngress(ingress(), services, suffix, await servedMark(paths()))
}

const curl = async (url: string, ...more: readonly string[]) => {
  const { hostname } = new URL(url)
  const at = ['80', '443'].flatMap((port) => ['--resolve', `${hostname}:${port}:${address}`])
  return await run('curl', ['-sS', '--max-time', '30', '--noproxy', '*', ...at, ...more, url])
}
const trusted = async (url: string, ...more: readonly string[]) =>
  await curl(url, '--cacert', authorityCertificate(paths()), ...more)

/** The certificate that is shown to a new connection. */
async function shown(name: string): Promise<string> {
  const by = await ca()
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: 443, servername: name, ca: by }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.setTimeout(120_000, () => socket.destroy(new Error('no answer')))
    socket.on('error', reject)
  })
}

const clear = async (): Promise<void> => {
  await docker('rm', '-f', '-v', `${NAME}-app`, `${NAME}-stack`)
  await docker('network', 'rm', NAME)
}

beforeAll(async () => {
  await clear()
  folder = await ingressFolder()
  await docker('network', 'create', '--subnet', '172.28.81.0/24', NAME)
  // prettier-ignore
  const made = await docker('run', '-d', '--name', `${NAME}-app`, '--network', NAME, '--network-alias', 'app', '--network-alias', 'macula-it-control-plane',
    '-v', `${process.execPath}:/node:ro`, '-v', `${join(root, 'test', 'integration', 'ingress')}:/src:ro`,
    'macula-test/base', '/node', '/src/upstream.mjs')
  if (made.code !== 0) throw new Error(made.err)
  await render()
  address = await startIngress(`${NAME}-stack`, NAME, mountsOf(ingress()))
  await vi.waitFor(async () => expect((await curl(`http://app.${suffix}/`)).out).toBe(`pod app.${suffix}`), {
    timeout: 180_000,
    interval: 100,
  })
})
afterAll(async () => {
  await clear()
  await rm(folder, { recursive: true, force: true })
})

/** Until nginx serves by the routes of that revision. */
async function untilServed(revision: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { out } = await curl(
        `http://app.${suffix}/${revision}`,
        '-H',
        `Host: ${REVISION_HOST}`,
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
      )
      expect(out).toBe('204')
    },
    { timeout: 180_000, interval: 100 },
  )
}

test('before it is wished nothing listens on 443; then a signal is enough, and the container is the same', async () => {
  expect((await curl(`https://app.${suffix}/`)).code).toBe(7)
  const before = (await docker('inspect', '-f', '{{.State.StartedAt}} {{.RestartCount}}', `${NAME}-stack`))
    .out
  await tls().ensure(names)
  const revision = await render()
  await docker('kill', '-s', 'HUP', `${NAME}-stack`)
  await untilServed(revision)
  await vi.waitFor(
    async () =>
      expect(await trusted(`https://app.${suffix}/`)).toMatchObject({ code: 0, out: `pod app.${suffix}` }),
    { timeout: 180_000, interval: 100 },
  )
  expect((await docker('inspect', '-f', '{{.State.StartedAt}} {{.RestartCount}}', `${NAME}-stack`)).out).toBe(
    before,
  )
  const { out, err } = await docker('logs', `${NAME}-stack`)
  expect(out + err).not.toMatch(/\[(warn|crit|alert|emerg)\]|ssl|certificate/i)
})

describe('a clean URL with https', () => {
  test('is not answered to who does not trust the authority, and http goes on', async () => {
    const { code, err } = await curl(`https://app.${suffix}/`)
    expect(code).toBe(60)
    expect(err).toMatch(/certificate/)
    expect((await curl(`http://app.${suffix}/`)).out).toBe(`pod app.${suffix}`)
  })

  test('speaks HTTP/2 with who can, and HTTP/1.1 with who cannot', async () => {
    const version = async (...how: readonly string[]) =>
      (await trusted(`https://app.${suffix}/`, '-o', '/dev/null', '-w', '%{http_version}', ...how)).out
    expect(await version('--http2')).toBe('2')
    expect(await version('--http1.1')).toBe('1.1')
  })

  test('tells the service that it was https, and the host as it was asked for', async () => {
    for (const how of ['--http2', '--http1.1']) {
      const raw = JSON.parse((await trusted(`https://app.${suffix}/head`, how)).out) as readonly string[]
      const head = new Map(
        raw.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1]]] : [])),
      )
      expect(head.get('x-forwarded-proto')).toBe('https')
      expect(head.get('host')).toBe(`app.${suffix}`)
    }
    const plain = (await curl(`http://app.${suffix}/head`)).out
    expect(plain).toMatch(/"X-Forwarded-Proto","http"/i)
  })

  test('keeps from browsers that a service wants https for a year: they would ask so when TLS is off again', async () => {
    for (const name of [`app.${suffix}`, `console.${suffix}`]) {
      const { out } = await trusted(`https://${name}/strict`, '-D', '-')
      expect(out).toMatch(/strict$/)
      expect(out).not.toMatch(/strict-transport-security/i)
    }
  })

  test('takes a large body over HTTP/2, and a WebSocket', async () => {
    const file = join(folder, 'large')
    await writeFile(file, Buffer.alloc(16 * 1024 * 1024))
    expect((await trusted(`https://app.${suffix}/body`, '--http2', '-T', file)).out).toBe(
      String(16 * 1024 * 1024),
    )
    const socket = await openWebSocket({
      address,
      port: 443,
      host: `app.${suffix}`,
      path: '/live/websocket',
      ca: await ca(),
    })
    expect(await socket.say('phx_join')).toBe('phx_join')
    socket.close()
  })

  test('leads to a cluster’s own ingress, for its applications and for hosts that nobody described', async () => {
    for (const name of [`console.${suffix}`, `found.${suffix}`]) {
      expect((await trusted(`https://${name}/`)).out).toBe(`pod ${name}`)
      expect((await trusted(`https://${name}/head`)).out).toMatch(/"X-Forwarded-Proto","https"/i)
    }
    const socket = await openWebSocket({
      address,
      port: 443,
      host: `console.${suffix}`,
      path: '/live/websocket',
      ca: await ca(),
    })
    expect(await socket.say('phx_join')).toBe('phx_join')
    socket.close()
  })

  test('has the page of all services, and /health of every name, as http has', async () => {
    const page = await trusted(`https://home.${suffix}/`, '-i')
    expect(page.out).toMatch(/^HTTP\/2 200/)
    expect(page.out).toContain(`connect-src 'self' http://*.${suffix} https://*.${suffix}`)
    const health = await trusted(`https://app.${suffix}/health`, '-i')
    expect(health.out).toContain(`access-control-allow-origin: https://home.${suffix}`)
    const unknown = await trusted(`https://nobody.example.com/`, '-i', '-k')
    expect(unknown.out).toMatch(/^HTTP\/2 404/)
  })
})

describe('openssl', () => {
  const verify = async (certificate: string): Promise<string> => {
    const file = join(folder, 'asked.pem')
    await writeFile(file, certificate)
    const { out, err } = await run('openssl', [
      'verify',
      '-x509_strict',
      '-CAfile',
      authorityCertificate(paths()),
      file,
    ])
    return out + err
  }
  const pair = async () => {
    const text = await readFile(authorityFile(paths()), 'utf8')
    const at = text.indexOf('-----BEGIN PRIVATE')
    return { certificate: text.slice(0, at), key: text.slice(at) }
  }
  const dates = () => ({ notBefore: Date.now() - DAY_MS, notAfter: Date.now() + DAY_MS })

  test('takes what is served, and every name of it', async () => {
    expect(await verify(await readFile(servedFile(paths()), 'utf8'))).toMatch(/: OK$/)
    for (const name of [...names, `tomorrow.${suffix}`]) {
      const asked = await run(
        'openssl',
        [
          's_client',
          '-connect',
          `${address}:443`,
          '-servername',
          name,
          '-verify_hostname',
          name,
          '-verify_return_error',
          '-CAfile',
          authorityCertificate(paths()),
        ],
        { input: 'Q\n' },
      )
      expect(asked.out, name).toMatch(/Verify return code: 0 \(ok\)/)
    }
  })

  // Made by the authority's own key, past everything of ours that refuses it: whoever has the key.
  test.each(['grafana.example.com', 'macula.test.example.com', 'localhost', '*.test'])(
    'refuses a certificate of it for %s, which is outside of its bounds',
    async (name) => {
      expect(await verify((await makeLeaf(await pair(), [name], dates())).certificate)).toMatch(
        /permitted subtree violation/,
      )
    },
  )

  test('refuses one for an address, of both families', async () => {
    const conf = join(folder, 'ip.cnf')
    const request = join(folder, 'ip.csr')
    const made = join(folder, 'ip.pem')
    for (const ip of ['127.0.0.4', '10.1.2.3', '::1']) {
      await writeFile(conf, `subjectAltName=IP:${ip},DNS:app.${suffix}\n`)
      await run('openssl', [
        'req',
        '-new',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        join(folder, 'ip.key'),
        '-subj',
        '/O=x',
        '-out',
        request,
      ])
      const signed = await run('openssl', [
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        authorityCertificate(paths()),
        '-CAkey',
        authorityFile(paths()),
        '-extfile',
        conf,
        '-out',
        made,
      ])
      expect(signed.code, signed.err).toBe(0)
      expect(await verify(await readFile(made, 'utf8')), ip).toMatch(/excluded subtree violation/)
    }
  })

  test('refuses an authority below it', async () => {
    const key = join(folder, 'sub.key')
    const conf = join(folder, 'sub.cnf')
    await writeFile(conf, 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n')
    await run('openssl', [
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-subj',
      '/O=sub',
      '-out',
      join(folder, 'sub.csr'),
    ])
    await run('openssl', [
      'x509',
      '-req',
      '-in',
      join(folder, 'sub.csr'),
      '-CA',
      authorityCertificate(paths()),
      '-CAkey',
      authorityFile(paths()),
      '-extfile',
      conf,
      '-out',
      join(folder, 'sub.pem'),
    ])
    const below = join(folder, 'below.pem')
    const csr = join(folder, 'below.csr')
    // prettier-ignore
    await run('openssl', ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
      '-keyout', join(folder, 'below.key'), '-subj', '/O=below', '-addext', `subjectAltName=DNS:app.${suffix}`, '-out', csr])
    // prettier-ignore
    await run('openssl', ['x509', '-req', '-in', csr, '-copy_extensions', 'copy', '-CA', join(folder, 'sub.pem'),
      '-CAkey', key, '-out', below])
    const { out, err } = await run('openssl', [
      'verify',
      '-CAfile',
      authorityCertificate(paths()),
      '-untrusted',
      join(folder, 'sub.pem'),
      below,
    ])
    expect(out + err).toMatch(/path length constraint exceeded/)
  })
})

test('a renewal: new connections have the new certificate, those that are open notice nothing', async () => {
  const socket = await openWebSocket({
    address,
    port: 443,
    host: `app.${suffix}`,
    path: '/live/websocket',
    ca: await ca(),
  })
  expect(await socket.say('before')).toBe('before')
  const first = await shown(`app.${suffix}`)
  const worker = (await docker('inspect', '-f', '{{.State.Pid}}', `${NAME}-stack`)).out
  now += lifetimes.leaf - lifetimes.renew + 2 * DAY_MS
  const { changed } = await tls().ensure(names)
  expect(changed).toMatch(/^it ends /)
  const second = new X509Certificate(await readFile(servedFile(paths()), 'utf8')).fingerprint256
  expect(second).not.toBe(first)
  await docker('kill', '-s', 'HUP', `${NAME}-stack`)
  // The new one begins in the future of this test: only who shows it is looked at.
  const tells = async (): Promise<string> => {
    const { out } = await run(
      'openssl',
      ['s_client', '-connect', `${address}:443`, '-servername', `app.${suffix}`],
      { input: 'Q\n' },
    )
    return new X509Certificate(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(out)?.[0] ?? '',
    ).fingerprint256
  }
  await vi.waitFor(async () => expect(await tells()).toBe(second), { timeout: 180_000, interval: 100 })
  expect(await socket.say('after')).toBe('after')
  socket.close()
  expect((await docker('inspect', '-f', '{{.State.Pid}}', `${NAME}-stack`)).out).toBe(worker)
})

test('ended: 443 is closed, http goes on, and nothing of it is left beside the routes', async () => {
  const revision = await renderIngress(ingress(), services, suffix)
  await docker('kill', '-s', 'HUP', `${NAME}-stack`)
  await untilServed(revision)
  expect(await tls().withdraw()).toBe(true)
  await vi.waitFor(async () => expect((await curl(`https://app.${suffix}/`)).code).toBe(7), {
    timeout: 180_000,
    interval: 100,
  })
  expect((await curl(`http://app.${suffix}/`)).out).toBe(`pod app.${suffix}`)
  await expect(readFile(servedFile(paths()))).rejects.toThrow('ENOENT')
})
