import { expect, test } from 'vitest'
import { nextFailure, showLog, strongest, type Failure } from '../../../main/model/fixes.ts'
import type { Fix } from '../../../main/model/ladder.ts'

const restart: Fix = {
  label: 'Restart Tempo',
  command: 'maculactl restart tempo',
  action: { kind: 'restart', services: ['tempo'] },
}
const offered = (failure: Failure | undefined, after = 2): string =>
  strongest({
    service: 'tempo',
    title: 'Tempo',
    failure,
    after,
    first: { fix: restart, todo: 'Restart Tempo.' },
  }).fix.command

test('the same failure is counted, another one begins anew; numbers do not make another', () => {
  const one = nextFailure(undefined, 'Tempo did not answer within 3 min.', false)
  expect(one).toEqual({ says: 'Tempo did not answer within # min.', times: 1, anew: false })
  expect(nextFailure(one, 'Tempo did not answer within 4 min.', false)).toMatchObject({ times: 2 })
  expect(nextFailure(one, 'Tempo stops right after it starts.', false)).toMatchObject({ times: 1 })
  expect(nextFailure({ ...one, anew: true }, 'Tempo did not answer within 3 min.', false)).toMatchObject({
    anew: true,
  })
  expect(nextFailure(one, one.says, true)).toMatchObject({ times: 2, anew: true })
  expect(nextFailure(one, one.says, false)).toMatchObject({ times: 2, anew: false })
})

test('a failure is known by its first words, however many digits a number has', () => {
  const says = nextFailure(undefined, 'exit code 7', false).says
  expect(nextFailure(undefined, 'exit code 137', false).says).toBe(says)
  expect(nextFailure(undefined, 'x'.repeat(201), false).says).toHaveLength(200)
})

test('what is left when nothing helped is its log', () => {
  expect(showLog('tempo')).toEqual({
    label: 'Show log',
    command: 'maculactl logs tempo',
    action: { kind: 'logs', service: 'tempo' },
  })
})

test.each<readonly [string, Failure | undefined, string]>([
  ['nothing failed before', undefined, 'maculactl restart tempo'],
  ['failed once', { says: 'x', times: 1, anew: false }, 'maculactl restart tempo'],
  ['failed twice in the same way', { says: 'x', times: 2, anew: false }, 'maculactl up tempo --anew'],
  ['made anew, and failed again', { says: 'x', times: 3, anew: true }, 'maculactl logs tempo'],
])('%s: a fix that did not help is not offered a second time', (_, failure, command) => {
  expect(offered(failure)).toBe(command)
})
