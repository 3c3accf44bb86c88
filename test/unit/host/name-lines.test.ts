import { expect, test } from 'vitest'
import { hostsLines, switchLines } from '../../../main/system/host/name-lines.ts'

/** The lines of a machine's own files that decide what a name is. */

const file = [
  '127.0.0.1 localhost',
  '127.0.0.1\tgrafana.macula.local  other # ours once',
  '# 10.0.0.1 grafana.macula.local',
  '10.0.0.9 notgrafana.macula.local grafana.macula.local.example',
  '  ::1   GRAFANA.macula.local',
  '# BEGIN macula-desktop',
  '127.0.0.4 grafana.macula.local',
  '# END macula-desktop',
  '10.0.0.2 x#grafana.macula.local',
].join('\n')

const step = 'hosts-lines'

test('every line that gives the name another address is told, with its number and text', () => {
  expect(hostsLines(file, 'grafana.macula.local', '127.0.0.4')).toEqual([
    { file: '/etc/hosts', line: 2, text: '127.0.0.1 grafana.macula.local other # ours once', step },
    { file: '/etc/hosts', line: 5, text: '::1 GRAFANA.macula.local', step },
  ])
  expect(hostsLines(file, 'loki.macula.local', '127.0.0.5')).toEqual([])
  expect(hostsLines('', 'grafana.macula.local', '127.0.0.4')).toEqual([])
})

test('a line of our own block is known as ours, and those around it are not', () => {
  const text = [
    '127.0.0.7 a.macula.local',
    '# BEGIN macula-desktop',
    '127.0.0.8 a.macula.local',
    '127.0.0.9 a.macula.local',
    '# END macula-desktop',
    '127.0.0.7 a.macula.local',
  ]
  const ours = (lines: readonly string[]) =>
    hostsLines(lines.join('\n'), 'a.macula.local', '127.0.0.4').map(({ line, ours: is }) => [
      line,
      is ?? false,
    ])
  expect(ours(text)).toEqual([
    [1, false],
    [3, true],
    [4, true],
    [6, false],
  ])
  // Without one of its markers there is no block, only lines.
  expect(ours(text.slice(0, 4)).every(([, is]) => is === false)).toBe(true)
})

test('a line is shown harmless and short', () => {
  const [line] = hostsLines(`10.0.0.1 a.b \u001b]0;x\u0007${'y'.repeat(500)}`, 'a.b', '127.0.0.4')
  expect(line?.text).not.toContain('\u001b')
  expect(line?.text.length).toBeLessThanOrEqual(160)
})

test.each([
  ['hosts: files mdns4_minimal [NOTFOUND=return] dns', 0],
  ['hosts:\tfiles', 0],
  ['hosts: dns files', 0],
  ['passwd: files\nhosts: resolve [!UNAVAIL=return] dns # files', 2],
  ['hosts: mymachines dns', 1],
  ['', 0],
])('nsswitch.conf %j leaves the hosts file out in line %i (0: it does not)', (text, line) => {
  expect(switchLines(text).map((one) => one.line)).toEqual(line === 0 ? [] : [line])
})
