import { expect, test } from 'vitest'
import { createShell } from '../../../renderer/store/shell.ts'
import { openSession } from '../../../renderer/views/terminal/session.ts'
import { pasted } from '../../../renderer/views/terminal/guard.ts'
import { fakeLink, type Answers } from './fake-link.ts'

/** What a terminal of the window asks of the engine: never more than one of a kind at a time, and nothing is lost by it. */

const place = { program: 'shell', where: 'macula-loki-1' }

async function opened(answers: Answers) {
  const link = fakeLink({ openTerminal: () => place, closeStream: () => null, ...answers })
  const prints: (() => void)[] = []
  const ends: unknown[] = []
  const session = await new Promise<ReturnType<typeof openSession>>((resolve) => {
    const made = openSession(
      createShell(link),
      { service: 'loki', kind: 'shell', columns: 80, rows: 24 },
      {
        opened: () => resolve(made),
        print: (_, drew) => prints.push(drew),
        ended: (how) => ends.push(how),
      },
    )
  })
  const asked = (name: string): readonly unknown[] =>
    link.asked.flatMap((one) => (one.name === name ? [one.input] : []))
  const [{ stream } = { stream: '' }] = asked('openTerminal') as { stream: string }[]
  return { link, session, stream, asked, prints, ends }
}

test('of a storm of sizes one is asked for at a time, and the last of them holds', async () => {
  const waiting: ((value: null) => void)[] = []
  const { session, asked, ends } = await opened({
    sizeTerminal: async () => await new Promise((resolve) => waiting.push(resolve)),
  })
  for (let columns = 81; columns < 300; columns += 1) session.size(columns, 24)
  expect(asked('sizeTerminal')).toHaveLength(1)
  waiting.shift()?.(null)
  await expect.poll(() => asked('sizeTerminal').length).toBe(2)
  expect(asked('sizeTerminal').at(-1)).toMatchObject({ columns: 299, rows: 24 })
  waiting.shift()?.(null)
  session.size(100, 30)
  await expect.poll(() => asked('sizeTerminal').length).toBe(3)
  expect(ends).toEqual([])
})

test('what was drawn meanwhile is told together, and all of it', async () => {
  const waiting: ((value: null) => void)[] = []
  const { link, stream, asked, prints } = await opened({
    drewTerminal: async () => await new Promise((resolve) => waiting.push(resolve)),
  })
  for (let at = 0; at < 100; at += 1) link.tell({ event: 'terminal', payload: { stream, text: 'x\n' } })
  await expect.poll(() => prints.length).toBe(100)
  for (const drew of prints) drew()
  expect(asked('drewTerminal')).toHaveLength(1)
  waiting.shift()?.(null)
  await expect.poll(() => asked('drewTerminal').length).toBe(2)
  const told = asked('drewTerminal') as readonly { characters: number }[]
  expect(told.reduce((sum, { characters }) => sum + characters, 0)).toBe(200)
})

test.each([
  ['plain text', 'ls -l\n', 'ls -l\n'],
  ['the end of pasting, which would type the rest', 'ls\u001B[201~\rrm -rf x\r', 'ls[201~\rrm -rf x\r'],
  ['control characters that a program would obey', 'a\u0003b\u0004c\u001A\u007Fd\u009B201~e', 'abcd201~e'],
  ['tabs, lines and letters of everybody', 'a\tü\r\n語😀', 'a\tü\r\n語😀'],
])('of what is pasted only text is typed: %s', (_, text, typed) => {
  expect(pasted(text)).toBe(typed)
})
