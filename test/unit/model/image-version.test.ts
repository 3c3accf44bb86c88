import { expect, test } from 'vitest'
import { isOneLine, newerThan, orderOf } from '../../../main/model/image-version.ts'

/** What is newer by its tag alone, as the images of the stack and of people write theirs. */

const pg = ['2.29.2-pg17', '2.30.0-pg17', '2.30.1-pg17-oss', '2.31.0-pg18', '2.30.1-pg17', 'latest-pg17']

test.each<
  readonly [tag: string, tags: readonly string[], within: string | undefined, beyond: string | undefined]
>([
  ['13.2.1', ['13.2.1', '13.3.0', '13.10.0', '14.0.1', '12.9.9'], '13.10.0', '14.0.1'],
  ['v1.18.1', ['v1.18.1', '1.19.0', 'v1.18.10', 'v1.18.9'], 'v1.18.10', undefined],
  [
    '1.30.4-alpine',
    ['1.31.0', '1.31.0-alpine', '1.31.0-alpine-slim', '1.32.0-perl'],
    '1.31.0-alpine',
    undefined,
  ],
  [
    '17.11-alpine3.22',
    ['17.12-alpine3.23', '17.13-alpine', '18.1-alpine3.23'],
    '17.13-alpine',
    '18.1-alpine3.23',
  ],
  ['2.29.2-pg17', pg, '2.30.1-pg17', undefined],
  ['3.1.1', ['3.2.0-rc.1', '3.2.0-beta2', '3.2.0alpha', '4.0.0-rc1'], undefined, undefined],
  // Who tries a version before its release is led to the release, and to no other try.
  ['3.2.0-rc1', ['3.2.0-rc2', '3.2.0', '3.1.9'], '3.2.0', undefined],
  ['13.2.1', ['13.3.0-18726366', '13.3.0-ubuntu', '13', '13.3', 'latest', 'main', ''], undefined, undefined],
  ['17.11', ['17.12', '17', '18.0', '17.12.1'], '17.12', '18.0'],
  [
    'RELEASE.2026-09-03T13-18-01Z',
    [
      'RELEASE.2026-09-04T00-00-00Z',
      'RELEASE.2026-12-01T00-00-00Z.fips',
      'RELEASE.2025-01-01T00-00-00Z',
      '9.9.9',
    ],
    'RELEASE.2026-09-04T00-00-00Z',
    undefined,
  ],
  // Before 1.0 the second number is the major version.
  ['0.6.1', ['0.6.2', '0.7.0'], '0.6.2', '0.7.0'],
  ['0.6.1', ['0.7.0', '1.0.0'], undefined, '1.0.0'],
  // Of two tries before a release the later one is newer by its numbers only, and no try is offered.
  ['3.2.0-rc1', ['3.2.0-alpine', '3.3.0-rc1'], undefined, undefined],
  // A year is no major version of what counts otherwise; what counts by years goes on by them.
  ['1.2.0', ['2024.11.3', '1.3.0'], '1.3.0', undefined],
  ['2024.1.0', ['2024.11.3', '2025.1.0'], '2024.11.3', '2025.1.0'],
  ['1.2.3', ['99999999999999999999.0.0', '1.2.9999999999'], undefined, undefined],
])('%s among %j', (tag, tags, within, beyond) => {
  expect(newerThan(tag, tags)).toEqual({ within, beyond })
})

test.each(['latest', '17', 'main', 'sha-1a2b3c', '1a2b3c4', 'latest-pg17', ''])(
  '%j tells no version',
  (tag) => {
    expect(newerThan(tag, ['1.0.0', '99.0.0'])).toBeUndefined()
  },
)

test.each([
  ['1.2.0', '1.10.0', 'older'],
  ['1.10.0', '1.2.0', 'newer'],
  ['1.2.0-alpine3.22', '1.2.0-alpine3.23', 'same'],
  ['1.2.0', '1.3.0-alpine', 'unlike'],
  ['1.2.0-rc1', '1.2.0', 'older'],
  ['1.2.0', '1.2.0-rc1', 'newer'],
  ['latest', 'latest', 'same'],
  ['latest', '1.2.0', 'unlike'],
])('%s is to %s: %s', (one, two, order) => expect(orderOf(one, two)).toBe(order))

test.each([
  ['1.2.0', '1.3.0', true],
  ['1.3.0', '1.2.0', true],
  ['1.2.0-rc1', '1.2.0', true],
  ['RELEASE.2025-01-01T00-00-00Z', 'RELEASE.2026-09-04T00-00-00Z', true],
  ['1.2.0', '2.0.0', false],
  ['0.6.1', '0.6.2', true],
  ['0.6.1', '0.7.0', false],
  ['0.6.1', '1.0.0', false],
  ['2024.1.0', '2025.1.0', false],
  // What cannot be compared is not known to be.
  ['1.2.0', '1', false],
  ['1.2.0', '1.3', false],
  ['1.2.0', 'v1.3.0', false],
  ['17.2-alpine', '17.5-bookworm', false],
  ['1.2.0', 'latest', false],
  ['latest', 'latest', false],
])('%s and %s are of one line: %s', (one, two, is) => expect(isOneLine(one, two)).toBe(is))

test.each([
  ['1.2.0-rc1', '1.2.0-rc1-alpine', 'unlike'],
  ['1.2.0-rc1', '1.3.0-rc2', 'unlike'],
  ['1.2.0', '1.2', 'unlike'],
  ['v1.2.0', '1.2.0', 'unlike'],
  ['2024.1.0', '1.2.0', 'newer'],
])('%s is to %s: %s, whichever is asked for first', (one, two, order) => {
  expect(orderOf(one, two)).toBe(order)
  expect(orderOf(two, one)).toBe(order === 'newer' ? 'older' : order)
})
