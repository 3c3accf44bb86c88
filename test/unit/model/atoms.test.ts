import { fc } from '../../chance.ts'
import { describe, expect, test } from 'vitest'
import {
  inert,
  isHostName,
  isIpv4,
  isLabel,
  isLoopback,
  isSubnet24,
  isSuffix,
  isUrlPath,
  isZone,
  octets,
  parsePort,
} from '../../../main/model/atoms.ts'

const hostile = [
  'a\nb',
  'a\rb',
  'a\0b',
  'a#b',
  'a,b',
  'a/b',
  'a b',
  '..',
  '-x',
  'x-',
  '*.x',
  '',
  ' ',
  'a\n',
  'Ä',
  'xn--ä',
  'a\u202Eb',
  'A',
  'a_b',
  'a'.repeat(64),
]

describe('fault 1: names', () => {
  test.each(hostile)('%j is not a label', (text) => expect(isLabel(text)).toBe(false))
  test.each(hostile.filter((text) => text !== 'a.b'))('%j is no part of a host name', (text) => {
    expect(isHostName(`${text}.macula.local`)).toBe(false)
    expect(isHostName(`grafana.${text}.local`)).toBe(false)
  })
  test('a name of 254 characters is refused, one of 253 is not', () => {
    const label = 'a'.repeat(49)
    const name = `${label}.${label}.${label}.${label}.${label}.abc`
    expect(name).toHaveLength(253)
    expect(isHostName(name)).toBe(true)
    expect(isHostName(`${name}d`)).toBe(false)
  })
  test.each(['grafana', 's3-console', '9p', 'a', 'a'.repeat(63)])('%j is a label', (text) =>
    expect(isLabel(text)).toBe(true),
  )
})

describe('fault 2: addresses', () => {
  test.each([
    '127.0.0.2,lockfile=/x',
    '0x7f.1',
    '127.1',
    '::1',
    '127.0.0.1\n',
    '0.0.0.0',
    '169.254.169.254',
    '224.0.0.1',
    '127.0.0.01',
    '127.0.0.256',
    ' 127.0.0.1',
    '127.0.0.0',
    '127.0.0.255',
  ])('%j is no loopback address of ours', (text) => expect(isLoopback(text)).toBe(false))
  test.each(['127.0.0.1', '127.0.0.254', '127.1.2.3'])('%j is', (text) => expect(isLoopback(text)).toBe(true))
})

describe('fault 3: ports', () => {
  test.each([' 80', '+80', '080', '80abc', '1e2', '-1', '0', '65536', 'NaN', '', '80\n', '8 0', '٨٠'])(
    '%j is no port',
    (text) => expect(parsePort(text)).toBeUndefined(),
  )
  test.each([Number.NaN, 0, -1, 65536, 80.5, Infinity])('%d is no port', (value) =>
    expect(parsePort(value)).toBeUndefined(),
  )
  test.each(['1', '80', '65535'])('%j is', (text) => expect(parsePort(text)).toBe(Number(text)))
})

describe('fault 5: suffixes', () => {
  test.each([
    '../../etc/cron.d/x',
    'a/b',
    '.',
    'local',
    'macula.local.',
    '.local',
    'a..b',
    'macula.10',
    '127.0.0.1',
    'macula.local\n',
  ])('%j is no suffix', (text) => expect(isSuffix(text)).toBe(false))
  test.each(['macula.local', 'dev.macula.test'])('%j is', (text) => expect(isSuffix(text)).toBe(true))
})

describe('zones besides the suffix', () => {
  test.each([...hostile, 'Lab', 'lab.', '1.2', '10', 'local', 'localhost', 'com', 'dev', 'nl', 'arpa'])(
    '%j is none',
    (text) => expect(isZone(text)).toBe(false),
  )
  test.each(['lab', 'beam.lab', 'internal', 'beam00.lab'])('%j is one', (text) =>
    expect(isZone(text)).toBe(true),
  )
})

test.each(['172.23.0.0/16', '172.23.0.1/24', '8.8.8.0/24', '172.32.0.0/24', '172.23.0.0/24 '])(
  '%j is no subnet for us',
  (text) => expect(isSubnet24(text)).toBe(false),
)

test.each(['/a;b', '/{x}', '/a b', 'x', '/..', '/a\n', '/"', '/$(x)`'])('%j is no path for nginx', (text) =>
  expect(isUrlPath(text)).toBe(false),
)

describe('fault 7: foreign text is inert', () => {
  test.each([
    ['\u001B[31mred\u001B[0m', 'red'],
    ['\u001B]8;;http://x\u0007link\u001B]8;;\u0007', 'link'],
    ['a\u0007b', 'a\uFFFDb'],
    ['line\r\nnext', 'line\uFFFD\uFFFDnext'],
    ['abc\u202Etxt', 'abc\uFFFDtxt'],
    ['abc\u061Ctxt', 'abc\uFFFDtxt'],
    ['one\u2028two\u2029three', 'one\uFFFDtwo\uFFFDthree'],
  ])('%j becomes %j', (text, wanted) => expect(inert(text)).toBe(wanted))
})

describe('fault 8: what is accepted says the same again', () => {
  const runs = { numRuns: 100_000 }
  const text = fc.oneof(
    fc.string({ maxLength: 20, unit: 'binary' }),
    fc.stringMatching(/^[0-9a-z.:/-]{0,24}$/),
    fc.ipV4().map(String),
    fc.integer().map(String),
  )
  test('ports', () => {
    fc.assert(
      fc.property(text, (value) => parsePort(value) === undefined || String(parsePort(value)) === value),
      runs,
    )
  })
  test('addresses', () => {
    fc.assert(
      fc.property(text, (value) => !isIpv4(value) || octets(value)?.join('.') === value),
      runs,
    )
  })
  test('labels hold nothing that is syntax anywhere', () => {
    fc.assert(
      fc.property(
        text,
        (value) =>
          !isLabel(value) || (/^[a-z0-9-]+$/.test(value) && !value.startsWith('-') && value.length < 64),
      ),
      runs,
    )
  })
  test('inert text holds no control character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        (value) =>
          !Array.from(inert(value)).some((char) => char < ' ' || (char >= '\u007F' && char <= '\u009F')),
      ),
      runs,
    )
  })
})
