import { describe, expect, test } from 'vitest'
import type { Rung } from '../../../main/model/ladder.ts'
import type { NameSeen } from '../../../main/model/observation.ts'
import { routeAgain } from '../../../main/model/route-again.ts'
import { isNameGood, isNameRight, nameRung, sayLine, sayLineTodo } from '../../../main/model/rungs/name.ts'
import { expectWhole, said } from './said.ts'

/** Every state of a name: what is said, what is blamed, what is offered. */

const own = '127.0.0.4'
const name = 'grafana.macula.local'
const answer = (...addresses: string[]): NameSeen => ({ kind: 'answer', addresses, ms: 2 })
const hosts = (text: string, line = 3) => [{ file: '/etc/hosts', line, text }]

describe('the name', () => {
  test('led elsewhere by another source: our route set again, where a program reads it; putting our names back is not offered', () => {
    const again = routeAgain({ kind: 'in place', id: 'route-dnsmasq', title: 'x', needsServer: true })
    expect(again).toMatchObject({
      label: 'Set route again…',
      command: expect.stringContaining('dnsmasq') as unknown,
    })
    expect(look(answer('10.0.0.1'), { again }).fix).toEqual(again)
    expect(look(answer('10.0.0.1')).fix).toBeUndefined()
    expect(
      routeAgain({ kind: 'in place', id: 'route-hosts', title: 'x', needsServer: false }),
    ).toBeUndefined()
    expect(routeAgain({ kind: 'absent' })).toBeUndefined()
  })

  const look = (seen: NameSeen | undefined, more: Partial<Parameters<typeof nameRung>[0]> = {}): Rung =>
    nameRung({ name, address: own, seen, byNameOnly: false, routed: true, ...more })

  test.each<readonly [string, NameSeen | undefined, Rung['state'], RegExp, Rung['fix'] | 'none' | 'any']>([
    ['is ours', answer(own), 'ok', /is 127\.0\.0\.4$/, 'none'],
    ['is ours, told twice', answer(own, own), 'ok', /is 127\.0\.0\.4$/, 'none'],
    ['was not asked', undefined, 'unknown', /not looked up yet/, 'none'],
    [
      'another goes first',
      answer('127.0.0.1', own),
      'round',
      /is 127\.0\.0\.1 first, and only then 127\.0\.0\.4/,
      'none',
    ],
    [
      'another of the other family goes first',
      answer('::1', own),
      'round',
      /is ::1 first, and only then/,
      'none',
    ],
    [
      'another comes after',
      answer(own, '10.0.0.1'),
      'round',
      /is 127\.0\.0\.4, and 10\.0\.0\.1 after it.*also resolves to 10\.0\.0\.1/,
      'none',
    ],
    [
      'is another',
      answer('10.0.0.1'),
      'round',
      /is 10\.0\.0\.1, not 127\.0\.0\.4.*name resolves to 10\.0\.0\.1/,
      'none',
    ],
    ['is nothing', answer(), 'round', /is nothing, not/, 'none'],
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
    [
      'is ours by a line that gives it another too',
      { ...answer(own, '10.0.0.1'), lines: hosts(`10.0.0.1 ${name}`, 7) },
      'round',
      /\/etc\/hosts:7 says “10\.0\.0\.1 grafana\.macula\.local”\. \| Take line 7 out/,
      'none',
    ],
    ['is as slow as a stall', { ...answer(own), ms: 1000 }, 'round', /after 1\.0 s/, 'none'],
    ['is as quick as a network', { ...answer(own), ms: 999 }, 'ok', /is 127\.0\.0\.4$/, 'none'],
    ['is slow', { ...answer(own), ms: 5004 }, 'round', /after 5\.0 s.*Something on the way/, 'none'],
  ])('%s', (_, seen, state, words, fix) => {
    const rung = look(seen)
    expect(rung.state).toBe(state)
    expect(said(rung)).toMatch(words)
    expectWhole(rung)
    expect(rung.ms).toBe(seen?.ms)
    // What Macula cannot repair is not offered as if it could: a line of a file is a person's.
    if (fix === 'none') expect(rung.fix).toBeUndefined()
    else
      expect(rung.fix).toEqual({
        label: 'Restore names',
        command: 'maculactl up',
        action: { kind: 'forward' },
      })
  })

  test.each<readonly [string, NameSeen]>([
    ['unknown', { kind: 'none', code: 'ENOTFOUND', ms: 2 }],
    ['silent', { kind: 'timeout', ms: 6000 }],
    ['slow', { ...answer(own), ms: 5004 }],
  ])('our own name server is blamed for what is %s when it does not answer', (_, seen) => {
    const server = 'Our name server (dnsmasq, pid 7) is suspended.'
    expect(look(seen, { server }).why).toBe(server)
  })

  test.each<readonly [string, 'hosts-lines' | 'before-dnsmasq', string, string]>([
    ['/etc/hosts', 'hosts-lines', 'line 3 of /etc/hosts', 'Take the line out…'],
    ['/etc/dnsmasq.d/macula.conf', 'before-dnsmasq', '/etc/dnsmasq.d/macula.conf', 'Take the file out…'],
  ])('what set-up can take out of %s is offered as its step', (file, step, what, label) => {
    const lines = [{ file, line: 3, text: `127.0.0.1 ${name}`, step }]
    for (const seen of [answer('127.0.0.1', own), answer(own, '127.0.0.1'), answer('127.0.0.1')]) {
      const rung = look({ ...seen, lines })
      expect(rung.state).toBe('round')
      expect(rung.todo).toBe(`maculactl setup takes ${what} out; until then use ${own}.`)
      expect(rung.fix).toEqual({
        label,
        command: 'maculactl setup',
        action: { kind: 'setup', changes: [step] },
      })
    }
  })

  test('what PowerDNS has for it is told and no trouble: ours win', () => {
    const rung = look(answer(own), { theirs: ['10.1.1.1'] })
    expect(rung).toMatchObject({
      state: 'ok',
      says: `${name} is ${own}; PowerDNS has 10.1.1.1 for it`,
      why: expect.stringContaining('this machine never sees 10.1.1.1') as unknown,
      todo: expect.stringContaining(`give it ${own} there`) as unknown,
    })
    for (const theirs of [undefined, [], [own], [own, '10.1.1.1']])
      expect(look(answer(own), { theirs })).toEqual({
        id: 'name',
        state: 'ok',
        ms: 2,
        says: `${name} is ${own}`,
      })
  })

  test('it stops what opens by name only, and set-up is offered where no resolver is led to us', () => {
    expect(look(answer('10.0.0.1'), { byNameOnly: true }).state).toBe('stop')
    expect(look(answer('127.0.0.1', own), { byNameOnly: true }).state).toBe('stop')
    expect(look(answer(own, '10.0.0.1'), { byNameOnly: true }).state).toBe('round')
    expect(look(answer('10.0.0.1'), { byNameOnly: true, answers: true }).state).toBe('round')
    expect(look({ kind: 'none', code: 'ENOTFOUND', ms: 2 }, { routed: false }).fix?.action).toEqual({
      kind: 'setup',
      changes: [],
    })
    expect(look(answer(own), { name: undefined }).state).toBe('unused')
    expect(look(answer(own), { address: null }).state).toBe('unused')
  })

  test.each<readonly [string, NameSeen, RegExp, RegExp]>([
    [
      'unknown',
      { kind: 'none', code: 'ENOTFOUND', ms: 2 },
      /\| needs its name, which is not known/,
      /\| name not known/,
    ],
    ['silent', { kind: 'timeout', ms: 6000 }, /opens by name only\.$/, /use the address until/],
    [
      'slow',
      { ...answer(own), ms: 5004 },
      /needs its name, 5\.0 s.*opens by name only, slowly/,
      /name takes 5\.0 s.*use the address\.$/,
    ],
  ])('a name that is %s is told otherwise where nothing opens without it', (_, seen, needed, not) => {
    expect(said(look(seen, { byNameOnly: true }))).toMatch(needed)
    expect(said(look(seen))).toMatch(not)
  })

  test.each([
    [undefined, undefined, 'Take out the other entry, or use 127.0.0.4.'],
    [[], undefined, 'Take out the other entry, or use 127.0.0.4.'],
    [
      hosts('10.0.0.1 a', 4),
      '/etc/hosts:4 says “10.0.0.1 a”',
      'Take line 4 out of /etc/hosts (sudoedit /etc/hosts), or use 127.0.0.4.',
    ],
    [
      [...hosts('10.0.0.1 a', 4), ...hosts('10.0.0.2 a', 9)],
      '/etc/hosts:4 says “10.0.0.1 a” (and 1 line more)',
      'Take line 4 out of /etc/hosts (sudoedit /etc/hosts), or use 127.0.0.4.',
    ],
    [
      [...hosts('10.0.0.1 a', 4), ...hosts('10.0.0.2 a', 9), ...hosts('10.0.0.3 a', 10)],
      '/etc/hosts:4 says “10.0.0.1 a” (and 2 lines more)',
      'Take line 4 out of /etc/hosts (sudoedit /etc/hosts), or use 127.0.0.4.',
    ],
    [
      hosts('127.0.0.9 a', 4).map((one) => ({ ...one, ours: true as const })),
      '/etc/hosts:4, in Macula’s own block, says “127.0.0.9 a”',
      'maculactl setup writes the block again; until then use 127.0.0.4.',
    ],
  ])('lines of files that lead elsewhere: %j', (lines, line, todo) => {
    expect(sayLine(lines)).toBe(line)
    expect(sayLineTodo(lines, own)).toBe(todo)
  })

  test('a changed line of our own block is set-up’s to write again, not a person’s to take out', () => {
    const lines = hosts('127.0.0.9 a', 4).map((one) => ({ ...one, ours: true as const }))
    for (const seen of [answer('127.0.0.9'), answer(own, '127.0.0.9')]) {
      const rung = look({ ...seen, lines }, { routed: false })
      expect(rung.todo).toBe('maculactl setup writes the block again; until then use 127.0.0.4.')
      expect(rung.fix?.command).toBe('maculactl setup')
      // Led here in another way, set-up has nothing to write: the block is left over.
      const routed = look({ ...seen, lines }, { routed: true })
      expect(routed.todo).toContain('maculactl undo route-hosts takes that block out')
      expect(routed.fix).toBeUndefined()
    }
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
