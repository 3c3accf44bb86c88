import { describe, expect, test } from 'vitest'
import {
  inert,
  isImageName,
  isIpv4,
  isLoopback24,
  isSecretName,
  isSubnet24,
  isSuffix,
  isUrlPath,
  octets,
  parsePort,
} from '../../../main/model/atoms.ts'

/** What is accepted, at the edges of each grammar. */

test.each([
  ['127.12.34.56', [127, 12, 34, 56]],
  ['255.255.255.255', [255, 255, 255, 255]],
  ['0.10.200.1', [0, 10, 200, 1]],
  ['1.2.3', undefined],
  ['1.2.3.256', undefined],
  ['1.2.3.4.5', undefined],
  ['11.2.3.4444', undefined],
])('%s has these octets: %j', (text, quad) => {
  expect(octets(text)).toEqual(quad)
  expect(isIpv4(text)).toBe(quad !== undefined)
})

test.each([
  ['127.0.0.0/24', true],
  ['127.9.8.0/24', true],
  ['127.0.0.1/24', false],
  ['126.0.0.0/24', false],
  ['127.0.0.0/16', false],
  ['127.0.0.0', false],
  ['/24', false],
  ['/24127.0.0.0', false],
])('%s is a range of loopback addresses: %s', (text, is) => expect(isLoopback24(text)).toBe(is))

test.each([
  ['10.0.0.0/24', true],
  ['10.255.3.0/24', true],
  ['11.0.0.0/24', false],
  ['172.15.0.0/24', false],
  ['172.16.0.0/24', true],
  ['172.31.255.0/24', true],
  ['172.32.0.0/24', false],
  ['173.16.0.0/24', false],
  ['192.168.7.0/24', true],
  ['192.167.7.0/24', false],
  ['193.168.7.0/24', false],
  ['10.0.0.0/25', false],
  ['10.0.0.0', false],
  ['10.0.0.1/24', false],
  ['/24', false],
])('%s is a subnet for us: %s', (text, is) => expect(isSubnet24(text)).toBe(is))

test.each([1, 80, 65_535])('%i is a port', (port) => {
  expect(parsePort(port)).toBe(port)
  expect(parsePort(String(port))).toBe(port)
})

test.each(['9p.macula.local', 'a.10x', 'a.x10'])('%s is a suffix: its end is no number', (text) =>
  expect(isSuffix(text)).toBe(true),
)

test.each([
  ['/', true],
  ['/v2/', true],
  ['/a/b?c=d%20', true],
  ['x/v2', false],
  ['', false],
  ['/a#b', false],
])('%s is a path: %s', (text, is) => expect(isUrlPath(text)).toBe(is))

test.each([
  ['A', true],
  ['POSTGRES_PASSWORD', true],
  ['A9', true],
  [`A${'B'.repeat(63)}`, true],
  [`A${'B'.repeat(64)}`, false],
  ['aB', false],
  ['Ab', false],
  ['xA', false],
  ['1A', false],
  ['_A', false],
  ['A-B', false],
  ['A\n', false],
  ['', false],
])('%j is the name of a secret: %s', (text, is) => expect(isSecretName(text)).toBe(is))

describe('the name of an image', () => {
  const digest = `@sha256:${'0f'.repeat(32)}`
  test.each([
    'nginx',
    'nginx:1.27',
    'grafana/tempo:2.9.0',
    'registry.macula.local/macula/console:dev',
    'localhost/console',
    'localhost:5000/a/b',
    'HOST/x',
    'my-app',
    `localhost/${'a'.repeat(255)}`,
    'host-1.example:80/x',
    '[::1]:5000/a',
    'a__b/c-d.e_f',
    'a---b',
    'x:_t',
    `x:${'T'.repeat(128)}`,
    `x${digest}`,
    `x:1${digest}`,
    'a'.repeat(255),
    `h.x/${'a'.repeat(255)}`,
    `0${'a'.repeat(64)}`,
    `g${'a'.repeat(63)}`,
  ])('%s is one', (text) => expect(isImageName(text)).toBe(true))
  test.each([
    '',
    'UPPER',
    'a/B',
    'a..b',
    'a___b',
    'a._b',
    '-a',
    'a-',
    '.a/b',
    'a//b',
    '/a',
    'a/',
    'a/-b',
    'x:',
    'x:-t',
    `x:${'t'.repeat(129)}`,
    `x${digest.slice(0, -1)}`,
    `x${digest}0`,
    'x@md5:00',
    'x:1:2',
    'x y',
    'x\n',
    ' x',
    'a'.repeat(256),
    `${'a'.repeat(200)}/${'b'.repeat(200)}`,
    '0f'.repeat(32),
    'a.b-/x',
    '-h.x/y',
    'a.b:/x',
    'a.b:x/y',
    '[g::1]/x',
    '[::1/x',
    'ä/x',
  ])('%j is none', (text) => expect(isImageName(text)).toBe(false))
})

test.each([
  ['a title without its end', '\u001B]0;title', ''],
  ['a link that ends by ST', '\u001B]8;;http://x\u001B\\link', 'link'],
  ['a title that ends by a bell', '\u001B]0;title\u0007shown', 'shown'],
  ['several numbers', '\u001B[1;31mred', 'red'],
  ['a private sequence', '\u001B[?25lx', 'x'],
  ['a sequence with a space', '\u001B[1 qx', 'x'],
  ['a sequence without numbers', '\u001B[Kx', 'x'],
  ['a letter alone', '\u001BMx', 'x'],
  ['an escape that says nothing', '\u001B\u001Bx', '\uFFFD\uFFFDx'],
  ['a tab', 'a\tb', 'a    b'],
  ['marks of direction', 'a\u200Eb\u2069', 'a\uFFFDb\uFFFD'],
])('%s is inert', (_, text, shown) => expect(inert(text)).toBe(shown))
