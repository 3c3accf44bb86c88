import { describe, expect, test } from 'vitest'
import { SILENT_TODO, SILENT_WHY } from '../../../main/model/docker-silent.ts'
import type { Rung } from '../../../main/model/ladder.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { containerRung, type ContainerLook } from '../../../main/model/rungs/container.ts'
import { expectWhole } from './said.ts'
import { look, NOW, seen } from './tempo.ts'

/** Every state that Docker gives a container: what is said of it, what is blamed, what is offered. */

const is = (part: Partial<ContainerSeen>): Partial<ContainerLook> => ({ seen: { ...seen, ...part } })
/** The same of what nobody gets an answer from. */
const silent = (part: Partial<ContainerSeen>): Partial<ContainerLook> => ({ ...is(part), answers: false })

const start = {
  label: 'Start Tempo',
  command: 'maculactl up tempo',
  action: { kind: 'start', services: ['tempo'] },
} as const
const restart = {
  label: 'Restart Tempo',
  command: 'maculactl restart tempo',
  action: { kind: 'restart', services: ['tempo'] },
} as const
const log = {
  label: 'Show log',
  command: 'maculactl logs tempo',
  action: { kind: 'logs', service: 'tempo' },
} as const
const readLog = 'Read its log (maculactl logs tempo), repair what it names, then start it.'

const stopped = { state: 'unreached', says: 'stopped', reason: 'stopped' } as const
const starting = { state: 'progress', reason: 'starting' } as const
const crashes = { state: 'stop', todo: readLog, why: 'It left no line in its log.' } as const

test.each<readonly [string, Partial<ContainerLook>, Omit<Rung, 'id'>]>([
  [
    'Docker is down',
    { docker: { kind: 'down', code: 'absent', says: 'x' } },
    {
      state: 'unknown',
      says: 'Docker does not answer',
      reason: 'unknown while Docker is down',
      cause: 'docker',
    },
  ],
  [
    'Docker is being asked',
    { docker: { kind: 'connecting' }, seen: undefined },
    {
      state: 'unknown',
      says: 'Docker does not answer',
      reason: 'unknown while Docker is down',
      cause: 'docker',
    },
  ],
  [
    'Docker answers nothing about this one, and neither does it',
    silent({ silentSince: NOW - 12_000 }),
    {
      state: 'stop',
      says: 'Docker has not answered about macula-tempo-1 for 12 s',
      reason: 'Docker does not answer about it',
      why: SILENT_WHY,
      todo: SILENT_TODO,
    },
  ],
  [
    'Docker answers nothing about this one while it works, also while it is to be stopped',
    { ...is({ silentSince: NOW - 12_000 }), acting: 'stopping' },
    {
      state: 'round',
      says: 'Docker has not answered about macula-tempo-1 for 12 s',
      reason: 'Docker does not answer about it',
      why: SILENT_WHY,
      todo: SILENT_TODO,
    },
  ],
  [
    'Docker answered again a moment ago, and has not started it yet',
    { seen: { ...seen, state: 'exited', exitCode: 137 }, answers: false, returning: true },
    {
      state: 'progress',
      says: 'not started yet: Docker answered again a moment ago',
      reason: 'starting with Docker',
    },
  ],
  [
    'Docker answered again a moment ago, and has no container',
    { seen: undefined, answers: false, returning: true },
    {
      state: 'progress',
      says: 'not started yet: Docker answered again a moment ago',
      reason: 'starting with Docker',
    },
  ],
  [
    'Docker answered again a moment ago, and nobody wants it',
    { seen: undefined, answers: false, returning: true, wanted: false },
    stopped,
  ],
  [
    'it is being stopped',
    { acting: 'stopping' },
    { state: 'progress', says: 'stopping', reason: 'stopping' },
  ],
  [
    'it is being stopped, and gone already',
    { acting: 'stopping', seen: undefined },
    { state: 'progress', says: 'stopping', reason: 'stopping' },
  ],
  ['it is being created', { seen: undefined, acting: 'starting' }, { ...starting, says: 'being created' }],
  ['it was never wanted', { seen: undefined, wanted: false }, stopped],
  [
    'it was removed',
    { seen: undefined, expected: undefined },
    {
      state: 'stop',
      says: 'there is no container',
      reason: 'container is gone',
      why: 'It was removed, not by Macula, or its last start ended before it was created.',
      todo: 'Start Tempo.',
      fix: start,
    },
  ],
  ['it is being removed', { ...silent({ state: 'removing' }), wanted: false }, stopped],
  [
    'it is being removed to be made anew',
    { ...silent({ state: 'removing' }), acting: 'starting' },
    { ...starting, says: 'being created' },
  ],
  ['it runs without a health check', is({ health: 'none' }), { state: 'ok', says: 'running for 1 h' }],
  [
    'it runs while its health is not known yet, and answers',
    is({ health: 'starting' }),
    { state: 'ok', says: 'running for 1 h' },
  ],
  [
    'its health check says nothing',
    silent({ health: 'unhealthy' }),
    {
      state: 'stop',
      says: 'running for 1 h, but its own health check fails',
      reason: 'unhealthy',
      why: 'Its health check gets no answer in time.',
      todo: 'Restart Tempo.',
      fix: restart,
    },
  ],
  [
    'its health check says why, though it answers',
    is({ health: 'unhealthy', healthOutput: 'trying\n\nagain\ncannot connect\n' }),
    {
      state: 'round',
      says: 'running for 1 h, but its own health check fails: cannot connect',
      reason: 'unhealthy',
      why: 'The health check says: cannot connect',
      todo: 'Restart Tempo.',
      fix: restart,
    },
  ],
  [
    'its health check says more than a page holds',
    silent({ health: 'unhealthy', healthOutput: 'x'.repeat(300) }),
    {
      state: 'stop',
      says: `running for 1 h, but its own health check fails: ${'x'.repeat(200)}`,
      reason: 'unhealthy',
      why: `The health check says: ${'x'.repeat(200)}`,
      todo: 'Restart Tempo.',
      fix: restart,
    },
  ],
  [
    'it goes from crash to crash and leaves no line',
    silent({ state: 'restarting', exitCode: 2, restarts: 5 }),
    {
      ...crashes,
      says: 'stops right after it starts: exit code 2, 5 restarts',
      reason: 'exit code 2, 5 restarts',
      fix: log,
    },
  ],
  [
    'it goes from crash to crash and says why',
    silent({ state: 'restarting', exitCode: 2, restarts: 1, lastLine: 'no bucket' }),
    {
      state: 'stop',
      says: 'stops right after it starts: exit code 2, 1 restart',
      reason: 'exit code 2, 1 restart',
      why: 'Its last line: no bucket',
      todo: readLog,
      fix: log,
    },
  ],
  [
    'it goes from crash to crash while it is being started',
    { ...silent({ state: 'restarting', exitCode: 2 }), acting: 'starting' },
    { ...crashes, says: 'stops right after it starts: exit code 2', reason: 'exit code 2', fix: log },
  ],
  [
    'it runs, and what it would be is not known',
    { expected: undefined },
    { state: 'ok', says: 'running and healthy for 1 h' },
  ],
  [
    'its last line would fill the page',
    silent({ state: 'dead', exitCode: 2, lastLine: 'x'.repeat(300) }),
    {
      state: 'stop',
      says: 'stops right after it starts: exit code 2',
      reason: 'exit code 2',
      why: `Its last line: ${'x'.repeat(200)}`,
      todo: readLog,
      fix: log,
    },
  ],
  [
    'its last line is empty',
    silent({ state: 'exited', exitCode: 3, lastLine: '' }),
    { ...crashes, says: 'stops right after it starts: exit code 3', reason: 'exit code 3', fix: log },
  ],
  [
    'it runs between two crashes',
    silent({ health: 'none', restarts: 2, startedAt: NOW - 3000 }),
    {
      ...crashes,
      says: 'crashes and starts again and again, 2 restarts',
      reason: 'crashes, 2 restarts',
      fix: log,
    },
  ],
  [
    'it ended, and is being started again',
    { ...silent({ state: 'exited', exitCode: 3 }), acting: 'starting' },
    { ...starting, says: 'starting' },
  ],
  ['it ended, and nobody wants it', { ...silent({ state: 'exited', exitCode: 3 }), wanted: false }, stopped],
  [
    'somebody else stopped it',
    silent({ state: 'exited', exitCode: 143, stoppedOnPurpose: true, finishedAt: NOW - 60_000 }),
    {
      state: 'stop',
      says: 'stopped at 10:41, not by Macula (exit code 143, ended by SIGTERM)',
      reason: 'stopped since 10:41',
      why: 'Somebody stopped the container, or Docker was restarted.',
      todo: 'Start Tempo.',
      fix: start,
    },
  ],
  ...[true, false].map((stoppedOnPurpose): [string, Partial<ContainerLook>, Omit<Rung, 'id'>] => [
    `a restart or a take-over stopped it and did not start it again (${stoppedOnPurpose})`,
    {
      ...silent({ state: 'exited', exitCode: 137, stoppedOnPurpose, finishedAt: NOW - 60_000 }),
      resting: true,
    },
    {
      state: 'stop',
      says: 'stopped by Macula at 10:41, not started again',
      reason: 'stopped since 10:41',
      why: 'A restart, a snapshot or a take-over stopped it to start it again, and was interrupted or is still at work.',
      todo: 'Start Tempo; a take-over starts it when maculactl migrate goes on.',
      fix: start,
    },
  ]),
  [
    'it was made and never started',
    silent({ state: 'created' }),
    {
      state: 'stop',
      says: 'created, but not started',
      reason: 'created, not started',
      why: 'The start before this was interrupted.',
      todo: 'Start Tempo.',
      fix: start,
    },
  ],
  [
    'it was made, and Docker says why it could not be started',
    silent({ state: 'created', error: `no ${'x'.repeat(400)}` }),
    {
      state: 'stop',
      says: `created, but not started: no ${'x'.repeat(297)}`,
      reason: 'created, not started',
      why: `no ${'x'.repeat(297)}`,
      todo: 'Start Tempo.',
      fix: start,
    },
  ],
  [
    'it was made, and its start is on the way',
    { ...silent({ state: 'created' }), acting: 'starting', wanted: false },
    { ...starting, says: 'created, not started yet' },
  ],
  ['it was made, and nobody wants it', { ...silent({ state: 'created' }), wanted: false }, stopped],
  [
    'somebody paused it',
    silent({ state: 'paused' }),
    {
      state: 'stop',
      says: 'paused, not by Macula',
      reason: 'paused',
      why: 'Somebody paused the container (docker pause): its program does not answer.',
      todo: 'Let it go on: Start Tempo.',
      fix: start,
    },
  ],
  [
    'it is paused and is being started',
    { ...silent({ state: 'paused' }), acting: 'starting' },
    { ...starting, says: 'starting' },
  ],
])('%s', (_, part, told) => {
  const rung = containerRung({ ...look, ...part })
  expect(rung).toEqual({ id: 'container', ...told })
  expectWhole(rung)
})

describe('an end for want of memory is not left to the log to explain', () => {
  test('whatever Docker says of its start', () => {
    const part = silent({
      state: 'exited',
      exitCode: 137,
      oomKilled: true,
      memoryLimit: 1024 * 1024,
      error: 'x',
    })
    expect(containerRung({ ...look, ...part })).toMatchObject({
      reason: 'out of memory at 1 MiB',
      todo: expect.stringMatching(/^Raise its limit: docker update/) as string,
    })
  })
})

/** What runs and does not answer is waited for, until waiting is of no use any more. */
describe('what runs and does not answer', () => {
  test.each<readonly [string, Partial<ContainerSeen>, Rung['state'], string]>([
    [
      'whose health check goes on is awaited',
      { health: 'starting' },
      'progress',
      'running for 1 h, not ready yet',
    ],
    [
      'without a health check is awaited for a moment',
      { health: 'none', startedAt: NOW - 19_000 },
      'progress',
      'running for 19.0 s, not ready yet',
    ],
    [
      'without a health check is not awaited for long',
      { health: 'none', startedAt: NOW - 20_000 },
      'ok',
      'running for 20.0 s',
    ],
    [
      'and is healthy is awaited by nobody, however young',
      { health: 'healthy', startedAt: NOW - 3000 },
      'ok',
      'running and healthy for 3.0 s',
    ],
    [
      'after a crash, and is healthy, does not crash again',
      { health: 'healthy', restarts: 3 },
      'ok',
      'running and healthy for 1 h',
    ],
    [
      'after a crash, and is not healthy yet, crashes again',
      { health: 'starting', restarts: 3 },
      'stop',
      'crashes and starts again and again, 3 restarts',
    ],
  ])('%s', (_, part, state, says) => {
    expect(containerRung({ ...look, ...silent(part) })).toMatchObject({ state, says })
  })

  test.each<readonly [Partial<ContainerSeen>, Rung['state']]>([
    [{ health: 'none', startedAt: NOW - 300 }, 'ok'],
    [{ health: 'starting', startedAt: NOW - 300 }, 'progress'],
    [{ health: 'none', restarts: 2, startedAt: NOW - 300 }, 'stop'],
    [{ health: 'none', restarts: 2, startedAt: NOW - 20_000 }, 'ok'],
    [{ health: 'starting', restarts: 2, startedAt: NOW - 20_000 }, 'stop'],
  ])('one without endpoints (%j): %s', (part, state) => {
    expect(containerRung({ ...look, ...silent(part), silent: true })).toMatchObject({ state })
  })

  test('what answers after its crashes works', () => {
    const part = is({ health: 'starting', restarts: 3 })
    expect(containerRung({ ...look, ...part })).toMatchObject({ state: 'ok' })
  })

  test('what is awaited says since when in its row', () => {
    const part = silent({ health: 'starting', startedAt: NOW - 65_000 })
    expect(containerRung({ ...look, ...part }).reason).toBe('starting, 1 min 5 s')
  })
})
