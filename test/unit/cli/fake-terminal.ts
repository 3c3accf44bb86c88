import type { Piped, Terminal } from '../../../main/engine/engine.ts'
import { sayTerminalEnd, type TerminalWish } from '../../../main/model/terminal.ts'

/** What a hostile container prints: titles, clipboard, links, questions whose answers would be typed, bidi, huge counts. */
export const HOSTILE = [
  '\u001B]0;owned title\u0007',
  '\u001B]52;c;cm0gLXJmIC8=\u0007',
  '\u001B]8;;https://evil.invalid/\u0007click\u001B]8;;\u0007',
  '\u001B]10;?\u0007\u001B]11;?\u0007\u001B]4;1;?\u0007',
  '\u001B[>c\u001B[=c\u001B[>q\u001B[21t\u001B[18t\u001B[14t\u001B[?1$p\u001B[?6n',
  '\u001BP$qm\u001B\\\u001BP+q544e\u001B\\\u0005',
  'x\u001B[2147483647b\u001B[2147483647L\u001B[2147483647S\u001B[2147483647I\u001B[2147483647@',
  '\u001B[2147483647M\u001B[2147483647T\u001B[2147483647P\u001B[2147483647Z\u001B[2147483647X',
  '\u202Egnp.exe\u202C',
  '\r\nafter\r\n',
].join('')

/**
 * A stand-in for a program with a terminal: psql's prompt, an echo, one query, `hostile` prints the above, `exit` ends it. `typed`
 * hears everything that it was given.
 */
export function fakeTerminal(
  wish: TerminalWish,
  title: string,
  typed: (text: string) => void = () => undefined,
): Terminal {
  const waiting: string[] = []
  let wake = (): void => undefined
  let over: number | undefined
  let line = ''
  const prompt = wish.kind === 'sql' ? 'macula=# ' : '$ '
  const print = (text: string): void => {
    waiting.push(text)
    wake()
  }
  const answer = (asked: string): void => {
    if (asked === 'exit' || asked === '\\q') {
      over = 0
      return wake()
    }
    if (asked === 'hostile') print(HOSTILE)
    else if (/^select 40 \+ 2;$/i.test(asked))
      print(' ?column? \r\n----------\r\n       42\r\n(1 row)\r\n\r\n')
    else if (asked !== '') print(`${asked}: not found\r\n`)
    print(prompt)
  }
  async function* output(): AsyncGenerator<string> {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift() ?? ''
      if (over !== undefined) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  print(prompt)
  return {
    place: { program: wish.kind === 'sql' ? 'psql' : 'shell', where: 'macula-stand-in-1' },
    output: output(),
    type(text) {
      typed(text)
      for (const key of text)
        if (key === '\r') {
          print('\r\n')
          answer(line)
          line = ''
        } else {
          line += key
          print(key)
        }
      return Promise.resolve()
    },
    size: (columns, rows) => Promise.resolve(typed(`[${columns}x${rows}]`)),
    ended: () =>
      Promise.resolve(sayTerminalEnd(over ?? null, wish.kind === 'sql' ? 'psql' : 'The shell', title)),
    close() {
      over ??= 129
      wake()
      return Promise.resolve()
    },
  }
}

/** A stand-in for a program without a terminal: gives back its input, says its arguments on stderr, and ends with 7. */
export function fakePiped(argv: readonly string[], heard: (text: string) => void): Piped {
  let over = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    over = resolve
  })
  const got: Uint8Array[] = []
  return {
    output: (async function* () {
      yield { from: 'err', data: Buffer.from(argv.join(' ')) } as const
      await ended
      for (const data of got) yield { from: 'out', data } as const
    })(),
    write(data) {
      heard(Buffer.from(data).toString('latin1'))
      got.push(data)
      return Promise.resolve()
    },
    end: over,
    code: () => Promise.resolve(7),
    close() {
      over()
      return Promise.resolve()
    },
  }
}
