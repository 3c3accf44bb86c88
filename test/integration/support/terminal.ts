import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { argv } from './actor.ts'

/** What a keyboard sends. */
export const key = {
  enter: '\r',
  down: '\u001B[B',
  up: '\u001B[A',
  escape: '\u001B',
  ctrlC: '\u0003',
} as const

export interface Terminal {
  /** Waits until the screen was told this, after what was waited for before. A key that is typed sooner meets no question. */
  readonly told: (text: string | RegExp, deadline?: number) => Promise<void>
  readonly type: (...keys: readonly string[]) => void
  /** Resolves with the exit code of the command. */
  readonly ended: Promise<number>
  /** All that was drawn, without colours and movements of the cursor; blanks and line ends as one blank. */
  readonly shown: () => string
}

/** Blanks, line ends and the bar that leads a question's further lines. */
const plain = (text: string): string => stripVTControlCharacters(text).replaceAll(/[\s│]+/g, ' ')

/** `maculactl` of the plain user on a terminal of its own (util-linux' script), 120 columns wide, and a keyboard. */
export function onTerminal(words: readonly string[], command: readonly string[] = argv(words)): Terminal {
  const quoted = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')
  const child = spawn('script', ['-qec', `stty cols 120 rows 50; exec ${quoted}`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let shown = ''
  let read = 0
  const heard = new EventEmitter()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    heard.emit('more')
  })
  const ended = once(child, 'close').then(([code]) => {
    heard.emit('more')
    return Number(code ?? -1)
  })
  const find = (text: string | RegExp): boolean => {
    const rest = plain(shown).slice(read)
    const at = typeof text === 'string' ? rest.indexOf(text) : rest.search(text)
    if (at < 0) return false
    read += at + 1
    return true
  }
  return {
    async told(text, deadline = 120_000) {
      const signal = AbortSignal.timeout(deadline)
      while (!find(text)) {
        const isOver = child.exitCode !== null || child.signalCode !== null
        if (isOver)
          throw new Error(`it ended (${child.exitCode ?? ''}) without ${String(text)}:\n${plain(shown)}`)
        await once(heard, 'more', { signal }).catch(() => {
          child.kill('SIGKILL')
          throw new Error(`no ${String(text)} within ${deadline} ms:\n${plain(shown)}`)
        })
      }
    },
    type: (...keys) => void child.stdin.write(keys.join('')),
    ended,
    shown: () => plain(shown),
  }
}
