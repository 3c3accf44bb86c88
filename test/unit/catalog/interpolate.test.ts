import { fc } from '../../chance.ts'
import { describe, expect, test } from 'vitest'
import { processorTime } from '../../cpu.ts'
import { interpolate } from '../../../main/system/catalog/interpolate.ts'
import { dotenv, fillIn, variablesFor } from '../../../main/system/catalog/variables.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { cases, given } from './interpolate-cases.ts'

const lookup = (name: string): string | undefined => given[name]

test.each(cases)('%s is filled in as Compose does', (text, expected) => {
  const filled = interpolate(text, lookup)
  expect(filled.kind === 'text' ? filled.text : undefined).toBe(expected)
})

test('what has no value and no default is told, also in a default that is used', () => {
  expect(interpolate('$U ${V} ${W:-$X} ${A:-$Y} ${Z:+q}', lookup)).toEqual({
    kind: 'text',
    text: '   aa ',
    unset: ['U', 'V', 'X'],
  })
})

test.each([
  ['defaults within defaults', '${A:-'.repeat(40_000) + '}'.repeat(40_000)],
  ['braces that stay open', '${'.repeat(100_000)],
  ['braces that open more', '${A:-{'.repeat(40_000)],
  ['dollars', '$'.repeat(250_000)],
  ['variables', '${A:-x}'.repeat(30_000)],
])('fault 6: %s without end are answered within a second, in a sentence', (_, text) => {
  const took = processorTime()
  const filled = interpolate(text, lookup)
  expect(took()).toBeLessThan(1000)
  if (filled.kind === 'refused') expect(filled.reason.length).toBeLessThan(200)
})

test('no text makes it fail otherwise than by a reason, and a text without a dollar stays', () => {
  const piece = fc.constantFrom(
    '$',
    '{',
    '}',
    ':',
    '-',
    '+',
    '?',
    'A',
    'U',
    'E',
    '1',
    ' ',
    '$$',
    '${A}',
    '\n',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      const filled = interpolate(text, lookup)
      if (filled.kind === 'refused') return filled.reason !== ''
      return text.includes('$') || filled.text === text
    }),
    { numRuns: 20_000 },
  )
})

describe('where values come from', () => {
  const env = { HOME: '/home/p', USER: 'p', TAG: 'of-the-shell', MACULA_SUFFIX: 'evil.test', PATH: '/bin' }
  const fill = (text: string, beside = '') => fillIn(text, variablesFor(defaultSettings, env, beside))

  test.each([
    ['${MACULA_SUFFIX}', '', 'macula.local'],
    ['${MACULA_SUFFIX}', 'MACULA_SUFFIX=evil.test', 'macula.local'],
    ['${MACULA_SUBNET_PREFIX:-10.0.0}.21', '', '172.23.0.21'],
    ['${COMPOSE_PROJECT_NAME:-x}', '', 'macula'],
    ['${HOME}/x', '', '/home/p/x'],
    ['${TAG:-latest}', '', 'latest'],
    ['${TAG:-latest}', 'TAG=1.2', '1.2'],
    ['${TAG:-latest}', '# TAG=1\n\nTAG=a/b:c@d%e+f,g\nOTHER=1', 'a/b:c@d%e+f,g'],
    ['${MACULA_SECRET_X:?made}', '', 'secret'],
  ])('%s with %j beside it', (text, beside, expected) => {
    expect(fill(text, beside)).toEqual({ text: expected })
  })

  test.each([
    [
      '${TAG}',
      '',
      'TAG has no value: variables of a shell are not read. Write ${TAG:-value}, or TAG=value into a file .env beside it',
    ],
    ['$PATH', '', 'PATH has no value: variables of a shell are not read'],
    ['${MACULA_SUFIX}', '', 'MACULA_SUFIX has no value. Did you mean MACULA_SUFFIX?'],
    ['${TAG:-x}', 'TAG="1 2"', 'TAG cannot be read from the file .env beside it'],
    ['${TAG:-x}', 'TAG=$OTHER', 'TAG cannot be read from the file .env beside it'],
    ['${TAG:-x}', 'TAG = 1', 'TAG cannot be read from the file .env beside it'],
    ['${TAG:-x}', 'TAG=1 # one', 'TAG cannot be read from the file .env beside it'],
    ['${TAG:?give one}', '', 'TAG must have a value: give one'],
    ['${}', '', '${} is not a variable'],
  ])('%s with %j beside it is refused with what to write', (text, beside, reason) => {
    const filled = fill(text, beside)
    expect('reason' in filled ? filled.reason : filled.text).toContain(reason)
  })

  test('a .env keeps its last value of a name', () => {
    expect(dotenv('A=1\nA=2\nB\nC=\n').values).toEqual(
      new Map([
        ['A', '2'],
        ['C', ''],
      ]),
    )
  })
})
