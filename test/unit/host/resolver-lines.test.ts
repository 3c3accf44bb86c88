import { describe, expect, test } from 'vitest'
import { dnsmasqLines, resolvedLines, type Question } from '../../../main/system/host/resolver-lines.ts'

/** Which lines of dnsmasq's and systemd-resolved's files are blamed for a name, and which are not. */

const question: Question = {
  name: 'grafana.macula.local',
  address: '127.0.0.4',
  answers: ['10.1.1.1'],
  server: { address: '127.0.0.1', port: 5354 },
}

describe('dnsmasq', () => {
  const hit = (line: string, part: Partial<Question> = {}): boolean =>
    dnsmasqLines('/etc/dnsmasq.d/x.conf', `# first\n${line}`, { ...question, ...part }).length > 0

  test.each([
    'address=/grafana.macula.local/10.1.1.1',
    '  address = /macula.local/10.1.1.1  # all',
    'address=/a.b/grafana.macula.local/10.1.1.1',
    'host-record=grafana.macula.local,10.1.1.1',
    'host-record=grafana.macula.local,grafana,10.1.1.1,60',
    'server=/macula.local/172.20.0.10',
    'server=/macula.local/127.0.0.1#5355',
    'server=/macula.local/',
    'local=/macula.local/',
  ])('%s leads it elsewhere', (line) => expect(hit(line)).toBe(true))

  test.each([
    // It gives another answer than the one that was seen.
    'address=/grafana.macula.local/10.2.2.2',
    'address=/grafana.macula.local/127.0.0.4',
    'address=/loki.macula.local/10.1.1.1',
    'address=/notmacula.local/10.1.1.1',
    'address=//10.1.1.1',
    'address=/macula.local/',
    '#address=/grafana.macula.local/10.1.1.1',
    'host-record=loki.macula.local,10.1.1.1',
    'server=/macula.local/127.0.0.1#5354',
    'server=/lab/172.20.0.10',
    'server=8.8.8.8',
    'no-hosts',
    '',
  ])('%s does not', (line) => expect(hit(line)).toBe(false))

  test('one that says there is no such name is blamed only where that is the answer', () => {
    expect(hit('address=/macula.local/', { answers: [] })).toBe(true)
    expect(hit('address=/macula.local/10.1.1.1', { answers: [] })).toBe(false)
  })

  test('file, number and text are told; the platform’s own file has a step that takes it out', () => {
    const text =
      'no-hosts\naddress=/home.macula.local/127.0.0.1\naddress=/grafana.macula.local/10.1.1.1 \u001B[2J'
    expect(dnsmasqLines('/etc/dnsmasq.d/macula.conf', text.replace(' \u001B[2J', ''), question)).toEqual([
      {
        file: '/etc/dnsmasq.d/macula.conf',
        line: 3,
        text: 'address=/grafana.macula.local/10.1.1.1',
        step: 'before-dnsmasq',
      },
    ])
    expect(
      dnsmasqLines('/etc/dnsmasq.d/mine.conf', text.replace(' \u001B[2J', ''), question)[0],
    ).not.toHaveProperty('step')
  })
})

describe('systemd-resolved', () => {
  const lines = (text: string) => resolvedLines('/etc/systemd/resolved.conf.d/lab.conf', text, question)

  test('a file that routes the name to another server is named by its line', () => {
    expect(lines('[Resolve]\nDNS=10.0.0.2\nDomains=~lab ~macula.local\n')).toEqual([
      { file: '/etc/systemd/resolved.conf.d/lab.conf', line: 3, text: 'Domains=~lab ~macula.local' },
    ])
    expect(lines('[Delegate]\nDNS=10.0.0.2\nDomains=grafana.macula.local\n')).toHaveLength(1)
  })

  test.each([
    ['to ours', '[Resolve]\nDNS=127.0.0.1:5354\nDomains=~macula.local\n'],
    ['of other names', '[Resolve]\nDNS=10.0.0.2\nDomains=~lab ~local.macula\n'],
    ['of everything', '[Resolve]\nDNS=10.0.0.2\nDomains=~.\n'],
    ['without a server', '[Resolve]\nDomains=~macula.local\n'],
    ['a comment', '[Resolve]\nDNS=10.0.0.2\n#Domains=~macula.local\n'],
  ])('%s: not', (_, text) => expect(lines(text)).toEqual([]))
})
