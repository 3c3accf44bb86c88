import { defaultSettings } from '../../../main/system/keep/settings.ts'
import dnsPacket from 'dns-packet'
import { execa } from 'execa'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NameServerAdapter } from '../../../main/engine/adapters.ts'
import { poll } from '../../../main/engine/wait.ts'
import type { Settings } from '../../../main/model/service.ts'
import { askDns } from '../../../main/system/dns/ask.ts'
import { openNameServer } from '../../../main/system/dns/open-name-server.ts'
import { openZones } from '../../../main/system/dns/powerdns.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'
import { alonePort53 } from '../support/port-53.ts'
import {
  api,
  call,
  closePowerdns,
  dns,
  KEY,
  openPowerdns,
  startPowerdns,
  stopPowerdns,
} from './powerdns-room.ts'

/** The real dnsmasq asks the real PowerDNS (Debian's, over PostgreSQL; see test/images/powerdns). */

const settings: Settings = {
  ...defaultSettings,
  suffix: 'macula.test',
  project: 'names-pdns',
  dnsPort: 25_361,
  zones: ['lab'],
  dns53: true,
}
const owner = { uid: process.getuid?.() ?? 0, project: `names-pdns-${process.pid}` }
const names = new Map([
  ['grafana.macula.test', '127.0.0.4'],
  ['s3.macula.test', '127.0.0.9'],
])
const zones = openZones()
let paths: Paths
let server: NameServerAdapter
let giveBack = (): void => undefined

beforeAll(async () => {
  giveBack = await alonePort53()
  paths = pathsOf({ MACULA_HOME: await mkdtemp(join(tmpdir(), 'macula-pdns-')) }, '/assets')
  server = openNameServer(paths, owner, settings, process.env)
  await openPowerdns()
})
afterAll(async () => {
  await server.stop()
  giveBack()
  await closePowerdns()
  await rm(join(paths.state, '..'), { recursive: true, force: true })
})

const ask = async (name: string, type: 'A' | 'AAAA' = 'A', port = settings.dnsPort) => {
  const answer = await askDns(port, name, type, 120_000)
  return answer && `${answer.code} ${answer.addresses.join(',')}`.trim()
}

/** What external-dns sends for an endpoint (provider/pdns: PatchZone with REPLACE), with its TXT of ownership. */
const record = async (zone: string, name: string, content: string, type = 'A') =>
  await call('PATCH', `/zones/${zone}.`, {
    id: `${zone}.`,
    name: `${zone}.`,
    type: 'Zone',
    kind: 'Native',
    url: `/api/v1/servers/localhost/zones/${zone}.`,
    rrsets: [
      {
        name: `${name}.`,
        type,
        ttl: 300,
        changetype: 'REPLACE',
        records: [{ content, disabled: false, 'set-ptr': false }],
        comments: [],
      },
      {
        name: `a-${name}.`,
        type: 'TXT',
        ttl: 300,
        changetype: 'REPLACE',
        records: [
          { content: '"heritage=external-dns,external-dns/owner=hub"', disabled: false, 'set-ptr': false },
        ],
        comments: [],
      },
    ],
  })

describe('the zones', () => {
  test('are made once, with a start of authority that lets nobody remember for long that a name is not there', async () => {
    expect(await zones.ensure(api, KEY, ['macula.test', 'lab'])).toEqual(['macula.test', 'lab'])
    expect(await zones.ensure(api, KEY, ['macula.test', 'lab'])).toEqual([])
    const { body } = await call('GET', '/zones/macula.test.')
    const { rrsets } = body as { rrsets: { type: string; ttl: number; records: { content: string }[] }[] }
    const told = rrsets.map(({ type, ttl, records }) => `${type} ${ttl} ${records[0]?.content ?? ''}`)
    expect(told.sort()).toEqual([
      'NS 3600 dns.macula.test.',
      expect.stringMatching(/^SOA 5 dns\.macula\.test\. hostmaster\.macula\.test\. \d+ 10800 3600 604800 5$/),
    ])
  })
  test('one below a zone that is there would hide its records, and is not made', async () => {
    expect(await zones.ensure(api, KEY, ['beam.lab'])).toEqual([])
  })
  test('a wrong key is told, with what PowerDNS said', async () => {
    await expect(zones.ensure(api, 'wrong', ['other.test'])).rejects.toThrow(/cannot be created.*401/)
  })
})

test('a record that ExternalDNS writes resolves at once, though it was asked for before', async () => {
  await server.ensure(names, dns)
  expect(await server.seen()).toMatchObject({ kind: 'runs', asks: '172.28.78.10:53' })
  expect(await ask('shop.macula.test')).toBe('NXDOMAIN')
  expect((await record('macula.test', 'shop.macula.test', '127.0.0.2')).status).toBe(204)
  expect(await ask('shop.macula.test')).toBe('NOERROR 127.0.0.2')
  expect(await ask('shop.macula.test', 'AAAA')).toBe('NOERROR')
  await record('lab', 'beam00.beam.lab', '10.9.8.7')
  expect(await ask('beam00.beam.lab')).toBe('NOERROR 10.9.8.7')
  expect(await zones.records(api, KEY)).toEqual(
    new Map([
      ['shop.macula.test', ['127.0.0.2']],
      ['beam00.beam.lab', ['10.9.8.7']],
    ]),
  )
})

test.each([
  ['grafana.macula.test', 'A', 'NOERROR 127.0.0.4'],
  ['grafana.macula.test', 'AAAA', 'NOERROR'],
  ['nobody.macula.test', 'A', 'NXDOMAIN'],
  ['nobody.macula.test', 'AAAA', 'NXDOMAIN'],
  ['sub.grafana.macula.test', 'A', 'NXDOMAIN'],
  ['nobody.lab', 'A', 'NXDOMAIN'],
  ['example.org', 'A', 'REFUSED'],
] as const)('%s %s is %s beside it', async (name, type, answer) => {
  expect(await ask(name, type)).toBe(answer)
})

test('ours win: what PowerDNS has for a name of ours is never answered, and is known', async () => {
  await record('macula.test', 'grafana.macula.test', '10.1.1.1')
  await call('PATCH', '/zones/macula.test.', {
    rrsets: [
      {
        name: 'grafana.macula.test.',
        type: 'AAAA',
        ttl: 60,
        changetype: 'REPLACE',
        records: [{ content: 'fd00::1', disabled: false }],
      },
    ],
  })
  expect(await ask('grafana.macula.test')).toBe('NOERROR 127.0.0.4')
  expect(await ask('grafana.macula.test', 'AAAA')).toBe('NOERROR')
  expect(await zones.answers(dns, [...names.keys()])).toEqual(
    new Map([['grafana.macula.test', ['10.1.1.1']]]),
  )
})

test('a record below a name of ours is answered, and the name itself stays ours', async () => {
  await record('macula.test', 'bucket.s3.macula.test', '127.0.0.9')
  expect(await ask('bucket.s3.macula.test')).toBe('NOERROR 127.0.0.9')
  expect(await ask('s3.macula.test')).toBe('NOERROR 127.0.0.9')
  expect(await ask('s3.macula.test', 'AAAA')).toBe('NOERROR')
})

test('what does not fit into a datagram comes by TCP', async () => {
  const texts = Array.from({ length: 12 }, (_, index) => ({
    content: `"${String(index).repeat(180)}"`,
    disabled: false,
  }))
  await call('PATCH', '/zones/macula.test.', {
    rrsets: [{ name: 'long.macula.test.', type: 'TXT', ttl: 60, changetype: 'REPLACE', records: texts }],
  })
  expect(await askTcp('long.macula.test', 'TXT')).toBe(12)
})

test('the C library of this machine resolves it, by 127.0.0.1:53', async () => {
  expect(await server.seen()).toMatchObject({ also: { port: 53, pid: expect.any(Number) as number } })
  const conf = join(paths.state, 'resolv.conf')
  await writeFile(conf, 'nameserver 127.0.0.1\noptions timeout:20 attempts:1\n')
  const { stdout } = await execa('unshare', [
    '-m',
    'sh',
    '-c',
    'mount --bind "$1" "$(readlink -f /etc/resolv.conf)" && getent ahostsv4 shop.macula.test && getent ahostsv4 grafana.macula.test',
    'sh',
    conf,
  ])
  expect(stdout).toMatch(/^127\.0\.0\.2 +STREAM shop\.macula\.test/m)
  expect(stdout).toMatch(/^127\.0\.0\.4 +STREAM grafana\.macula\.test/m)
})

test('stopped: who is told so says that unknown names are not there, at once, and both ports say the same', async () => {
  await stopPowerdns()
  await server.ensure(names, undefined)
  for (const port of [settings.dnsPort, 53]) {
    expect(await ask('nobody.macula.test', 'A', port)).toBe('NXDOMAIN')
    expect(await ask('shop.macula.test', 'A', port)).toBe('NXDOMAIN')
    expect(await ask('beam00.beam.lab', 'A', port)).toBe('NXDOMAIN')
    expect(await ask('bucket.s3.macula.test', 'A', port)).toBe('NXDOMAIN')
    expect(await ask('grafana.macula.test', 'A', port)).toBe('NOERROR 127.0.0.4')
    expect(await ask('grafana.macula.test', 'AAAA', port)).toBe('NOERROR')
  }
  expect(await server.seen()).not.toHaveProperty('asks')
})

/** An answer of ours comes within a millisecond; longer than resolvers wait before they ask elsewhere (5 s). */
const SILENT_MS = 6000

test('stopped and nobody told it: our own names are answered all the same', async () => {
  await server.ensure(names, dns)
  expect(await ask('grafana.macula.test')).toBe('NOERROR 127.0.0.4')
  expect(await ask('grafana.macula.test', 'AAAA')).toBe('NOERROR')
  expect(await server.seen()).toMatchObject({ kind: 'runs' })
  // What has to be asked for gets no answer at all, below a name of ours too; what is asked of nobody is told at once.
  const others = [
    'shop.macula.test',
    'nobody.macula.test',
    'bucket.s3.macula.test',
    'sub.grafana.macula.test',
  ]
  const unanswered = Promise.all(
    others.map(async (name) => await askDns(settings.dnsPort, name, 'A', SILENT_MS)),
  )
  // It takes one after the other: with this answered, those before it were looked at, and had none.
  expect(await ask('example.org')).toBe('REFUSED')
  expect(await unanswered).toEqual(others.map(() => undefined))
})

test('it comes back without a restart of ours', async () => {
  const before = await server.seen()
  await startPowerdns()
  const answer = await poll(
    async () => ((await ask('shop.macula.test')) === 'NOERROR 127.0.0.2' ? true : undefined),
    { deadline: 180_000, first: 50, longest: 500 },
  )
  expect(answer).toBe(true)
  expect(await server.seen()).toMatchObject({ pid: (before as { pid: number }).pid })
})

test('without the setting nothing of ours is on port 53', async () => {
  const plain = openNameServer(paths, owner, { ...settings, dns53: false }, process.env)
  await plain.ensure(names, dns)
  expect(await plain.seen()).not.toHaveProperty('also')
  expect(await askDns(53, 'grafana.macula.test', 'A', 500)).toBeUndefined()
})

/** How many answers a question gets over TCP. */
async function askTcp(name: string, type: 'TXT'): Promise<number> {
  return await new Promise((resolve, reject) => {
    const socket = connect(settings.dnsPort, '127.0.0.1')
    let data = Buffer.alloc(0)
    socket.setTimeout(60_000, () => socket.destroy(new Error('no answer over TCP')))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      data = Buffer.concat([data, chunk])
      if (data.length < 2 || data.length < data.readUInt16BE(0) + 2) return
      socket.destroy()
      resolve(dnsPacket.streamDecode(data)?.answers?.length ?? 0)
    })
    socket.write(
      dnsPacket.streamEncode({
        type: 'query',
        id: 5,
        flags: dnsPacket.RECURSION_DESIRED,
        questions: [{ type, name }],
      }),
    )
  })
}
