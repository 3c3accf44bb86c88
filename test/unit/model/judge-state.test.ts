import { describe, expect, test } from 'vitest'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import { answerKey, type AskedAccess } from '../../../main/model/world.ts'
import { change, now, silence, type Draft } from '../cli/worlds.ts'
import {
  acts,
  all,
  away,
  closed,
  dockerDown,
  ended,
  foreign,
  forwards,
  free,
  good,
  judged,
  rungsOf,
  unwanted,
} from './grafana.ts'

/** The state of one row, by what was seen, wanted and being done. */

const answers =
  (access: AskedAccess, seen: AnswerSeen) =>
  (world: Draft): void =>
    void world.answers.set(answerKey('grafana', 'web', access), seen)

describe('the state of a row, with its rungs and its reason', () => {
  test.each<readonly [string, (world: Draft) => void, string, string, string]>([
    ['all is well', () => undefined, 'works', 'ok ok ok ok ok', ''],
    ['nobody wants it, and it runs', unwanted, 'works', 'ok ok ok ok ok', ''],
    ['it ended', ended, 'failed', 'ok ok ok stop unreached', 'exit code 1'],
    [
      'it ended, and nobody wants it',
      all(ended, unwanted),
      'stopped',
      'ok ok unreached unreached unreached',
      'stopped',
    ],
    [
      'it goes from crash to crash, and nobody wants it',
      all(ended, unwanted, (world) => change(world, 'grafana', { state: 'restarting', restarts: 2 })),
      'failed',
      'ok ok unreached stop unreached',
      'exit code 1, 2 restarts',
    ],
    [
      'it is gone, and nobody wants it',
      all(away, unwanted),
      'stopped',
      'ok ok unreached unreached unreached',
      'stopped',
    ],
    ['it is gone', away, 'failed', 'ok ok ok stop unreached', 'container is gone'],
    [
      'it is being created though nobody wants it',
      all(away, unwanted, acts('starting')),
      'starting',
      'ok ok ok progress progress',
      'starting',
    ],
    [
      'it is being started again',
      all(ended, acts('starting')),
      'starting',
      'ok ok ok progress progress',
      'starting',
    ],
    [
      'it is being started, and crashes meanwhile',
      all(ended, acts('starting'), (world) => change(world, 'grafana', { state: 'restarting' })),
      'starting',
      'ok ok ok stop unreached',
      'exit code 1',
    ],
    [
      'it is being started, and has no forwarders yet',
      all((world) => silence(world, 'grafana'), acts('starting'), forwards(free)),
      'starting',
      'ok ok progress progress progress',
      'starting',
    ],
    [
      'it answers while it is being started, and one forwarder is not there yet',
      all(acts('starting'), (world) => void world.listeners.set('127.0.0.4:80', free)),
      'starting',
      'ok ok progress ok ok',
      'starting',
    ],
    [
      'another face started it a moment ago, and it has no forwarders yet',
      all(
        (world) => silence(world, 'grafana'),
        (world) => change(world, 'grafana', { startedAt: now - 9000, health: 'none' }),
        forwards(free),
      ),
      'starting',
      'ok ok progress progress progress',
      'starting',
    ],
    [
      'it answers since a moment ago, and its forwarders were ended',
      all((world) => change(world, 'grafana', { startedAt: now - 9000 }), forwards(free)),
      'degraded',
      'ok ok round ok ok',
      'no forwarder on port 80',
    ],
    [
      'somebody else has its port while it is being started',
      all(acts('starting'), forwards(foreign)),
      'starting',
      'ok ok round ok ok',
      'nginx (pid 812) has port 80',
    ],
    ['it is being started, and works already', acts('starting'), 'starting', 'ok ok ok ok ok', ''],
    [
      'it is not ready yet',
      all(
        (world) => silence(world, 'grafana'),
        (world) => change(world, 'grafana', { health: 'starting' }),
      ),
      'starting',
      'ok ok ok progress progress',
      'starting, 3 d 4 h',
    ],
    ['it is being stopped', acts('stopping'), 'stopping', 'ok ok ok progress ok', 'stopping'],
    [
      'it is being stopped, and answers no more',
      all((world) => silence(world, 'grafana'), acts('stopping')),
      'stopping',
      'ok ok ok progress progress',
      'stopping',
    ],
    [
      'it was not checked yet',
      (world) => silence(world, 'grafana'),
      'unknown',
      'ok ok ok ok unknown',
      'checking…',
    ],
    [
      'its name was not checked yet',
      (world) => void world.names.delete('grafana.macula.local'),
      'unknown',
      'unknown ok ok ok ok',
      'checking…',
    ],
    [
      'Docker is down',
      all(dockerDown, (world) => silence(world, 'grafana')),
      'unknown',
      'ok ok ok unknown unknown',
      'unknown while Docker is down',
    ],
    [
      'Docker is down, and it is being stopped',
      all(dockerDown, acts('stopping')),
      'unknown',
      'ok ok ok unknown ok',
      'unknown while Docker is down',
    ],
    [
      'Docker is being asked',
      (world) => {
        world.docker = { kind: 'connecting' }
      },
      'unknown',
      'ok ok ok unknown ok',
      'unknown while Docker is down',
    ],
    [
      'its forwarders wait for its container',
      all(ended, forwards(free)),
      'failed',
      'ok ok unreached stop unreached',
      'exit code 1',
    ],
    [
      'its forwarders wait for its container, and may not listen',
      all(ended, forwards({ kind: 'refused', code: 'EACCES', ms: 1 })),
      'failed',
      'ok ok unreached stop unreached',
      'exit code 1',
    ],
    [
      'its container ended, and another program has a port of its',
      all(ended, (world) => world.listeners.set('127.0.0.4:80', foreign)),
      'failed',
      'ok ok round stop unreached',
      'exit code 1',
    ],
    [
      'its container ended, and another program has both of its ports',
      all(ended, forwards(foreign)),
      'failed',
      'ok ok stop stop unreached',
      'nginx (pid 812) has port 80',
    ],
    [
      'its forwarders are gone, and its container runs',
      all(forwards(free), (world) => {
        world.answers.delete('grafana/web/front')
        world.answers.delete('grafana/web/native')
      }),
      'degraded',
      'ok ok round ok ok',
      'no forwarder on port 80',
    ],
    [
      'nothing is left that leads to it',
      all(forwards(free), (world) => silence(world, 'grafana')),
      'failed',
      'ok ok stop ok unreached',
      'no forwarder on port 80',
    ],
    [
      'its container ended, and one of its forwarders',
      all(ended, (world) => world.listeners.set('127.0.0.4:80', { kind: 'free', ms: 1 })),
      'failed',
      'ok ok round stop unreached',
      'exit code 1',
    ],
    [
      'its container ended, and one of its forwarders was not looked at',
      all(ended, (world) => void world.listeners.delete('127.0.0.4:80')),
      'failed',
      'ok ok unknown stop unreached',
      'exit code 1',
    ],
    [
      'one of its forwarders was not looked at',
      (world) => void world.listeners.delete('127.0.0.4:3000'),
      'unknown',
      'ok ok unknown ok ok',
      'checking…',
    ],
    [
      'a forwarder that is ours cuts what comes',
      answers('native', closed),
      'degraded',
      'ok ok ok ok round',
      'not through 127.0.0.4:3000',
    ],
    [
      'another program has a port of its, whatever it answers there',
      all(answers('native', closed), (world) => world.listeners.set('127.0.0.4:3000', foreign)),
      'degraded',
      'ok ok round ok ok',
      'nginx (pid 812) has port 3000',
    ],
    [
      'its container refuses what comes past the forwarders',
      answers('direct', closed),
      'works',
      'ok ok ok ok ok',
      '',
    ],
    [
      'its health check fails, and one way in answers',
      all(
        (world) => silence(world, 'grafana'),
        answers('direct', good(2)),
        (world) => change(world, 'grafana', { health: 'unhealthy' }),
      ),
      'unknown',
      'ok ok ok round unknown',
      'unhealthy',
    ],
    [
      'Docker is down, and its name was not asked',
      all(dockerDown, (world) => void world.names.delete('grafana.macula.local')),
      'unknown',
      'unknown ok ok unknown ok',
      'unknown while Docker is down',
    ],
    [
      'Docker is down, and nobody wants it',
      all(dockerDown, away, unwanted),
      'unknown',
      'ok ok unreached unknown unreached',
      'unknown while Docker is down',
    ],
    [
      'Docker is down, and it is being stopped and answers no more',
      all(dockerDown, (world) => silence(world, 'grafana'), acts('stopping')),
      'unknown',
      'ok ok ok unknown unreached',
      'unknown while Docker is down',
    ],
    [
      'its address is not there, and its container answers',
      all(forwards(free), (world) => {
        world.addresses.set('127.0.0.4', { kind: 'absent', code: 'EADDRNOTAVAIL', ms: 1 })
        world.answers.delete('grafana/web/front')
        world.answers.delete('grafana/web/native')
      }),
      'degraded',
      'ok round unreached ok ok',
      '127.0.0.4 is not on this machine',
    ],
    [
      'its address is not there, and nothing answers',
      all(forwards(free), (world) => {
        world.addresses.set('127.0.0.4', { kind: 'absent', code: 'EADDRNOTAVAIL', ms: 1 })
        silence(world, 'grafana')
      }),
      'failed',
      'ok stop unreached ok unreached',
      '127.0.0.4 is not on this machine',
    ],
    [
      'its address was not tried',
      (world) => void world.addresses.delete('127.0.0.4'),
      'unknown',
      'ok unknown ok ok ok',
      'checking…',
    ],
    [
      'its image is another one now',
      (world) => {
        world.expected = new Map([
          [
            'grafana',
            {
              config: 'x',
              image: 'example/grafana:1.0',
              imageId: 'sha256:01',
              labels: {},
              network: 'macula',
              networkId: 'n',
              volumes: [],
              sources: new Map(),
            },
          ],
        ])
      },
      'degraded',
      'ok ok ok round ok',
      'example/grafana:1.0 is a different image now',
    ],
  ])('%s', (_, broken, state, rungs, reason) => {
    const view = judged('grafana', broken)
    expect([view.state, rungsOf(view), view.reason]).toEqual([state, rungs, reason])
    // What is not well and not in motion is explained; what is well has nothing to explain.
    expect(view.headline !== undefined).toBe(
      ['failed', 'degraded'].includes(state) || (state === 'starting' && reason !== ''),
    )
  })

  test('a start that failed twice is told with the next stronger fix', () => {
    const view = judged(
      'grafana',
      all(ended, (world) => {
        world.failures = new Map([['grafana', { says: 'x', times: 2, anew: false }]])
      }),
    )
    expect(view.headline?.fix?.command).toBe('maculactl up grafana --anew')
  })

  test('what is out of memory is told by the file of a person’s own service', () => {
    const starved = all(ended, (world) =>
      change(world, 'grafana', { oomKilled: true, memoryLimit: 1024 * 1024 }),
    )
    const own = { origin: 'user', folder: '/home/me/services/grafana' } as const
    expect(judged('grafana', starved, own).headline?.todo).toContain('/home/me/services/grafana/compose.yaml')
    expect(judged('grafana', starved).headline?.todo).toContain('docker update')
  })
})
