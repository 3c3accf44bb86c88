import { describe, expect, test } from 'vitest'
import type { Rung } from '../../../main/model/ladder.ts'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import { serviceRung, type AnswerLook } from '../../../main/model/rungs/service.ts'
import { expectWhole, said } from './said.ts'

/** Every answer, and none: what is said, what is blamed, what is offered. */

const own = '127.0.0.4'
const name = 'grafana.macula.local'

describe('the answer', () => {
  const good: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 3 }
  const wrong: AnswerSeen = { kind: 'wrong', says: 'answers HTTP 502', status: 502, ms: 3 }
  const keyless: AnswerSeen = { kind: 'wrong', says: 'answers HTTP 401', status: 401, without: 'KEY', ms: 3 }
  const cut: AnswerSeen = { kind: 'closed', ms: 1 }
  const late: AnswerSeen = { kind: 'timeout', ms: 3000 }
  const unmade: AnswerSeen = { ...late, unmade: true }
  const no = (code: string): AnswerSeen => ({ kind: 'refused', code, ms: 1 })

  interface Asked {
    readonly front?: AnswerSeen
    readonly native?: AnswerSeen
    readonly direct?: AnswerSeen
  }

  const look = (asked: Asked, more: Partial<AnswerLook> = {}): Rung =>
    serviceRung({
      service: 'grafana',
      title: 'Grafana',
      asked: (['front', 'native', 'direct'] as const).map((access) => ({
        through: { front: `${name}:80`, native: `${own}:3000`, direct: '172.23.0.5:3000' }[access],
        front: access === 'front',
        open: access !== 'direct' && asked[access] !== undefined,
        inside: access === 'direct',
        seen: asked[access],
      })),
      container: 'ok',
      noWay: false,
      ...more,
    })

  test.each<readonly [string, Asked, Partial<AnswerLook>, Rung['state'], RegExp, string | undefined]>([
    [
      'comes through all',
      { front: good, native: good },
      {},
      'ok',
      /HTTP 200 through grafana\.macula\.local:80/,
      undefined,
    ],
    [
      'is a refusal, because our own password is missing: the program is not blamed, nor restarted',
      { front: keyless, native: keyless },
      {},
      'unknown',
      /answers HTTP 401, asked without the password KEY.*KEY is not in secrets\.json.*env --restore-passwords/s,
      undefined,
    ],
    [
      'comes past a forwarder that lets wait',
      { front: good, native: late },
      {},
      'round',
      /not through 127\.0\.0\.4:3000.*past our forwarder/,
      'forward',
    ],
    [
      'comes past one that closes',
      { front: cut, native: good },
      {},
      'round',
      /not through grafana\.macula\.local:80/,
      'forward',
    ],
    [
      'comes past one that refuses',
      { native: no('ECONNREFUSED'), direct: good },
      {},
      'round',
      /connection was refused/,
      'forward',
    ],
    [
      'comes from the container alone',
      { front: late, native: late, direct: good },
      {},
      'round',
      /172\.23\.0\.5:3000.*not through/,
      'forward',
    ],
    [
      'misses through the ingress',
      { front: wrong, native: good },
      { ingress: { title: 'Ingress', works: true } },
      'round',
      /not through its clean URL.*Ingress does not route there/,
      'restart',
    ],
    [
      'misses through a dead ingress',
      { front: cut, direct: good },
      { ingress: { title: 'Ingress', works: false } },
      'round',
      /Ingress cannot reach it/,
      'restart',
    ],
    [
      'is no answer of a dead ingress',
      { front: cut },
      { ingress: { title: 'Ingress', works: false } },
      'stop',
      /by name only, through Ingress/,
      'start',
    ],
    [
      'is an error',
      { front: wrong, native: wrong, direct: wrong },
      {},
      'stop',
      /answers HTTP 502.*not as it does when it works/,
      'restart',
    ],
    [
      'never comes',
      { front: late, native: late, direct: late },
      {},
      'stop',
      /no answer in 3\.0 s.*program in it does not answer/,
      'restart',
    ],
    [
      'is a refusal of a forwarder',
      { native: no('ECONNREFUSED') },
      {},
      'stop',
      /:3000: the connection was refused .* connection refused/,
      'restart',
    ],
    [
      'is a refusal of the container itself, whatever is made of it on the way',
      { front: wrong, native: cut, direct: no('ECONNREFUSED') },
      {},
      'stop',
      /nothing listens on 172\.23\.0\.5:3000 in the container .*its port.*no program in it takes connections/,
      'restart',
    ],
    [
      'is another failure to reach the container',
      { front: wrong, direct: no('EHOSTUNREACH') },
      {},
      'stop',
      /answers HTTP 502.*not as it does when it works/,
      'restart',
    ],
    ['is a reset', { direct: cut }, {}, 'stop', /closed without an answer/, 'restart'],
    [
      'is lost on the way',
      { native: cut, direct: unmade },
      { lost: { why: 'It goes to tun0.', todo: 'End the VPN.' } },
      'stop',
      /cannot be reached \| It goes to tun0\. \| End the VPN\./,
      undefined,
    ],
    [
      'is wrong, whatever the way',
      { native: wrong, direct: unmade },
      { lost: { why: 'It goes to tun0.', todo: 'x' } },
      'stop',
      /HTTP 502/,
      'restart',
    ],
    [
      'was not asked for: we may open no more',
      { front: no('EMFILE'), direct: no('EMFILE') },
      {},
      'unknown',
      /may not open any more files \(EMFILE\)/,
      undefined,
    ],
    [
      'is refused at one way and was never asked for at another',
      { front: no('EMFILE'), native: no('ECONNREFUSED') },
      {},
      'stop',
      /may not open any more files.*no connection \(EMFILE\)/,
      'restart',
    ],
    [
      'is an error of the container alone',
      { front: late, native: cut, direct: wrong },
      {},
      'stop',
      /^172\.23\.0\.5:3000: answers HTTP 502 \| answers HTTP 502 \|/,
      'restart',
    ],
    [
      'has no connection in time',
      { direct: unmade },
      {},
      'stop',
      /: no connection within 3\.0 s \| no connection in 3\.0 s \|/,
      'restart',
    ],
    [
      'has no answer in time',
      { direct: late },
      {},
      'stop',
      /: no answer within 3\.0 s \| no answer in 3\.0 s \|/,
      'restart',
    ],
    [
      'has no route',
      { direct: no('EHOSTUNREACH') },
      {},
      'stop',
      /no connection: .*\| no connection \(EHOSTUNREACH\) \|/,
      'restart',
    ],
    ['is cut off', { direct: cut }, {}, 'stop', /\| no answer \|/, 'restart'],
    [
      'is none at the container of a dead ingress',
      { front: cut, direct: no('ECONNREFUSED') },
      { ingress: { title: 'Ingress', works: false } },
      'stop',
      /no program in it takes connections/,
      'restart',
    ],
    [
      'is an error through an ingress that works',
      { front: wrong },
      { ingress: { title: 'Ingress', works: true } },
      'stop',
      /answers HTTP 502.*not as it does when it works/,
      'restart',
    ],
    ['is an error at its only way', { front: wrong }, {}, 'stop', /Restart Grafana; its log/, 'restart'],
    [
      'is lost on all three ways',
      { front: cut, native: late, direct: unmade },
      { lost: { why: 'It goes to tun0.', todo: 'End the VPN.' } },
      'stop',
      /^172\.23\.0\.5:3000: no connection within 3\.0 s \| its container cannot be reached/,
      undefined,
    ],
    [
      'is behind what is out of reach',
      {},
      { container: 'unreached' },
      'unreached',
      /not reached$/,
      undefined,
    ],
    ['is awaited', {}, { container: 'progress' }, 'progress', /not checked until it is ready/, undefined],
    ['is out of reach', {}, { container: 'stop' }, 'unreached', /not reached/, undefined],
    ['has no way in', {}, { noWay: true }, 'unreached', /it has no address/, undefined],
    ['was not asked for', {}, {}, 'unknown', /not checked yet/, undefined],
    ['is unknown without Docker', {}, { container: 'unknown' }, 'unknown', /while Docker is down/, undefined],
  ])('%s', (_, asked, more, state, words, fix) => {
    const rung = look(asked, more)
    expect(rung.state).toBe(state)
    expect(said(rung)).toMatch(words)
    expectWhole(rung)
    expect(rung.fix?.action.kind).toBe(fix)
  })

  const dead = { ingress: { title: 'Ingress', works: false } }
  const alive = { ingress: { title: 'Ingress', works: true } }
  test.each<readonly [string, Asked, Partial<AnswerLook>, Rung['fix']]>([
    [
      'the service itself',
      { direct: cut },
      {},
      {
        label: 'Restart Grafana',
        command: 'maculactl restart grafana',
        action: { kind: 'restart', services: ['grafana'] },
      },
    ],
    [
      'the ingress that leads to it by name alone',
      { front: cut },
      dead,
      {
        label: 'Start Ingress',
        command: 'maculactl up ingress',
        action: { kind: 'start', services: ['ingress'] },
      },
    ],
    [
      'the ingress that misses',
      { front: wrong, direct: good },
      alive,
      {
        label: 'Restart Ingress',
        command: 'maculactl restart ingress',
        action: { kind: 'restart', services: ['ingress'] },
      },
    ],
    [
      'the forwarder, not the ingress, where the port that misses is its own',
      { front: good, native: cut },
      alive,
      { label: 'Restart forwarder', command: 'maculactl up', action: { kind: 'forward' } },
    ],
  ])('what is offered repairs %s', (_, asked, more, fix) => {
    expect(look(asked, more).fix).toEqual(fix)
  })

  test('what was restarted and does not answer either is not offered a restart again', () => {
    const failure = (times: number, anew: boolean, says = 'Grafana did not answer within # min.') => ({
      says,
      times,
      anew,
    })
    const offered = (one: AnswerLook['failure']) => look({ direct: cut }, { failure: one }).fix?.command
    expect(offered(failure(1, false))).toBe('maculactl up grafana --anew')
    expect(offered(failure(2, true))).toBe('maculactl logs grafana')
    // Its own health check is another matter.
    expect(offered(failure(1, false, 'unhealthy'))).toBe('maculactl restart grafana')
  })

  test.each<readonly [string, Asked, number | undefined]>([
    ['of the way that people use', { front: good, native: { ...good, ms: 9 } }, 3],
    ['of the way round', { front: late, direct: { ...good, ms: 9 } }, 9],
    ['that it took to fail', { native: late, direct: cut }, 3000],
    ['of nothing, which is not told', {}, undefined],
  ])('the time told is that %s', (_, asked, ms) => {
    expect(look(asked).ms).toBe(ms)
  })

  /** Two ways in by what answered there, each with or without a forwarder that listens. */
  type Way = readonly [open: boolean, seen?: AnswerSeen]
  const two = (front: Way, other: Way): Rung =>
    serviceRung({
      service: 'grafana',
      title: 'Grafana',
      asked: [
        { through: `${own}:3000`, front: false, open: front[0], seen: front[1] },
        { through: '172.23.0.5:3000', front: false, open: other[0], seen: other[1] },
      ],
      container: 'ok',
      noWay: false,
    })

  test.each<readonly [string, Way, Way, Rung['state'], string]>([
    [
      'nobody is led past a forwarder that was not checked yet',
      [true],
      [false, good],
      'unknown',
      'not checked yet through 127.0.0.4:3000',
    ],
    [
      'a forwarder that does not listen is not waited for',
      [false],
      [false, good],
      'ok',
      'HTTP 200 through 172.23.0.5:3000',
    ],
    [
      'what comes after a way that answers is not waited for',
      [true, good],
      [true],
      'ok',
      'HTTP 200 through 127.0.0.4:3000',
    ],
    [
      'a way that is not open and fails is not in the way',
      [true, good],
      [false, cut],
      'ok',
      'HTTP 200 through 127.0.0.4:3000',
    ],
  ])('%s', (_, front, other, state, says) => {
    expect(two(front, other)).toMatchObject({ state, says })
  })
})
