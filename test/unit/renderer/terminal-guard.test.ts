import { Terminal } from '@xterm/headless'
import { expect, test } from 'vitest'
import { drawable, guard } from '../../../renderer/views/terminal/guard.ts'
import { HOSTILE } from '../cli/fake-terminal.ts'

/** The terminal of the window without a page: the same reading of sequences. */
async function feed(text: string, guarded = true) {
  const terminal = new Terminal({ allowProposedApi: true, cols: 80, rows: 24, scrollback: 1000 })
  const answers: string[] = []
  const titles: string[] = []
  terminal.onData((data) => answers.push(data))
  terminal.onTitleChange((title) => titles.push(title))
  if (guarded) guard(terminal)
  await new Promise<void>((resolve) => terminal.write(guarded ? drawable(text) : text, resolve))
  const lines = Array.from(
    { length: 24 },
    (_, at) => terminal.buffer.active.getLine(at)?.translateToString(true) ?? '',
  )
  terminal.dispose()
  return { answers, titles, text: lines.join('\n').trimEnd() }
}

test('what a hostile program prints reaches nothing but its own screen', async () => {
  const seen = await feed(HOSTILE)
  expect(seen.answers).toEqual([])
  expect(seen.titles).toEqual([])
  expect(seen.text).toContain('click')
  expect(seen.text).toContain('\uFFFDgnp.exe\uFFFD')
  expect(seen.text).toContain('after')
})

test('without the guard the same would answer and name the window', async () => {
  const tame = HOSTILE.replaceAll('2147483647', '3')
  const seen = await feed(tame, false)
  expect(seen.answers.length).toBeGreaterThan(0)
  expect(seen.titles).toEqual(['owned title'])
})

test.each([
  ['\u001B[6n', ['\u001B[1;1R']],
  ['\u001B[5n', ['\u001B[0n']],
  ['\u001B[c', ['\u001B[?1;2c']],
  ['\u001B[>c', []],
  ['\u001B[?6n', []],
  ['\u001B[?2026$p', []],
  ['\u009B>c', []],
  ['\u001BP$qm\u001B\\', []],
  ['\u001B]11;?\u001B\\', []],
])('%j is answered with %j', async (asked, answers) => {
  expect((await feed(asked)).answers).toEqual(answers)
})

test('honest programs still move, insert and scroll', async () => {
  const seen = await feed('one\r\ntwo\u001B[1;1H\u001B[1Lzero\u001B[4;1Hend\u001B[2b')
  expect(seen.text).toBe('zero\none\ntwo\nenddd')
})
