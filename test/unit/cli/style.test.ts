import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { toAscii } from '../../../main/cli/face.ts'
import { cut, pad, widthOf, wrap } from '../../../main/cli/layout.ts'
import { penFor, speaksUnicode, wantsColour } from '../../../main/cli/style.ts'
import { sayBytes, sayDay, sayElapsed } from '../../../main/model/say.ts'

describe('colour', () => {
  test.each([
    ['a terminal', {}, true, true],
    ['a pipe', {}, false, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, true, true],
    ['FORCE_COLOR into a pipe', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR over NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
  ])('%s', (_, env, tty, expected) => {
    expect(wantsColour(env, tty)).toBe(expected)
  })
})

describe('character set', () => {
  test.each([
    ['UTF-8', { LANG: 'de_DE.UTF-8' }, true],
    ['utf8', { LANG: 'en_US.utf8' }, true],
    ['LC_ALL over LANG', { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, false],
    ['an empty LC_ALL does not count', { LC_ALL: '', LANG: 'de_DE.UTF-8' }, true],
    ['nothing said', {}, false],
    ['the Linux console', { TERM: 'linux', LANG: 'C.UTF-8' }, false],
  ])('%s', (_, env, expected) => {
    expect(speaksUnicode(env, 'linux')).toBe(expected)
  })

  test('without UTF-8 no byte above 127 is written', () => {
    // eslint-disable-next-line no-control-regex -- the range is what is tested
    expect(toAscii('“5.0 s” – it’s … • ✔ 漢 \u{1F600} \u06DB')).toMatch(/^[\u0000-\u007F]*$/)
  })
})

describe('layout', () => {
  const style = penFor({ isTTY: true, columns: 80 } as never, { LANG: 'C.UTF-8', NO_COLOR: '1' }, 'linux')

  test('wide characters count as two columns', () => {
    expect(widthOf('漢字')).toBe(4)
    expect(widthOf(cut(style, '漢字漢字漢字', 7))).toBeLessThanOrEqual(7)
    expect(pad('漢', 4)).toBe('漢  ')
    expect(pad('1 ms', 6, 'right')).toBe('  1 ms')
  })

  test('lines are wrapped with a hanging indent', () => {
    expect(wrap('one two three four', 12, '  ', '- ')).toEqual(['- one two', '  three four'])
  })
})

describe('numbers as people read them', () => {
  test('elapsed, bytes and days', () => {
    expect([0, 450, 12_345, 125_000].map(sayElapsed)).toEqual(['0.0 s', '0.5 s', '12.3 s', '2:05'])
    expect([812_000, 41_300_000, 1_250_000_000].map(sayBytes)).toEqual(['812 kB', '41.3 MB', '1.25 GB'])
    const at = new Date(2026, 10, 20, 7, 1).getTime()
    expect(sayDay(at, at)).toBe('20 Nov 07:01')
    expect(sayDay(at, new Date(2027, 0, 1).getTime())).toBe('20 Nov 2026 07:01')
  })
})

test('a terminal that does not know its size (0 columns) is drawn on as one of 80', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 0 })
  expect(penFor(stream, {}, 'linux').width).toBe(80)
})
