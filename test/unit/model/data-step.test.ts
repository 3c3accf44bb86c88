import { expect, test } from 'vitest'
import { imageOfMajor, sayDataStep, type DataStep } from '../../../main/model/data-step.ts'

test.each([
  ['timescale/timescaledb:2.29.2-pg17', 16, 'timescale/timescaledb:2.29.2-pg16'],
  ['timescale/timescaledb-ha:pg17.6-ts2.29.2-all', 15, 'timescale/timescaledb-ha:pg15-ts2.29.2-all'],
  ['postgres:17.11', 15, 'postgres:15'],
  ['postgres:17-alpine', 16, 'postgres:16-alpine'],
  [
    'registry.example:5000/me/postgres:17.1-bookworm@sha256:abc',
    9,
    'registry.example:5000/me/postgres:9-bookworm',
  ],
  ['postgres', 16, undefined],
  ['postgres:latest', 16, undefined],
  ['example/db:v17', 16, undefined],
])('%s for data of %d: %s', (image, major, old) => {
  expect(imageOfMajor(image, major)).toBe(old)
})

const step: DataStep = {
  service: 'timescaledb',
  title: 'TimescaleDB',
  from: 16,
  to: 17,
  old: 'timescale/timescaledb:2.29.2-pg16',
  isHere: false,
  bytes: 3e9,
  needs: 9e9,
  free: 40e9,
  stops: ['Console'],
}

test('what is done is said before: versions, image, size, room, time, who is stopped', () => {
  const says = sayDataStep(step).join('\n')
  expect(says).toContain('was written by PostgreSQL 16; its image runs PostgreSQL 17.')
  expect(says).toContain('timescale/timescaledb:2.29.2-pg16, which is pulled first,')
  expect(says).toContain('The data takes 3 GB. Meanwhile up to 9 GB more are needed; 40 GB are free.')
  expect(says).toMatch(/It takes about \d minutes\. Stopped for it: Console\./)
  expect(says).toContain('the data is as it was before')
})

test('what is not known is not made up', () => {
  const { bytes: _bytes, needs: _needs, free: _free, ...rest } = step
  const says = sayDataStep({ ...rest, isHere: true, stops: [] }).join('\n')
  expect(says).toContain('The size of the data is not known.')
  expect(says).not.toMatch(/undefined|NaN|pulled|about|Stopped/)
})

test('after an interruption it says where the data is, and that it goes on', () => {
  const says = sayDataStep({ ...step, copy: 'macula_timescaledb_before-20261127-2300' }).join('\n')
  expect(says).toContain(
    'was interrupted. The data as it was is kept in the volume macula_timescaledb_before-20261127-2300.',
  )
  expect(says).toContain('It continues from there')
})
