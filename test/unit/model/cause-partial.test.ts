import { expect, test } from 'vitest'
import { partialCause } from '../../../main/model/causes/partial.ts'
import type { PartialData } from '../../../main/model/partial.ts'
import type { Frame } from '../../../main/model/frame.ts'

/** Data that is a part only is told with the command that continues. */

const back: PartialData = { id: 'web', title: 'Web', of: { kind: 'back', copy: '20261128-1111-3' } }
const restored: PartialData = {
  id: 'app',
  title: 'App',
  of: { kind: 'restore', name: 'f2', path: '/data/snapshots/f2.macula-snapshot' },
}
const told = (world: object) => partialCause({ world } as Frame)

test('nothing is told where there is none', () => {
  expect(told({})).toBeUndefined()
})

test('one that was put back, by the same copy', () => {
  expect(told({ partial: [back] })).toMatchObject({
    id: 'partial',
    services: ['web'],
    headline: {
      what: 'Web has a part of its data only.',
      why: 'Putting back its copy 20261128-1111-3 was cut off.',
      fix: { command: 'maculactl reset web --back 20261128-1111-3' },
    },
  })
})

test('several, each with its reason; what a cut restore tells is not told twice', () => {
  expect(told({ partial: [back, restored] })?.headline).toMatchObject({
    what: 'Web and App have a part of their data only.',
    why: 'Web: Putting back its copy 20261128-1111-3 was cut off. App: The restore of the snapshot f2 was cut off while this was restored.',
  })
  expect(told({ partial: [restored], cut: { half: { id: 'app', title: 'App' } } })).toBeUndefined()
})
