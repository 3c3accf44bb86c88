import { describe, expect, test } from 'vitest'
import type { Expected } from '../../../main/model/drift.ts'
import { UNHEALTHY, type Failure } from '../../../main/model/fixes.ts'
import { containerRung, type ContainerLook } from '../../../main/model/rungs/container.ts'
import { expected, look, seen } from './tempo.ts'

const rung = (part: Partial<ContainerLook>) => containerRung({ ...look, ...part })
const made = { networks: {}, mode: 'macula', binds: [], labels: {}, traits: { name: 'x' } }

test('what runs and is as it would be made now is ok', () => {
  expect(rung({})).toEqual({ id: 'container', state: 'ok', says: 'running and healthy for 1 h' })
})

describe('what differs is told, with a fix that mends it', () => {
  test.each<readonly [string, Partial<ContainerLook>, object]>([
    [
      'taken off its network, and nobody reaches it',
      { seen: { ...seen, made, address: '' }, answers: false },
      {
        state: 'stop',
        reason: 'it is not on the docker network macula',
        fix: { action: { kind: 'start', services: ['tempo'] } },
      },
    ],
    [
      'taken off its network while it starts: no waiting helps',
      { seen: { ...seen, made, address: '', health: 'starting' }, answers: false },
      { state: 'stop', reason: 'it is not on the docker network macula' },
    ],
    [
      'taken off its network, though something answers all the same',
      { seen: { ...seen, made, address: '' } },
      { state: 'round', reason: 'it is not on the docker network macula' },
    ],
    [
      'the worst is named first, whatever was found first',
      { seen: { ...seen, made }, answers: false, expected: { ...expected, config: 'c2' } },
      {
        state: 'stop',
        says: 'running for 1 h, but it is not on the docker network macula and its configuration is another one now',
        reason: 'it is not on the docker network macula',
        why: 'It is not what would be made now.',
        todo: 'Start Tempo: its container is made anew, and no data is removed.',
      },
    ],
    [
      'what somebody may have wanted, beside what must be made anew',
      {
        seen: {
          ...seen,
          made: { ...made, networks: { macula: 'n1' }, traits: { name: 'mine', 'CPU limit': '2' } },
        },
        expected: { ...expected, as: { config: 'c1', imageId: 'sha256:1', traits: { name: 'x' } } },
      },
      { state: 'round', fix: { label: 'Start Tempo' } },
    ],
    [
      'an image built again, of what does not answer: that does not stop it',
      { expected: { ...expected, imageId: 'sha256:2' }, answers: false },
      { state: 'round', says: 'running for 1 h, but grafana/tempo:2.9.0 is another image now' },
    ],
    [
      'an image built again, of what is not ready yet: it is awaited first',
      {
        expected: { ...expected, imageId: 'sha256:2' },
        seen: { ...seen, health: 'starting' },
        answers: false,
      },
      { state: 'progress' },
    ],
    [
      'an image built again',
      { expected: { ...expected, imageId: 'sha256:2' } },
      { state: 'round', reason: 'grafana/tempo:2.9.0 is another image now', fix: { label: 'Start Tempo' } },
    ],
    [
      'an extra network is left until it is asked for',
      {
        seen: {
          ...seen,
          made: { ...made, networks: { macula: 'n1' }, traits: { name: 'x', 'network foo': '' } },
        },
        expected: { ...expected, as: { config: 'c1', imageId: 'sha256:1', traits: { name: 'x' } } },
      },
      {
        state: 'round',
        // It was made without a record of its own network, so only the extra one differs.
        reason: 'it is on the docker network foo too',
        why: 'It was changed after it was made, not by Macula; somebody may have wanted it.',
        todo: 'Make it anew to undo that (no data is removed), or write it into compose.override.yaml of tempo to keep it.',
        fix: { label: 'Make Tempo anew', action: { kind: 'start', services: ['tempo'], anew: true } },
      },
    ],
    [
      'paused, by its word',
      { seen: { ...seen, state: 'paused' }, answers: false },
      {
        state: 'stop',
        reason: 'paused',
        fix: { label: 'Start Tempo', action: { kind: 'start', services: ['tempo'] } },
      },
    ],
    [
      'Docker could not start it: its log is not blamed',
      {
        seen: { ...seen, state: 'exited', exitCode: 127, error: 'bind source path does not exist: /x' },
        answers: false,
      },
      {
        state: 'stop',
        says: 'could not be started',
        reason: 'could not be started',
        todo: 'Start Tempo.',
        why: 'Docker says: bind source path does not exist: /x',
        fix: { label: 'Start Tempo' },
      },
    ],
    [
      'Docker could not start it, because a mounted file is gone',
      {
        seen: {
          ...seen,
          state: 'exited',
          error: 'bind source path does not exist: /x',
          made: { ...made, networks: { macula: 'n1' }, binds: ['/x'] },
        },
        answers: false,
        expected: { ...expected, sources: new Map([['/x', undefined]]) },
      },
      {
        state: 'stop',
        says: 'could not be started: /x, which is mounted into it, is gone',
        reason: '/x, which is mounted into it, is gone',
        todo: 'Start Tempo: its container is made anew.',
      },
    ],
    [
      'Docker could not start it, and only what does not stop it differs',
      {
        seen: { ...seen, state: 'exited', error: 'no' },
        answers: false,
        expected: { ...expected, config: 'c2' },
      },
      { state: 'stop', says: 'could not be started', reason: 'could not be started', todo: 'Start Tempo.' },
    ],
    [
      'Docker could not start it, and what it would be is not known',
      { seen: { ...seen, state: 'exited', error: 'no' }, answers: false, expected: undefined },
      { state: 'stop', says: 'could not be started', why: 'Docker says: no', todo: 'Start Tempo.' },
    ],
    [
      'an error of Docker that would fill the page',
      { seen: { ...seen, state: 'exited', error: 'x'.repeat(400) }, answers: false },
      { why: `Docker says: ${'x'.repeat(300)}` },
    ],
    [
      'paused while it is being started',
      { seen: { ...seen, state: 'paused' }, answers: false, acting: 'starting' },
      { state: 'progress', reason: 'starting' },
    ],
  ])('%s', (_, part, told) => {
    expect(rung(part)).toMatchObject(told)
  })
})

describe('no word on data that was not looked up', () => {
  test.each<readonly [string, Expected | undefined, string]>([
    ['not known', undefined, ''],
    ['no volume', expected, ' It keeps no data in a volume.'],
    [
      'its volume is there',
      { ...expected, volumes: [{ name: 'macula_tempo', there: true }] },
      ' Its data is kept in its volume macula_tempo.',
    ],
    [
      'its volume was removed',
      { ...expected, volumes: [{ name: 'macula_tempo', there: false }] },
      ' Its volume macula_tempo is not there: what was in it is lost, and it starts empty.',
    ],
    [
      'its two volumes are there',
      {
        ...expected,
        volumes: [
          { name: 'a', there: true },
          { name: 'b', there: true },
        ],
      },
      ' Its data is kept in its volumes a and b.',
    ],
    [
      'both are gone',
      {
        ...expected,
        volumes: [
          { name: 'a', there: false },
          { name: 'b', there: false },
        ],
      },
      ' Its volumes a and b are not there: what was in them is lost, and it starts empty.',
    ],
    [
      'one of two',
      {
        ...expected,
        volumes: [
          { name: 'a', there: true },
          { name: 'b', there: false },
        ],
      },
      ' Its volume b is not there: what was in it is lost, and it starts empty.',
    ],
    [
      'its volume never was',
      { ...expected, volumes: [{ name: 'a', there: false, fresh: true }] },
      ' It has no data yet.',
    ],
    [
      'one of two never was',
      {
        ...expected,
        volumes: [
          { name: 'a', there: false, fresh: true },
          { name: 'b', there: true },
        ],
      },
      ' Its data is kept in its volume b.',
    ],
    [
      'one never was, and one is gone',
      {
        ...expected,
        volumes: [
          { name: 'a', there: false, fresh: true },
          { name: 'b', there: false },
        ],
      },
      ' Its volume b is not there: what was in it is lost, and it starts empty.',
    ],
  ])('%s', (_, known, says) => {
    const told = rung({ seen: undefined, answers: false, expected: known })
    expect(told.why).toBe(`It was removed, not by Macula, or its last start ended before it was made.${says}`)
    expect(told.todo).toBe('Start Tempo.')
  })
})

describe('a start that left no container', () => {
  const unmade = {
    what: 'tempo cannot be made.',
    why: 'Compose says: invalid capability NOPE',
    todo: 'Repair what it names, then run maculactl up again.',
    config: 'c1',
  }
  const after = (more: object = {}, part: Partial<ContainerLook> = {}) =>
    rung({
      seen: undefined,
      answers: false,
      failure: { says: 'x', times: 1, anew: false, unmade: { ...unmade, ...more } },
      ...part,
    })

  test('is told in its own words, and is not offered again', () => {
    const told = after()
    expect(told).toEqual({
      id: 'container',
      state: 'stop',
      says: 'could not be made',
      reason: 'could not be made',
      why: 'tempo cannot be made. Compose says: invalid capability NOPE.',
      todo: 'Repair what it names, then run maculactl up again.',
    })
  })

  test('what to do ends with the start, whatever it was', () => {
    expect(after({ todo: 'Rename it (docker rename x NEW) or remove it.' }).todo).toBe(
      'Rename it (docker rename x NEW) or remove it. Then run maculactl up tempo.',
    )
    const { todo: _, why: __, ...bare } = unmade
    expect(
      rung({ seen: undefined, failure: { says: 'x', times: 1, anew: false, unmade: bare } }),
    ).toMatchObject({
      why: 'tempo cannot be made.',
      todo: 'Repair what it names. Then run maculactl up tempo.',
    })
  })

  test('is offered again once its configuration is another one', () => {
    expect(after({ config: 'c0' })).toMatchObject({
      todo: 'Its configuration is another one since: start Tempo.',
      fix: { command: 'maculactl up tempo' },
    })
    for (const part of [{ expected: undefined }, { expected: { ...expected, config: undefined } }])
      expect(after({}, part)).not.toHaveProperty('fix')
  })

  test('says nothing while it is made, or not wanted', () => {
    expect(after({}, { acting: 'starting' })).toMatchObject({ state: 'progress', says: 'being made' })
    expect(after({}, { wanted: false })).toMatchObject({ state: 'unreached', says: 'stopped' })
  })

  test('made, but Docker could not start it: the same start is not offered after it', () => {
    const created = { ...seen, state: 'created', error: 'no such device' } as const
    expect(rung({ seen: created, answers: false }).fix?.command).toBe('maculactl up tempo')
    const failure: Failure = { says: 'x', times: 1, anew: false }
    expect(rung({ seen: created, answers: false, failure }).fix?.command).toBe('maculactl up tempo --anew')
    expect(rung({ seen: { ...created, error: '' }, answers: false, failure }).fix?.command).toBe(
      'maculactl up tempo',
    )
  })
})

describe('a fix that did not help is not offered a second time', () => {
  const failed = (times: number, anew: boolean, says = 'x'): Failure => ({ says, times, anew })
  const ill = { seen: { ...seen, health: 'unhealthy' as const } }
  const crashes = { seen: { ...seen, state: 'exited' as const, exitCode: 3 }, answers: false }
  test.each<readonly [string, Partial<ContainerLook>, Failure | undefined, string]>([
    ['unhealthy', ill, undefined, 'maculactl restart tempo'],
    ['unhealthy, restarted for it', ill, failed(1, false, UNHEALTHY), 'maculactl up tempo --anew'],
    ['unhealthy, made anew for it', ill, failed(2, true, UNHEALTHY), 'maculactl logs tempo'],
    ['unhealthy after a start that failed otherwise', ill, failed(2, false), 'maculactl restart tempo'],
    ['crashed', crashes, undefined, 'maculactl up tempo'],
    ['crashed at one start', crashes, failed(1, false), 'maculactl up tempo'],
    ['crashed at two starts', crashes, failed(2, false), 'maculactl up tempo --anew'],
    ['crashed when it was made anew', crashes, failed(3, true), 'maculactl logs tempo'],
  ])('%s', (_, part, failure, command) => {
    expect(rung({ ...part, failure }).fix?.command).toBe(command)
  })
})
