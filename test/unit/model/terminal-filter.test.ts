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
  ['\u001B[6n\u001B[5n\u001B[c', '\u001B[6n\u001B[5n\u001B[c'],
  ['\u001B[?6n\u001B[>c\u001B[>q\u001B[?2026$p\u001B[21t\u001B[?u\u001BZ\u0005x', 'x'],
  ['\u001B]52;c;aaaa\u001B\\x', 'x'],
  ['\u001BPq#0\u0007still\u001B\\x', 'x'],
  ['\u001B_Gi=1\u001B\\\u001B^pm\u001B\\\u001BXsos\u001B\\x', 'x'],
  ['\u009D0;title\u0007x', '\uFFFD0;title\u0007x'],
  ['\u001B]0;never ended', ''],
  ['\u001B]0;ended\u0018x', 'x'],
  [`\u001B[${'1;'.repeat(300)}mx`, 'x'],
  ['\u001B[2147483647bx\u001B[3b', 'x\u001B[3b'],
  ['héllo 🦊\t\r\n', 'héllo 🦊\t\r\n'],
])('%j becomes %j', (printed, drawn) => {
  expect(createTerminalFilter()(printed)).toBe(drawn)
})
