import { fc } from '../../chance.ts'
import { describe, expect, it } from 'vitest'
import type { RootVerb } from '../../../main/model/change.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { planOf, undoPlanOf } from '../../../main/system/root/plan.ts'
import { all, change, RESOLVED, SYSCTL } from './tree.ts'

const file = (over: Partial<Extract<RootVerb, { verb: 'file' }>>): RootVerb => ({
  verb: 'file',
  path: SYSCTL,
  mode: 0o644,
  content: '# x\n',
  ...over,
})

describe('the plan', () => {
  it('has these bytes', () => {
    expect(planOf(all).text).toBe(
      [
        'macula-plan 1',
        'file low-ports VGhlIGxvdy1wb3J0cw== /etc/sysctl.d/60-macula.conf 644 bmV0LmlwdjQuaXBfdW5wcml2aWxlZ2VkX3BvcnRfc3RhcnQgPSA4MAo=',
        'sysctl low-ports VGhlIGxvdy1wb3J0cw== net.ipv4.ip_unprivileged_port_start 80',
        'file route-systemd-resolved VGhlIHJvdXRlLXN5c3RlbWQtcmVzb2x2ZWQ= /etc/systemd/resolved.conf.d/macula.conf 644 IyBvdXJzCltSZXNvbHZlXQpETlM9MTI3LjAuMC4xOjUzNTQKRG9tYWlucz1+bWFjdWxhLmxvY2FsCg==',
        'reload route-systemd-resolved VGhlIHJvdXRlLXN5c3RlbWQtcmVzb2x2ZWQ= systemd-resolved',
        'block route-hosts VGhlIHJvdXRlLWhvc3Rz /etc/hosts MTI3LjAuMC40IGdyYWZhbmEubWFjdWxhLmxvY2FsCjEyNy4wLjAuOSBzMy5tYWN1bGEubG9jYWwK',
        '',
      ].join('\n'),
    )
    expect(planOf(all).sha256).toBe('83f1991ebd0a0d0a9248ddd8a76d3c0e06863e225d0442c09ec718861c4ae8c2')
    expect(planOf([change('tools', { verb: 'packages', names: ['dnsmasq-base', 'socat'] })]).text).toBe(
      'macula-plan 1\npackages tools VGhlIHRvb2xz dnsmasq-base,socat\n',
    )
    const taking = change(
      'migrate',
      { verb: 'remove', path: '/etc/dnsmasq.d/macula.conf', shown: '3'.repeat(64) },
      {
        verb: 'lines',
        path: '/etc/hosts',
        lines: [
          { line: 12, text: '127.0.0.1 a.b nas', stays: '127.0.0.1 nas' },
          { line: 3, text: '127.0.0.1 a.b', stays: '' },
        ],
      },
      { verb: 'unit-off', unit: 'dnsmasq.service' },
      { verb: 'end', pid: 4711, started: 123_456, argv: ['socat', 'TCP4-LISTEN:80', 'TCP4:127.0.0.1:8080'] },
    )
    expect(planOf([taking]).text.split('\n').slice(1, -1)).toEqual([
      `remove migrate VGhlIG1pZ3JhdGU= /etc/dnsmasq.d/macula.conf ${'3'.repeat(64)}`,
      'lines migrate VGhlIG1pZ3JhdGU= /etc/hosts 3:MTI3LjAuMC4xIGEuYg==:,12:MTI3LjAuMC4xIGEuYiBuYXM=:MTI3LjAuMC4xIG5hcw==',
      'unit-off migrate VGhlIG1pZ3JhdGU= dnsmasq.service',
      'end migrate VGhlIG1pZ3JhdGU= 4711 123456 c29jYXQAVENQNC1MSVNURU46ODAAVENQNDoxMjcuMC4wLjE6ODA4MAA=',
    ])
  })

  it('undoes all, some, or even what drifted', () => {
    expect(undoPlanOf(undefined, { evenIfDrifted: false }).text).toBe('macula-plan 1\nundo all\n')
    expect(undoPlanOf(['2', '7'], { evenIfDrifted: true }).text).toBe(
      'macula-plan 1\nundo 7 evenifdrifted\nundo 2 evenifdrifted\n',
    )
    for (const id of ['', '0', '01', '7 evenifdrifted', '7\nundo all', '../1', 'all', '1234567'])
      expect(() => undoPlanOf([id], { evenIfDrifted: false }), id).toThrow(MaculaError)
  })

  const hostile: Readonly<Record<string, RootVerb>> = {
    'a path outside': file({ path: '/etc/passwd' }),
    'a path with ..': file({ path: '/etc/sysctl.d/../60-macula.conf' }),
    'a path with a newline': file({ path: `${RESOLVED}\nundo all` }),
    'a path with a space': file({ path: `${RESOLVED} 644` }),
    'a resolver path that climbs': file({ path: '/etc/resolver/../../etc/cron.d/x' }),
    'a resolver path in a folder': file({ path: '/etc/resolver/a/b' }),
    'a resolver path of one dot': file({ path: '/etc/resolver/.' }),
    'a mode': file({ mode: 0o4755 }),
    'empty content': file({ content: '' }),
    'content without newline': file({ content: 'x' }),
    'content with NUL': file({ content: 'x\0\n' }),
    'content with CR': file({ content: 'x\r\n' }),
    'content with an empty line': file({ content: 'x\n\ny\n' }),
    'content beyond ASCII': file({ content: '# \u202e\n' }),
    'content of 1 MB': file({ content: '# x\n'.repeat(250_000) }),
    'a block elsewhere': { verb: 'block', path: '/etc/passwd', content: '127.0.0.1 a.b\n' },
    'another key': { verb: 'sysctl', key: 'kernel.panic', value: '80' },
    'a value with more': { verb: 'sysctl', key: 'net.ipv4.ip_unprivileged_port_start', value: '80\n' },
    'another unit': { verb: 'reload', unit: 'sshd' },
    'a file to remove that is not the old set-up’s': {
      verb: 'remove',
      path: '/etc/hosts',
      shown: '3'.repeat(64),
    },
    'a file to remove that nobody was shown': {
      verb: 'remove',
      path: '/etc/dnsmasq.d/macula.conf',
      shown: '',
    },
    'no lines': { verb: 'lines', path: '/etc/hosts', lines: [] },
    'a line twice': {
      verb: 'lines',
      path: '/etc/hosts',
      lines: [
        { line: 1, text: '127.0.0.1 a.b', stays: '' },
        { line: 1, text: '127.0.0.1 a.b', stays: '' },
      ],
    },
    'a line with a line in it': {
      verb: 'lines',
      path: '/etc/hosts',
      lines: [{ line: 1, text: '127.0.0.1 a.b\nx', stays: '' }],
    },
    'another unit to stop': { verb: 'unit-off', unit: 'ssh.service' as 'dnsmasq.service' },
    'the first process': { verb: 'end', pid: 1, started: 1, argv: ['socat'] },
    'a program that is not socat': { verb: 'end', pid: 4711, started: 1, argv: ['sh', '-c', 'id'] },
    'a word with a NUL': { verb: 'end', pid: 4711, started: 1, argv: ['socat', 'a\0b'] },
    'no packages': { verb: 'packages', names: [] },
    'a package that is an option': { verb: 'packages', names: ['-oDebug=1'] },
    'a package with a newline': { verb: 'packages', names: ['socat\nundo all'] },
  }
  it.each(Object.entries(hostile))('fault 5, 10: %s is refused before root is asked', (_, verb) => {
    expect(() => planOf([change('x', verb)])).toThrow(MaculaError)
  })

  it.each(['', 'a b', 'A', '../x', '-x', 'x\n'])('a change named %j is refused', (id) => {
    expect(() => planOf([change(id, file({}))])).toThrow(MaculaError)
  })

  it('fault 8: whatever is accepted stays one line of words, and reads back as it was', () => {
    const verb = fc.record({
      path: fc.oneof(fc.constantFrom(SYSCTL, RESOLVED), fc.string({ unit: 'binary', maxLength: 40 })),
      content: fc.oneof(fc.constant('# x\n'), fc.string({ unit: 'binary' })),
      title: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      id: fc.oneof(fc.constant('low-ports'), fc.string({ unit: 'binary', maxLength: 8 })),
    })
    let accepted = 0
    fc.assert(
      fc.property(verb, ({ path, content, title, id }) => {
        let text: string
        try {
          text = planOf([{ ...change(id, file({ path, content })), title }]).text
        } catch (error) {
          expect(error).toBeInstanceOf(MaculaError)
          return
        }
        accepted++
        const lines = text.split('\n')
        expect(lines).toHaveLength(3)
        const [verbWord, idWord, titleWord, pathWord, mode, contentWord, ...rest] = lines[1]?.split(' ') ?? []
        expect([verbWord, idWord, pathWord, mode, rest]).toEqual(['file', id, path, '644', []])
        expect(Buffer.from(titleWord ?? '', 'base64').toString()).toBe(Buffer.from(title).toString())
        expect(Buffer.from(contentWord ?? '', 'base64').toString()).toBe(content)
      }),
      { numRuns: 20_000 },
    )
    expect(accepted).toBeGreaterThan(100)
  })
})
