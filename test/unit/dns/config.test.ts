import { describe, expect, test } from 'vitest'
import { dnsmasqConfig, hostsFiles } from '../../../main/system/dns/config.ts'

const names = new Map([
  ['s3.macula.local', '127.0.0.9'],
  ['grafana.macula.local', '127.0.0.4'],
])

test('the configuration never asks anybody else', () => {
  const lines = dnsmasqConfig({
    suffix: 'macula.local',
    port: 5354,
    hostsDir: '/home/ann/.local/state/x',
  }).split('\n')
  for (const line of [
    'no-resolv',
    'no-hosts',
    'listen-address=127.0.0.1',
    'bind-interfaces',
    'local=/macula.local/',
    'hostsdir=/home/ann/.local/state/x',
  ])
    expect(lines).toContain(line)
  expect(lines.some((line) => /^(server|conf-|dhcp|address)/.test(line))).toBe(false)
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
    expect(() => dnsmasqConfig({ suffix, port: 5354, hostsDir: '/x' })).toThrow(/suffix/)
  })
  test.each(['/x\nconf-script=/y', '/x,y', 'x', ''])('folder %j', (hostsDir) => {
    expect(() => dnsmasqConfig({ suffix: 'macula.local', port: 5354, hostsDir })).toThrow(/folder/)
  })
})
