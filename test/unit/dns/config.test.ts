import { describe, expect, test } from 'vitest'
import { dnsmasqConfig, hostsFiles, serversText, upstreamIn } from '../../../main/system/dns/config.ts'

const names = new Map([
  ['s3.macula.local', '127.0.0.9'],
  ['grafana.macula.local', '127.0.0.4'],
])

const files = { hostsDir: '/home/ann/.local/state/x', serversFile: '/home/ann/.local/state/s' }
const powerdns = { address: '172.23.0.10', port: 53 }

test('the configuration asks only those whom its file names, and keeps nothing of what they say', () => {
  const lines = dnsmasqConfig({ port: 5354, ...files }).split('\n')
  for (const line of [
    'no-resolv',
    'no-hosts',
    'listen-address=127.0.0.1',
    'bind-interfaces',
    'cache-size=0',
    'max-ttl=5',
    'servers-file=/home/ann/.local/state/s',
    'hostsdir=/home/ann/.local/state/x',
  ])
    expect(lines).toContain(line)
  expect(lines.some((line) => /^(server|local|conf-|dhcp|address)=/.test(line))).toBe(false)
})

describe('whom it asks', () => {
  const input = { suffix: 'macula.local', zones: ['lab', 'beam.lab'], names }
  test('PowerDNS for our zones and for what lies below a name of ours, and never for that itself', () => {
    const text = serversText({ ...input, upstream: powerdns })
    expect(text.split('\n')).toEqual([
      'server=/macula.local/172.23.0.10#53',
      'server=/lab/172.23.0.10#53',
      'server=/beam.lab/172.23.0.10#53',
      'server=/s3.macula.local/',
      'server=/*.s3.macula.local/172.23.0.10#53',
      'server=/grafana.macula.local/',
      'server=/*.grafana.macula.local/172.23.0.10#53',
      '',
    ])
    expect(upstreamIn(text)).toEqual(powerdns)
  })
  test('nobody while it does not run', () => {
    const text = serversText({ ...input, upstream: undefined })
    expect(text).toContain('server=/macula.local/\nserver=/lab/\n')
    expect(text).not.toContain('*')
    expect(upstreamIn(text)).toBeUndefined()
  })
  test.each([
    ['zone', { zones: ['com'] }],
    ['zone', { zones: ['a/1.1.1.1'] }],
    ['suffix', { suffix: 'local\nserver=1.1.1.1' }],
    ['name server', { upstream: { address: '1.1.1.1#5\n', port: 53 } }],
    ['name server', { upstream: { address: '1.1.1.1', port: 0 } }],
    ['name', { names: new Map([['x/1.1.1.1#53.a.b', '127.0.0.4']]) }],
  ])('a %s that is none becomes no line: %j', (what, part) => {
    expect(() => serversText({ ...input, upstream: powerdns, ...part })).toThrow(`is not a ${what} that`)
  })
})

test('one file a name', () => {
  expect(hostsFiles(names, 'macula.local')).toEqual(
    new Map([
      ['s3.macula.local', '127.0.0.9 s3.macula.local\n'],
      ['grafana.macula.local', '127.0.0.4 grafana.macula.local\n'],
    ]),
  )
})

describe('fault 1: a name that is none never becomes text', () => {
  test.each([
    'x\nconf-script=/bin/sh.macula.local',
    'a b.macula.local',
    '*.macula.local',
    '-x.macula.local',
    'a#b.macula.local',
    'grafana.other.local',
    'macula.local',
    `${'a'.repeat(64)}.macula.local`,
  ])('%j', (name) => {
    expect(() => hostsFiles(new Map([[name, '127.0.0.4']]), 'macula.local')).toThrow(/cannot|not a name/)
  })
})

describe('fault 2: neither does an address', () => {
  test.each(['127.0.0.4\nx', '0.0.0.0', '10.1.1.1', '127.1', '::1'])('%j', (address) => {
    expect(() => hostsFiles(new Map([['grafana.macula.local', address]]), 'macula.local')).toThrow(
      /not a address|not an address|address/,
    )
  })
})

describe('fault 5: nor a suffix or a folder with syntax in it', () => {
  test.each(['a/b', 'macula.local/x', '.', 'local\nserver=1.1.1.1'])('%j', (suffix) => {
    expect(() => serversText({ suffix, zones: [], names, upstream: undefined })).toThrow(/suffix/)
  })
  test.each(['/x\nconf-script=/y', '/x,y', 'x', ''])('folder %j', (path) => {
    expect(() => dnsmasqConfig({ ...files, port: 5354, hostsDir: path })).toThrow(/folder/)
    expect(() => dnsmasqConfig({ ...files, port: 5354, serversFile: path })).toThrow(/folder/)
  })
})
