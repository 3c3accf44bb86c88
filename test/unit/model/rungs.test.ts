import { describe, expect, test } from 'vitest'
import type { Rung } from '../../../main/model/ladder.ts'
import type { AddressSeen, AnswerSeen, ListenerSeen, NameSeen } from '../../../main/model/observation.ts'
import { addressRung } from '../../../main/model/rungs/address.ts'
import { forwarderRung } from '../../../main/model/rungs/forwarder.ts'
import { isNameGood, isNameRight, nameRung } from '../../../main/model/rungs/name.ts'
import { serviceRung, type AnswerLook } from '../../../main/model/rungs/service.ts'

/** Every state of the rungs between a person and a container: what is said, what is blamed, what is offered. */

const own = '127.0.0.4'
const name = 'grafana.macula.local'
const answer = (...addresses: string[]): NameSeen => ({ kind: 'answer', addresses, ms: 2 })
const hosts = (text: string, line = 3) => [{ file: '/etc/hosts', line, text }]

const said = (rung: Rung): string =>
  [rung.says, rung.reason, rung.why, rung.todo].filter((part) => part !== undefined).join(' | ')

describe('the name', () => {
  const look = (seen: NameSeen | undefined, more: Partial<Parameters<typeof nameRung>[0]> = {}): Rung =>
    nameRung({ name, address: own, seen, byNameOnly: false, routed: true, ...more })

  test.each<readonly [string, NameSeen | undefined, Rung['state'], RegExp, Rung['fix'] | 'none' | 'any']>([
    ['is ours', answer(own), 'ok', /is 127\.0\.0\.4$/, 'none'],
    ['is ours, told twice', answer(own, own), 'ok', /is 127\.0\.0\.4$/, 'none'],
    ['was not asked', undefined, 'unknown', /not asked yet/, 'none'],
    [
      'another goes first',
      answer('127.0.0.1', own),
      'round',
      /is 127\.0\.0\.1 first, and only then 127\.0\.0\.4/,
      'any',
    ],
    [
      'another of the other family goes first',
      answer('::1', own),
      'round',
      /is ::1 first, and only then/,
      'any',
    ],
    [
      'another comes after',
      answer(own, '10.0.0.1'),
      'round',
      /is 127\.0\.0\.4, and 10\.0\.0\.1 after it.*also leads to 10\.0\.0\.1/,
      'none',
    ],
    [
      'is another',
      answer('10.0.0.1'),
      'round',
      /is 10\.0\.0\.1, not 127\.0\.0\.4.*name leads to 10\.0\.0\.1/,
      'any',
    ],
    ['is nothing', answer(), 'round', /is nothing, not/, 'any'],
    [
      'is another by a line of the hosts file',
      { ...answer('127.0.0.1', own), lines: hosts(`127.0.0.1 ${name}`) },
      'round',
      /\/etc\/hosts:3 says “127\.0\.0\.1 grafana\.macula\.local”\. \| Take line 3 out of \/etc\/hosts/,
      'none',
    ],
    [
      'is unknown because the hosts file is left out',
      {
        kind: 'none',
        code: 'ENOTFOUND',
        ms: 2,
        lines: [{ file: '/etc/nsswitch.conf', line: 9, text: 'hosts: dns' }],
      },
      'round',
      /nsswitch\.conf:9 says “hosts: dns”\. \| Write “files” before the others in line 9/,
      'none',
    ],
    [
      'is the name of the machine itself',
      { ...answer('127.0.1.1'), lines: [{ file: '/etc/hostname', line: 1, text: name }] },
      'round',
      /Give this machine another name/,
      'none',
    ],
    [
      'is unknown',
      { kind: 'none', code: 'ENOTFOUND', ms: 2 },
      'round',
      /not known to this machine \(ENOTFOUND\)/,
      'any',
    ],
    ['is not answered', { kind: 'timeout', ms: 6000 }, 'round', /not answered within 6\.0 s/, 'any'],
    ['is slow', { ...answer(own), ms: 5004 }, 'round', /after 5\.0 s.*Something on the way/, 'none'],
  ])('%s', (_, seen, state, words, fix) => {
    const rung = look(seen)
    expect(rung.state).toBe(state)
    expect(said(rung)).toMatch(words)
    // What Macula cannot repair is not offered as if it could: a line of a file is a person's.
    if (fix === 'none') expect(rung.fix).toBeUndefined()
    else expect(rung.fix).toMatchObject({ action: { kind: 'forward' } })
  })

  test.each<readonly [string, NameSeen]>([
    ['unknown', { kind: 'none', code: 'ENOTFOUND', ms: 2 }],
    ['silent', { kind: 'timeout', ms: 6000 }],
    ['slow', { ...answer(own), ms: 5004 }],
  ])('our own name server is blamed for what is %s when it does not answer', (_, seen) => {
    const server = 'Our name server (dnsmasq, pid 7) is suspended.'
    expect(look(seen, { server }).why).toBe(server)
  })

  test('it stops what opens by name only, and set-up is offered where no resolver is led to us', () => {
    expect(look(answer('10.0.0.1'), { byNameOnly: true }).state).toBe('stop')
    expect(look(answer('127.0.0.1', own), { byNameOnly: true }).state).toBe('stop')
    expect(look(answer(own, '10.0.0.1'), { byNameOnly: true }).state).toBe('round')
    expect(look({ kind: 'none', code: 'ENOTFOUND', ms: 2 }, { routed: false }).fix?.action.kind).toBe('setup')
    expect(look(answer(own), { name: undefined }).state).toBe('unused')
    expect(look(answer(own), { address: null }).state).toBe('unused')
  })

  test.each([
    [answer(own), true, true],
    [answer(own, '10.0.0.1'), true, true],
    [answer('10.0.0.1', own), false, false],
    [answer(), false, false],
    [{ ...answer(own), ms: 1000 }, true, false],
    [{ ...answer(own), ms: 999 }, true, true],
    [{ kind: 'timeout', ms: 6000 } as const, false, false],
    [undefined, false, false],
  ])('%j leads to us: %s, and in good time: %s', (seen, isRight, isGood) => {
    expect(isNameRight(seen, own)).toBe(isRight)
    expect(isNameGood(seen, own)).toBe(isGood)
  })
})

describe('the address', () => {
  const cannot = (code: string): AddressSeen => ({ kind: 'absent', code, ms: 1 })

  test.each<readonly [string | null, AddressSeen | undefined, boolean, Rung['state'], RegExp]>([
    [null, undefined, false, 'unused', /inside Docker only/],
    [own, undefined, false, 'unknown', /not tried yet/],
    [own, { kind: 'ok', ms: 1 }, false, 'ok', /can be bound/],
    [own, cannot('EADDRNOTAVAIL'), false, 'stop', /not on this machine.*ip address show lo/],
    [own, cannot('EADDRNOTAVAIL'), true, 'round', /not on this machine/],
    [own, cannot('EACCES'), false, 'stop', /cannot be bound: .*\(EACCES\).*forbids/],
    [own, cannot('EPERM'), true, 'round', /\(EPERM\)/],
    // Our own limit says nothing of the address.
    [own, cannot('EMFILE'), false, 'unknown', /was not tried: this process may not open any more files/],
  ])('%s %j (another way: %s) is %s', (address, seen, otherWay, state, words) => {
    const rung = addressRung(address, seen, otherWay)
    expect(rung.state).toBe(state)
    expect(said(rung)).toMatch(words)
    expect(rung.fix).toBeUndefined()
  })
})

describe('the forwarders', () => {
  const ours: ListenerSeen = { kind: 'ours', pid: 41, program: 'socat', ms: 1 }
  const free: ListenerSeen = { kind: 'free', ms: 1 }
  const astray: ListenerSeen = { kind: 'astray', pid: 41, to: '172.23.0.9:80', ms: 1 }
  const suspended: ListenerSeen = { kind: 'hung', pid: 41, program: 'socat', hung: 'suspended', ms: 1 }
  const deaf: ListenerSeen = { ...suspended, hung: 'deaf' }
  const closed: ListenerSeen = { kind: 'refused', code: 'EACCES', ms: 1 }
  const foreign: ListenerSeen = { kind: 'foreign', holder: { pid: 812, program: 'nginx' }, ms: 1 }
  const hidden: ListenerSeen = { kind: 'foreign', holder: { user: 'www-data' }, ms: 1 }

  const look = (seen: readonly (ListenerSeen | undefined)[], otherWay: boolean): Rung =>
    forwarderRung(
      seen.map((one, index) => ({ address: own, port: index === 0 ? 3000 : 80, seen: one })),
      otherWay,
    )

  test.each<
    readonly [
      string,
      readonly (ListenerSeen | undefined)[],
      boolean,
      Rung['state'],
      RegExp,
      string | undefined,
    ]
  >([
    ['none is needed', [], false, 'unused', /needs no forwarder/, undefined],
    ['all are ours', [ours, ours], false, 'ok', /3000 is ours: socat, pid 41; .*80 is ours/, undefined],
    ['one was not looked at', [ours, undefined], false, 'unknown', /not looked at yet/, undefined],
    ['one is missing', [ours, free], false, 'round', /no forwarder on port 80/, 'forward'],
    ['all are missing', [free, free], false, 'stop', /no forwarder on port 3000/, 'forward'],
    ['all are missing, the container answers', [free, free], true, 'round', /no forwarder/, 'forward'],
    ['one leads elsewhere', [astray], false, 'stop', /leads to 172\.23\.0\.9:80/, 'forward'],
    [
      'one is suspended',
      [ours, suspended],
      false,
      'round',
      /takes no connection.*is suspended.*SIGSTOP/,
      'forward',
    ],
    [
      'the only one is suspended',
      [suspended],
      false,
      'stop',
      /socat, pid 41.*forwarder on port 3000 is suspended/,
      'forward',
    ],
    [
      'the only one is deaf',
      [deaf],
      true,
      'round',
      /forwarder on port 3000 hangs.*does not take what connects/,
      'forward',
    ],
    [
      'one port is closed to the user',
      [ours, closed],
      false,
      'round',
      /closed to this user.*set-up/,
      'setup',
    ],
    [
      'another program has it',
      [foreign],
      true,
      'round',
      /nginx \(pid 812\) has port 3000.*kill 812/,
      'forward',
    ],
    ['another user’s program has it', [hidden], false, 'stop', /a program of user www-data/, 'forward'],
  ])('%s', (_, seen, otherWay, state, words, fix) => {
    const rung = look(seen, otherWay)
    expect(rung.state).toBe(state)
    expect(said(rung)).toMatch(words)
    expect(rung.fix?.action.kind).toBe(fix)
  })

  test('what is ours to put back is one cause, what is closed another, and a foreign program none', () => {
    for (const seen of [free, astray, suspended, deaf]) expect(look([seen], true).cause).toBe('forwarders')
    expect(look([closed], true).cause).toBe('ports')
    expect(look([foreign], true).cause).toBeUndefined()
  })

  test('where the address is not there, nothing is said of forwarders', () => {
    expect(forwarderRung([{ address: own, port: 80, seen: free }], false, true)).toMatchObject({
      state: 'unreached',
    })
  })
})

describe('the answer', () => {
  const good: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 3 }
  const wrong: AnswerSeen = { kind: 'wrong', says: 'answers HTTP 502', status: 502, ms: 3 }
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
      /not through its clean URL.*Ingress does not lead there/,
      'restart',
    ],
    [
      'misses through a dead ingress',
      { front: cut, direct: good },
      { ingress: { title: 'Ingress', works: false } },
      'round',
      /Ingress misses/,
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
    ['is a refusal', { direct: no('ECONNREFUSED') }, {}, 'stop', /connection refused/, 'restart'],
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
    ['is awaited', {}, { container: 'progress' }, 'progress', /not asked before it is ready/, undefined],
    ['is out of reach', {}, { container: 'stop' }, 'unreached', /not reached/, undefined],
    ['has no way in', {}, { noWay: true }, 'unreached', /no way in/, undefined],
    ['was not asked for', {}, {}, 'unknown', /not asked yet/, undefined],
    ['is unknown without Docker', {}, { container: 'unknown' }, 'unknown', /while Docker is down/, undefined],
  ])('%s', (_, asked, more, state, words, fix) => {
    const rung = look(asked, more)
    expect(rung.state).toBe(state)
    expect(said(rung)).toMatch(words)
    expect(rung.fix?.action.kind).toBe(fix)
  })

  test('nobody is led past a forwarder that was not asked yet', () => {
    const rung = serviceRung({
      service: 'grafana',
      title: 'Grafana',
      asked: [
        { through: `${own}:3000`, front: false, open: true, seen: undefined },
        { through: '172.23.0.5:3000', front: false, open: false, seen: good },
      ],
      container: 'ok',
      noWay: false,
    })
    expect(rung).toMatchObject({ state: 'unknown', says: 'not asked yet through 127.0.0.4:3000' })
  })
})
