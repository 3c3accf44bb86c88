import { expect, test } from 'vitest'
import { giveRoom } from '../../../main/cli/short-lived.ts'

/** How much room for new values a command gets: what runs for long must not hold it. */

const given = (line: string): readonly string[] => {
  const flags: string[] = []
  giveRoom(line === '' ? [] : line.split(' '), (flag) => void flags.push(flag))
  return flags
}

test.each(['status', 'status grafana', 'up', 'up @frontend --json', 'down', 'doctor'])(
  '"%s" ends soon',
  (line) => expect(given(line)).toEqual(['--semi-space-growth-factor=32']),
)

test.each(['', 'ui', 'logs', 'logs --follow', 'status --watch', 'status -w', '__forward 127.0.0.1 80 1 2'])(
  '"%s" may run for days',
  (line) => expect(given(line)).toEqual([]),
)

test('Node takes the flag', () => {
  expect(() => giveRoom(['status'])).not.toThrow()
})
