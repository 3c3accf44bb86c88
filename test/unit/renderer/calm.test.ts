import { expect, test } from 'vitest'
import { sayCalm } from '../../../renderer/views/services/calm.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

/** The line below the summary while all is well. */

const at = new Date(2026, 10, 23, 10, 42, 55).getTime()
const started = (...since: readonly number[]) => {
  const green = snapshotOf(greenWorld())
  return sayCalm({
    ...green,
    at,
    services: green.services
      .slice(0, since.length)
      .map((view, index) => ({ ...view, ladder: [], since: since[index] ?? 0 })),
  })
}

test('it tells when a service was last started, never when it was last looked', () => {
  expect(started(at - 3_600_000, at - 60_000)).toBe('Last start at 10:41:55.')
  expect(started(at - 2 * 86_400_000)).toBe('Last start on 21 Nov 10:42.')
  expect(started()).toBe('')
})
