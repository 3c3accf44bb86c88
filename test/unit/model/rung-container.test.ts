import { describe, expect, test } from 'vitest'
import type { Expected } from '../../../main/model/drift.ts'
import { UNHEALTHY, type Failure } from '../../../main/model/fixes.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
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
        says: 'running for 1 h, but it is not on the docker network macula and its configuration has changed',
        reason: 'it is not on the docker network macula',
        why: 'It differs from what would be created now.',
        todo: 'Start Tempo: its container is recreated; no data is removed.',
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
      { state: 'round', says: 'running for 1 h, but grafana/tempo:2.9.0 is a different image now' },
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
      {
        state: 'round',
        reason: 'grafana/tempo:2.9.0 is a different image now',
        fix: { label: 'Start Tempo' },
      },
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
        reason: 'it is also on the docker network foo',
        why: 'It was changed after it was created, not by Macula; somebody may have wanted that.',
        todo: 'Recreate it to undo that (no data is removed), or write the change into compose.override.yaml of tempo to keep it.',
        fix: { label: 'Recreate Tempo', action: { kind: 'start', services: ['tempo'], anew: true } },
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
        todo: 'Start Tempo: its container is recreated.',
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
    expect(told.why).toBe(
      `It was removed, not by Macula, or its last start ended before it was created.${says}`,
    )
    expect(told.todo).toBe('Start Tempo.')
  })
})

describe('a start that left no container', () => {
  const unmade = {
    what: 'tempo cannot be created.',
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
      says: 'could not be created',
      reason: 'could not be created',
      why: 'tempo cannot be created. Compose says: invalid capability NOPE.',
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
      why: 'tempo cannot be created.',
      todo: 'Repair what it names. Then run maculactl up tempo.',
    })
  })

  test('is offered again once its configuration is another one', () => {
    expect(after({ config: 'c0' })).toMatchObject({
      todo: 'Its configuration has changed since: start Tempo.',
      fix: { command: 'maculactl up tempo' },
    })
    for (const part of [{ expected: undefined }, { expected: { ...expected, config: undefined } }])
      expect(after({}, part)).not.toHaveProperty('fix')
  })

  test('says nothing while it is made, or not wanted', () => {
    expect(after({}, { acting: 'starting' })).toMatchObject({ state: 'progress', says: 'being created' })
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
    ['crashed', crashes, undefined, 'maculactl logs tempo'],
    ['crashed at one start', crashes, failed(1, false), 'maculactl logs tempo'],
    ['crashed at two starts', crashes, failed(2, false), 'maculactl up tempo --anew'],
    ['crashed when it was made anew', crashes, failed(3, true), 'maculactl logs tempo'],
  ])('%s', (_, part, failure, command) => {
    expect(rung({ ...part, failure }).fix?.command).toBe(command)
  })
})

describe('a button never promises what a start cannot do', () => {
  const NOW_MS = look.now
  const ended = { ...seen, state: 'exited' as const, exitCode: 3, restarts: 0 }
  const commands = (part: Partial<ContainerSeen>, failure?: Failure) =>
    rung({ seen: { ...ended, ...part }, answers: false, failure }).fix?.command

  test('a program that says why it ends at its start ends at the next one too: its log, however often it was tried', () => {
    const says = {
      lastLine: 'field compactor not found',
      startedAt: NOW_MS - 9000,
      finishedAt: NOW_MS - 8000,
    }
    for (const failure of [
      undefined,
      { says: 'x', times: 2, anew: false },
      { says: 'x', times: 4, anew: true },
    ])
      expect(commands(says, failure)).toBe('maculactl logs tempo')
  })

  test('one that worked for long is told with its time, and started', () => {
    const part = { startedAt: NOW_MS - 3 * 3_600_000, finishedAt: NOW_MS - 3_600_000, lastLine: 'bye' }
    expect(rung({ seen: { ...ended, ...part }, answers: false })).toMatchObject({
      says: 'ended by itself at 09:42 after 2 h: exit code 3',
      why: 'Its last line: bye',
      todo: 'Start Tempo; its log may say why it ended (maculactl logs tempo).',
      fix: { command: 'maculactl up tempo' },
    })
  })

  const refused = (error: string, failure?: Failure) =>
    rung({ seen: { ...ended, error }, answers: false, failure })
  test.each([
    ['write /data: no space left on device', /^Free some space/],
    ['Bind for 0.0.0.0:80 failed: port is already allocated', /^See who has it/],
    ['exec: "tempoo": executable file not found in $PATH', /^Correct command/],
  ])('Docker refuses it for %s: what to put right first, and no start', (error, todo) => {
    for (const failure of [undefined, { says: 'x', times: 3, anew: true }]) {
      expect(refused(error, failure).todo).toMatch(todo)
      expect(refused(error, failure).fix).toBeUndefined()
      const made = { ...seen, state: 'created' as const, error }
      expect(rung({ seen: made, answers: false, failure })).toMatchObject({
        todo: expect.stringMatching(todo) as unknown,
      })
      expect(rung({ seen: made, answers: false, failure }).fix).toBeUndefined()
    }
  })

  test('what a start itself mends is started', () => {
    const gone = { ...ended, error: 'bind source path does not exist: /x' }
    expect(rung({ seen: gone, answers: false }).fix?.command).toBe('maculactl up tempo')
    const own = rung({ seen: gone, answers: false, file: '/home/me/services/notes/compose.yaml' })
    expect([own.fix, own.todo]).toEqual([undefined, expect.stringMatching(/^Put it where/)])
    expect(refused('No such image: grafana/tempo:9').fix?.command).toBe('maculactl up tempo')
    expect(refused('network abc not found').fix?.command).toBe('maculactl up tempo')
  })

  test('out of memory: neither a start, nor making it anew, nor the log', () => {
    const part = { oomKilled: true, memoryLimit: 64 * 1024 * 1024, exitCode: 137 }
    const failure = { says: 'x', times: 3, anew: false }
    for (const state of ['exited', 'restarting', 'running'] as const) {
      const file = '/home/me/services/notes/compose.yaml'
      const seenSo = { ...ended, ...part, state, restarts: 2, health: 'none' as const }
      expect(rung({ seen: seenSo, answers: false, failure }).fix).toMatchObject({
        label: 'Raise its limit',
        action: { kind: 'none' },
      })
      expect(rung({ seen: seenSo, answers: false, failure, file }).fix).toBeUndefined()
    }
    const { memoryLimit: _, ...machine } = part
    expect(rung({ seen: { ...ended, ...machine }, answers: false, failure }).fix?.label).toBe('Start Tempo')
    expect(
      rung({ seen: { ...ended, ...machine, state: 'restarting' }, answers: false, failure }).fix,
    ).toBeUndefined()
  })
})
