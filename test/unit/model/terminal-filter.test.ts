import { Terminal } from '@xterm/headless'
import { expect, test } from 'vitest'
import { createTerminalFilter } from '../../../main/model/terminal-filter.ts'
import { HOSTILE } from '../cli/fake-terminal.ts'

/** What a terminal without any guard of ours makes of it. */
async function seen(text: string) {
  const terminal = new Terminal({ allowProposedApi: true, cols: 80, rows: 24 })
  const told: string[] = []
  terminal.onData((data) => told.push(data))
  terminal.onTitleChange((title) => told.push(title))
  for (const code of [4, 8, 9, 10, 11, 52, 777, 1337])
    terminal.parser.registerOscHandler(code, (data) => {
      told.push(`${code} ${data}`)
      return true
    })
  await new Promise<void>((resolve) => terminal.write(text, resolve))
  const shown = Array.from(
    { length: 24 },
    (_, at) => terminal.buffer.active.getLine(at)?.translateToString(true) ?? '',
  ).join('\n')
  terminal.dispose()
  return { told, shown: shown.trimEnd() }
}

const tame = HOSTILE.replaceAll('2147483647', '3')

test('what a hostile program prints reaches no title, no clipboard, no link, and types nothing; unfiltered it does', async () => {
  expect((await seen(tame)).told.length).toBeGreaterThan(5)
  const { told, shown } = await seen(createTerminalFilter()(tame))
  expect(told).toEqual([])
  expect(shown).toContain('\uFFFDgnp.exe\uFFFD')
  expect(shown).toContain('after')
})

test('wherever the pieces are cut, the same comes out', () => {
  const whole = createTerminalFilter()(tame)
  for (let at = 1; at < tame.length; at += 1) {
    const filter = createTerminalFilter()
    expect(filter(tame.slice(0, at)) + filter(tame.slice(at))).toBe(whole)
  }
})

test.each([
  ['\u001B[31mred\u001B[0m', '\u001B[31mred\u001B[0m'],
  [
    '\u001B[?1049h\u001B[2;5H\u001B(0q\u001B(B\u001B7\u001B8\u001B=',
    '\u001B[?1049h\u001B[2;5H\u001B(0q\u001B(B\u001B7\u001B8\u001B=',
  ],
  ['A\u001B[cB\u001B[5nC\u001B[6n\u001B[0cD', 'ABC\u001B[6nD'],
  ['\u001B[?6n\u001B[>c\u001B[>q\u001B[?2026$p\u001B[21t\u001B[?u\u001BZ\u0005x', 'x'],
  ['\u001B]52;c;aaaa\u001B\\x', 'x'],
  ['\u001BPq#0\u0007still\u001B\\x', 'x'],
  ['\u001B_Gi=1\u001B\\\u001B^pm\u001B\\\u001BXsos\u001B\\x', 'x'],
  ['\u009D0;title\u0007x', '\uFFFD0;title\u0007x'],
  ['\u001B]0;never ended', ''],
  ['\u001B]0;ended\u0018x', 'x'],
  ['\u001B]0;ended\u001Ax', 'x'],
  ['\u001B[3\u001Amx', 'mx'],
  [`\u001B[${'1;'.repeat(300)}mx`, 'x'],
  // 256 characters are the most that is held of one.
  [`\u001B[${'1;'.repeat(126)}1mx`, `\u001B[${'1;'.repeat(126)}1mx`],
  [`\u001B[${'1;'.repeat(126)}11mx`, 'x'],
  [`\u001B${'('.repeat(300)}Bx`, 'x'],
  ['\u001B[2147483647bx\u001B[3b', 'x\u001B[3b'],
  ['héllo 🦊\t\r\n', 'héllo 🦊\t\r\n'],
])('%j becomes %j', (printed, drawn) => {
  expect(createTerminalFilter()(printed)).toBe(drawn)
})

/** Each leaves only the x after it: asks, prints, erases what scrolled away, or changes the language that is read. */
test.each([
  ['DECREQTPARM', '[x'],
  ['DECRQCRA', '[1;1;1;1;1;1*y'],
  ['DECRQPSR', '[1$w'],
  ['XTSMGRAPHICS', '[?1;1;0S'],
  ['XTQMODKEYS', '[?4m'],
  ['XTREPORTCOLORS', '[#R'],
  ['DECRQUPSS', '[&u'],
  ['DECRQLP', "['|"],
  ['locator', "[1'z"],
  ['media copy', '[i'],
  ['printer on', '[5i'],
  ['DEC media copy', '[?5i'],
  ['DECRQM', '[20$p'],
  ['DA3', '[=c'],
  ['XTVERSION', '[>0q'],
  ['printer status', '[?15n'],
  ['an unknown report', '[7n'],
  ['kitty flags', '[?u'],
  ['8-bit answers', '[62;0"p'],
  ['scrollback', '[3J'],
  ['scrollback with zeros', '[0;03J'],
  ['mouse highlight', '[1;1;1;1;1T'],
  ['VT52', '[?2l'],
  ['VT52 among others', '[?1;02l'],
  ['VT52 restored', '[?2r'],
  ['Tektronix', '[?38h'],
  ['a control character within', '[2\r1t'],
  ['a C1 within', '[\u009B21t'],
  ['Linux console', '[12]'],
  ['a locked keyboard', '[2h'],
  ['local echo', '[4;12l'],
  ['columns without end', '[2147483647 A'],
  ['encoding', '%@'],
  ['encoding UTF-8', '%G'],
  ['8-bit controls', ' G'],
  ['title of screen', 'ktitle\u001B\\'],
  ['guarded area', 'V'],
  ['a C1 after', '\u009D'],
  ['a line feed after', '\n'],
])('%s (ESC %j) is taken out', (_, sequence) => {
  expect(createTerminalFilter()(`\u001B${sequence}x`)).toBe('x')
})

test.each([
  // vim, less, htop, tmux, readline and shells draw with these.
  '[?2004h',
  '[?1049h',
  '[?1;1000;1006h',
  '[?25l',
  '[?2026h',
  '[?12;25h',
  '[>4;2m',
  '[>1u',
  '[<u',
  '[2 q',
  '[!p',
  '[38;5;208m',
  '[38:2::1:2:3m',
  '[4l',
  '[1;24r',
  '[H',
  '[9999A',
  '[9999;9999H',
  '[3 @',
  '[2J',
  '[J',
  '[K',
  '[?0c',
  '[10d',
  '[3S',
  '[3T',
  '[3g',
  '(0',
  ')B',
  '#8',
  'c',
  'M',
])('ESC %s is drawn', (sequence) => {
  expect(createTerminalFilter()(`\u001B${sequence}x`)).toBe(`\u001B${sequence}x`)
})
