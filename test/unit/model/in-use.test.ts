import { describe, expect, test } from 'vitest'
import { canOpen, inUse, toggleOf } from '../../../main/model/may.ts'
import { pickEndpoint, stateOfAccess, whyNotFirst, whyNotOpened } from '../../../main/model/open.ts'
import type { Access, EndpointView, State } from '../../../main/model/snapshot.ts'
import { endpointRow, row } from './rows.ts'

/** What Open and Copy use now, and why it is not the first way in. */

const access = (kind: Access['kind'], part: Partial<Access> = {}): Access => ({
  kind,
  url: `http://${kind}`,
  host: `${kind}.local`,
  port: 80,
  works: true,
  ...part,
})
const having = (kind: Access['kind'], part: Partial<EndpointView> = {}): EndpointView =>
  endpointRow({ accesses: [access(kind)], best: 0, ...part })

describe('the access in use', () => {
  const api = having('address', { id: 'api', opens: false })
  const web = having('clean')

  test.each<readonly [Access['kind'], 'name' | 'address']>([
    ['clean', 'name'],
    ['named', 'name'],
    ['address', 'address'],
    ['direct', 'address'],
  ])('%s is by %s', (kind, by) => {
    expect(inUse({ state: 'works', endpoints: [having(kind)] })).toStrictEqual({
      access: access(kind),
      by,
      opens: true,
    })
  })

  test.each<readonly [string, State, readonly EndpointView[], string | undefined, string | undefined]>([
    ['the first that opens', 'works', [api, web], undefined, 'http://clean'],
    ['none opens: the first', 'works', [api, having('named', { opens: false })], undefined, 'http://address'],
    ['the one that is asked for', 'works', [web, api], 'api', 'http://address'],
    ['one that is not there', 'works', [web], 'sql', undefined],
    ['no endpoint at all', 'works', [], undefined, undefined],
    ['none works', 'failed', [endpointRow({ accesses: [access('clean')] })], undefined, undefined],
    ['fails, but one way works', 'failed', [web], undefined, 'http://clean'],
    ['stopped, though it still answers', 'stopped', [web], undefined, undefined],
    ['not set up, though something answers', 'not set up', [web], undefined, undefined],
  ])('%s', (_, state, endpoints, id, url) => {
    expect(inUse({ state, endpoints }, id)?.access.url).toBe(url)
  })

  test.each<readonly [string, EndpointView, boolean]>([
    ['a page', web, true],
    ['a page by https', having('clean', { accesses: [access('clean', { url: 'https://x' })] }), true],
    ['an API without a page', api, false],
    ['a database', having('address', { accesses: [access('address', { url: 'postgres://x:5432' })] }), false],
    [
      'a host that only looks so',
      having('address', { accesses: [access('address', { url: 'x:80/http://' })] }),
      false,
    ],
    ['a page that cannot be reached', endpointRow({ accesses: [access('clean')] }), false],
  ])('a browser opens %s: %s', (_, endpoint, opens) => {
    expect(canOpen({ state: 'works', endpoints: [endpoint] })).toBe(opens)
  })
})

test('an endpoint that is asked for by name is that one or none', () => {
  const [one, two] = [endpointRow({ id: 'one', opens: false }), endpointRow({ id: 'two' })]
  const pick = (id?: string) => pickEndpoint({ endpoints: [one, two] }, id)?.id
  expect([pick(), pick('one'), pick('three')]).toEqual(['two', 'one', undefined])
})

test.each<readonly [string, Partial<EndpointView>, string | undefined]>([
  ['the first is used', { best: 0, accesses: [access('clean', { reason: 'slow' })] }, undefined],
  ['none works', { best: -1, accesses: [access('clean', { reason: 'slow' })] }, undefined],
  ['the second is used', { best: 1, accesses: [access('clean', { reason: 'slow' })] }, 'clean.local: slow'],
  ['the first has no reason', { best: 1, accesses: [access('clean')] }, undefined],
  ['there is none', { best: 1, accesses: [] }, undefined],
])('why the access in use is not the first: %s', (_, part, says) => {
  expect(whyNotFirst(endpointRow(part))).toBe(says)
})

describe('how a way in stands', () => {
  const off = { works: false } as const
  test.each<readonly [string, Partial<Access>, State, State]>([
    ['works, whatever the service is', {}, 'stopped', 'works'],
    ['of what is stopped', off, 'stopped', 'stopped'],
    ['of what is not set up', off, 'not set up', 'stopped'],
    ['of what starts', { ...off, untried: true }, 'starting', 'starting'],
    ['of what stops', off, 'stopping', 'starting'],
    ['of what cannot be seen', { ...off, slow: true }, 'unknown', 'unknown'],
    ['was not asked', { ...off, untried: true }, 'works', 'unknown'],
    ['is only slow', { ...off, slow: true }, 'works', 'degraded'],
    ['does not work', off, 'works', 'failed'],
    ['does not work, as the service', off, 'failed', 'failed'],
  ])('%s', (_, part, state, said) => expect(stateOfAccess(access('clean', part), { state })).toBe(said))
})

test.each<readonly [State, string]>([
  ['works', 'stop'],
  ['degraded', 'stop'],
  ['starting', 'stop'],
  ['stopping', 'stop, waits'],
  ['failed', 'start'],
  ['stopped', 'start'],
  ['not set up', 'start'],
  ['unknown', 'start, waits'],
])('the one button of an application without a pod, %s: %s', (state, says) => {
  const { verb, can } = toggleOf(row('app', { state, cluster: 'application' }))
  expect(`${verb}${can ? '' : ', waits'}`).toBe(says)
})

describe('why it cannot be opened', () => {
  const up = { kind: 'up', version: '29', apiVersion: '1.52', native: true } as const
  const headline = { what: 'It stops.', why: 'Exit code 1.', todo: 'Read its log.' }
  const say = (
    part: Partial<ReturnType<typeof row>>,
    docker: Parameters<typeof whyNotOpened>[0]['docker'] = up,
  ) => whyNotOpened({ docker, causes: [] }, row('loki', { title: 'Loki', ...part }))

  test.each<readonly [string, Partial<ReturnType<typeof row>>, object]>([
    ['stopped', { state: 'stopped' }, { what: 'it is stopped', todo: 'Start it: maculactl up loki' }],
    [
      'not set up, with its reason',
      { state: 'not set up', reason: 'no cluster yet' },
      { what: 'it is not set up', why: 'no cluster yet.', todo: 'Set it up: maculactl up loki' },
    ],
    [
      'not set up',
      { state: 'not set up' },
      { what: 'it is not set up', todo: 'Set it up: maculactl up loki' },
    ],
    [
      'starting, with what it waits for',
      { state: 'starting', reason: 'waits for Grafana' },
      {
        what: 'it is starting',
        why: 'waits for Grafana.',
        todo: 'maculactl status loki shows how far it is.',
      },
    ],
    [
      'stopping',
      { state: 'stopping', reason: 'stopping' },
      { what: 'it is stopping', todo: 'maculactl status loki shows how far it is.' },
    ],
    [
      'starting, nobody knows why it takes so long',
      { state: 'starting' },
      { what: 'it is starting', todo: 'maculactl status loki shows how far it is.' },
    ],
    [
      'starting with a headline',
      { state: 'starting', headline },
      { what: 'it is starting', why: 'Exit code 1.', todo: 'Read its log.' },
    ],
    [
      'failed, as its row tells it',
      { state: 'failed', reason: 'exit code 1', headline },
      { what: 'exit code 1', why: 'Exit code 1.', todo: 'Read its log.' },
    ],
    [
      'all else',
      { state: 'works' },
      { what: 'none of its addresses works', todo: 'maculactl status loki shows each address.' },
    ],
  ])('%s', (_, part, trouble) => {
    expect(say(part)).toStrictEqual({
      ...trouble,
      kind: 'failed',
      what: `Loki cannot be opened: ${'what' in trouble ? String(trouble.what) : ''}.`,
    })
  })

  test('Docker is down, with a way out of its own: that is what leads on', () => {
    const docker = { kind: 'down', code: 'absent', says: 'No socket.' } as const
    const cause = (id: 'names' | 'docker') => ({
      id,
      headline: { what: '', why: '', todo: `Do ${id}.` },
      services: [],
    })
    const view = row('loki', { state: 'unknown' })
    expect(whyNotOpened({ docker, causes: [cause('names'), cause('docker')] }, view).todo).toBe('Do docker.')
    expect(whyNotOpened({ docker, causes: [cause('names')] }, view).todo).toContain('maculactl doctor')
  })

  test('Docker is down: the outside is missing, and where help is', () => {
    const docker = { kind: 'down', code: 'absent', says: 'No socket.' } as const
    expect(say({ state: 'unknown' }, docker)).toStrictEqual({
      kind: 'outside',
      what: 'Loki cannot be opened: Docker does not answer.',
      why: 'No socket.',
      todo: 'maculactl doctor says what to do about Docker.',
    })
    expect(say({ state: 'failed' }, docker).kind).toBe('failed')
    expect(say({ state: 'unknown' }).kind).toBe('failed')
  })
})
