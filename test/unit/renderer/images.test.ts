import { expect, test } from 'vitest'
import type { ImageInfo } from '../../../main/model/facts.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import { hearPull, noPulls, rateOf, type Pulls } from '../../../renderer/store/pulls.ts'
import { imageRows, sumImages } from '../../../renderer/views/wizard/image-rows.ts'

const MB = 1_000_000
const infos: readonly ImageInfo[] = [
  { service: 'ingress', title: 'Ingress', image: 'nginx:1', present: true, bytes: 21 * MB },
  { service: 'grafana', title: 'Grafana', image: 'grafana:13', present: false },
  { service: 'db', title: 'Database', image: 'postgres:18', present: false },
  { service: 'db2', title: 'Other database', image: 'postgres:18', present: false },
  { service: 'loki', title: 'Loki', image: 'loki:3', present: false },
]

const coming = (image: string, currentBytes: number, totalBytes: number): StepEvent => ({
  kind: 'pull',
  ms: 0,
  progress: { image, phase: 'downloading', currentBytes, totalBytes },
})

function heard(events: readonly (readonly [number, StepEvent])[], from: Pulls = noPulls): Pulls {
  return events.reduce((pulls, [at, event]) => hearPull(pulls, event, at), from)
}

test('an image that several services are made from is one row', () => {
  const rows = imageRows(infos, noPulls, false, 0)
  expect(rows.map(({ image, title, services }) => [image, title, services.length])).toEqual([
    ['nginx:1', 'Ingress', 1],
    ['grafana:13', 'Grafana', 1],
    ['postgres:18', 'Database, Other database', 2],
    ['loki:3', 'Loki', 1],
  ])
  expect(rows.map(({ state }) => state)).toEqual(['here', 'missing', 'missing', 'missing'])
})

test('bytes, rate and what is left are summed over what is fetched, not over what was here', () => {
  const pulls = heard([
    [1000, coming('grafana:13', 0, 200 * MB)],
    [2000, coming('grafana:13', 10 * MB, 200 * MB)],
    [3000, coming('grafana:13', 20 * MB, 200 * MB)],
    [1000, coming('postgres:18', 0, 100 * MB)],
    [3000, coming('postgres:18', 40 * MB, 100 * MB)],
    [1000, coming('loki:3', 40 * MB, 40 * MB)],
    [3000, { kind: 'pulled', ms: 0, image: 'loki:3', tookMs: 2000 }],
  ])
  const sum = sumImages(imageRows(infos, pulls, true, 3000))
  expect(sum).toMatchObject({ here: 2, all: 4, failed: 0, bytes: 100 * MB, total: 340 * MB, atLeast: false })
  expect(sum.rate).toBe(30 * MB)
  expect(sum.leftMs).toBe(8000)
  expect(sum.part).toBeCloseTo(100 / 340)
})

test('sizes that are not known yet make the total "at least", and no time that is left is guessed', () => {
  const pulls = heard([
    [1000, coming('grafana:13', 0, 200 * MB)],
    [2000, coming('grafana:13', 50 * MB, 200 * MB)],
  ])
  const rows = imageRows(infos, pulls, true, 2000)
  expect(rows.map(({ state }) => state)).toEqual(['here', 'downloading', 'waiting', 'waiting'])
  const sum = sumImages(rows)
  expect(sum).toMatchObject({ atLeast: true, leftMs: undefined, total: 200 * MB })
  // 50 of 200, and two more that may be as large.
  expect(sum.part).toBeCloseTo(50 / 600)
})

test('fault 28: an image that cannot be had carries its reason; an interrupted one is only paused', () => {
  const failed = heard([
    [1000, coming('grafana:13', 5 * MB, 200 * MB)],
    [
      2000,
      {
        kind: 'failed',
        ms: 0,
        service: 'grafana',
        trouble: {
          kind: 'outside',
          what: 'The image grafana:13 cannot be pulled.',
          why: 'The disk is full.',
        },
      },
    ],
    [2000, { kind: 'failed', ms: 0, service: 'loki', trouble: { kind: 'refused', what: 'Interrupted.' } }],
  ])
  const rows = imageRows(infos, failed, false, 3000)
  expect(rows.map(({ state }) => state)).toEqual(['here', 'failed', 'missing', 'paused'])
  expect(rows[1]?.trouble?.why).toBe('The disk is full.')
  // Once it is there after all, nothing is failed.
  const there = infos.map((info) => ({ ...info, present: true, bytes: MB }))
  expect(sumImages(imageRows(there, failed, false, 4000))).toMatchObject({ here: 4, failed: 0 })
})

test('a pull without data for a while says so, and what was pulled before begins anew', () => {
  const pulls = heard([[1000, coming('loki:3', 9 * MB, 38 * MB)]])
  expect(imageRows(infos, pulls, true, 23_000)[3]).toMatchObject({ state: 'stalled', quietMs: 22_000 })
  const again = heard(
    [
      [30_000, { kind: 'pulled', ms: 0, image: 'loki:3', tookMs: 29_000 }],
      [60_000, coming('loki:3', 0, 38 * MB)],
    ],
    pulls,
  )
  expect(again.images['loki:3']).toMatchObject({ beganAt: 60_000, bytes: 0 })
})

test('the rate is of the last seconds only, and 0 when it is done', () => {
  const pulls = heard([
    [0, coming('loki:3', 0, 38 * MB)],
    [60_000, coming('loki:3', 6 * MB, 38 * MB)],
    [62_000, coming('loki:3', 10 * MB, 38 * MB)],
  ])
  expect(rateOf(pulls.images['loki:3']!, 62_000)).toBe(2 * MB)
  const done = heard([[63_000, { kind: 'pulled', ms: 0, image: 'loki:3', tookMs: 63_000 }]], pulls)
  expect(rateOf(done.images['loki:3']!, 63_000)).toBe(0)
})
