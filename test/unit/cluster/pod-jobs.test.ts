import { expect, test } from 'vitest'
import type { AppSeen } from '../../../main/model/cluster.ts'
import type { Rung } from '../../../main/model/ladder.ts'
import { currentPods, isImageMissing, isPullRefused } from '../../../main/model/rungs/pod.ts'
import { expectWhole } from '../model/said.ts'
import { job, rungOf } from './pods.ts'
import { app, now, pod } from './world.ts'

/** Jobs beside pods that run on, and which of all these pods is the one whose image a person has to push. */

const log = {
  label: 'Show log',
  command: 'maculactl logs console',
  action: { kind: 'logs', service: 'console' },
} as const
const crash = { ready: false, reason: 'CrashLoopBackOff' } as const
const unpushed = { ready: false, reason: 'ErrImagePull', pushed: false } as const
const ready = 'pod ready for 10 min'

test.each<readonly [string, AppSeen, Partial<Rung>]>([
  [
    'it runs, beside a job that is off',
    app({ jobs: [job({ state: 'off', says: 'is suspended' })] }),
    { state: 'ok', says: ready },
  ],
  [
    'it runs, and the pod of its job is on its way',
    app({
      pods: [pod(), pod({ name: 'm', job: 'migrate', ready: false, reason: 'ContainerCreating' })],
      jobs: [job({})],
    }),
    { state: 'ok', says: `${ready}; job migrate is at work` },
  ],
  [
    'it runs, and the pod of its job goes',
    app({
      pods: [pod(), pod({ ...crash, name: 'm', job: 'migrate', ending: true })],
      jobs: [job({})],
    }),
    { state: 'ok', says: `${ready}; job migrate is at work` },
  ],
  [
    'it runs, a pod of its own goes, and a job is at work',
    app({ pods: [pod(), pod({ ...crash, name: 'x', outdated: true })], jobs: [job({})] }),
    { state: 'ok', says: `${ready}; job migrate is at work` },
  ],
  [
    'it runs, and the pod of its job crashes',
    app({ pods: [pod(), pod({ ...crash, name: 'm', job: 'migrate', exitCode: 2 })], jobs: [job({})] }),
    {
      state: 'round',
      says: `${ready}, but its program ends right after it starts: exit code 2`,
      reason: 'exit code 2',
    },
  ],
  [
    'its job is done, though its first try failed',
    app({
      replicas: 0,
      pods: [pod({ job: 'migrate', ready: false, reason: 'Error', exitCode: 1 })],
      jobs: [job({ state: 'done', says: 'is done' })],
    }),
    { state: 'ok', says: 'job migrate is done' },
  ],
  [
    'it crashes, whatever its job does',
    app({ pods: [pod({ ...crash, exitCode: 9 })], jobs: [job({})] }),
    { state: 'stop', says: 'its program ends right after it starts: exit code 9' },
  ],
  [
    'one of two jobs failed: the newest of its own pods says why',
    app({
      replicas: 0,
      pods: [
        pod({ ...crash, name: 'other', job: 'clean', createdAt: now, lastLine: 'of another' }),
        pod({ ...crash, name: 'first', job: 'migrate', createdAt: now - 9000, lastLine: 'of the first try' }),
        pod({ ...crash, name: 'last', job: 'migrate', createdAt: now - 1000, lastLine: 'of the last try' }),
      ],
      jobs: [job({ name: 'clean' }), job({ state: 'failed', says: 'backoff  limit' })],
    }),
    {
      state: 'stop',
      says: 'its job migrate failed: backoff limit',
      reason: 'job migrate failed',
      why: 'Its last line: of the last try',
      todo: 'Read its log (maculactl logs console), repair what it names, then maculactl up console.',
      fix: log,
    },
  ],
  [
    'a job failed whose pod still runs',
    app({
      replicas: 0,
      pods: [pod({ job: 'migrate', ready: false })],
      jobs: [job({ state: 'failed', says: 'deadline exceeded' })],
    }),
    { why: 'deadline exceeded' },
  ],
])('%s', (_, seen, told) => {
  const rung = rungOf(seen)
  expect(rung).toMatchObject(told)
  expectWhole(rung)
})

test.each<readonly [string, AppSeen, boolean, boolean]>([
  ['of its only pod', app({ pods: [pod(unpushed)] }), true, true],
  ['of its new version', app({ pods: [pod({ outdated: true }), pod(unpushed)] }), true, false],
  [
    'of its pod, though a job of it runs',
    app({ pods: [pod(unpushed), pod({ name: 'm', job: 'migrate' })], jobs: [job({})] }),
    true,
    true,
  ],
  [
    'of its job alone',
    app({ replicas: 0, pods: [pod({ ...unpushed, job: 'migrate' })], jobs: [job({})] }),
    true,
    true,
  ],
  [
    'of a job beside pods that run',
    app({ pods: [pod(), pod({ ...unpushed, name: 'm', job: 'migrate' })], jobs: [job({})] }),
    false,
    false,
  ],
  ['of nothing', app(), false, false],
])('the image %s is not pushed: %s, and nothing else answers: %s', (_, seen, isRefused, isMissing) => {
  expect(isPullRefused(seen, 'macula.local')).toBe(isRefused)
  expect(isImageMissing(seen, 'macula.local')).toBe(isMissing)
})

test('an application that is not in the cluster has no pods and misses no image', () => {
  expect(currentPods(undefined)).toEqual([])
  expect(isImageMissing(undefined, 'macula.local')).toBe(false)
})
