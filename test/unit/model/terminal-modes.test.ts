import { Terminal } from '@xterm/headless'
import { expect, test } from 'vitest'
import { createLeftModes } from '../../../main/model/terminal-modes.ts'

const E = '\u001B'

function left(...pieces: readonly string[]): string {
  const modes = createLeftModes()
  for (const piece of pieces) modes.hear(piece)
  return modes.end()
}

test.each([
  ['mouse', `${E}[?1000;1006h`, `${E}[?1000l${E}[?1006l`],
  ['a hidden cursor', `${E}[?25l`, `${E}[?25h`],
  ['no going on below', `${E}[?7l`, `${E}[?7h`],
  ['the other screen, after the mouse', `${E}[?1049h${E}[?1003h`, `${E}[?1003l${E}[?1049l`],
  ['pasting in brackets', `${E}[?2004h`, `${E}[?2004l`],
  ['keypad', `${E}=`, `${E}>`],
  ['inserting', `${E}[4h`, `${E}[4l`],
  ['colours', `${E}[1;31mred`, `${E}[m`],
  ['rows', `${E}[5;10r`, `${E}7${E}[r${E}8`],
  ['lines for letters', `${E}(0qqq`, `${E}(B`],
  ['the second set of letters', '\u000E', '\u000F'],
  ['the shape of the cursor', `${E}[2 q`, `${E}[0 q`],
  ['keys with modifiers', `${E}[>4;2m`, `${E}[>4m`],
  ['kitty’s keys', `${E}[>1u${E}[>3u`, `${E}[<2u`],
])('%s that was left is undone', (_, printed, undone) => {
  expect(left(printed)).toBe(undone)
})

test.each([
  ['nothing', 'hello\r\n'],
  ['what was set back', `${E}[?1049h${E}[?25l${E}[?1000hx${E}[?1000l${E}[?25h${E}[?1049l`],
  ['what a terminal begins with', `${E}[?25h${E}[?7h${E}[?1l${E}>${E}[m${E}[r${E}(B\u000F${E}[0 q${E}[ q`],
  ['colours that ended', `${E}[1;31mred${E}[0m${E}[1;31mred${E}[m`],
  ['keys', `${E}[>1u${E}[<u${E}[>4;2m${E}[>4;0m${E}[>4;2m${E}[>4m`],
  ['a reset', `${E}[?1000h${E}[31m${E}=${E}[>1u${E}c`],
  ['a soft reset', `${E}[31m${E}[5;9r${E}[?25l${E}[!p`],
  // Nobody knows what these were before.
  ['other modes', `${E}[?12345h${E}[?3h`],
])('%s leaves nothing to undo', (_, printed) => {
  expect(left(printed)).toBe('')
})

test('pieces are one stream, and the last word counts', () => {
  expect(left(`${E}[?1000h`, 'x', `${E}[?1000l`, `${E}[?1002h`)).toBe(`${E}[?1002l`)
})

test('a real terminal is as before after a program that was killed', async () => {
  const terminal = new Terminal({ allowProposedApi: true, cols: 40, rows: 10 })
  const write = async (text: string): Promise<void> =>
    await new Promise<void>((resolve) => terminal.write(text, resolve))
  await write('$ maculactl shell grafana\r\n')
  const before = { ...terminal.modes }
  const killed = `${E}[?1049h${E}[?1h${E}=${E}[?1002;1006h${E}[?1004h${E}[?2004h${E}[?7l${E}[4h${E}[2;5r`
  await write(killed)
  expect({ ...terminal.modes }).not.toEqual(before)
  expect(terminal.buffer.active.type).toBe('alternate')
  await write(left(killed))
  expect({ ...terminal.modes }).toEqual(before)
  expect(terminal.buffer.active.type).toBe('normal')
  expect(terminal.buffer.active.cursorY).toBe(1)
  terminal.dispose()
})
