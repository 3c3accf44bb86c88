import { troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { TerminalKind, TerminalPlace } from '../../../main/model/terminal.ts'
import { MOST_TYPED } from '../../../preload/contract.ts'
import { newToken } from '../../token.ts'
import type { Shell } from '../../store/shell.ts'

/** What is typed ahead of a program that takes nothing (characters); more is dropped. */
const MOST_AHEAD = 1024 * 1024

/** What a session tells. */
export interface SessionEvents {
  readonly opened: (place: TerminalPlace) => void
  /** `drew`: to be called when it is on the screen. */
  readonly print: (text: string, drew: () => void) => void
  readonly ended: (end: { readonly says: string } | { readonly trouble: Trouble }) => void
}

export interface Session {
  type(text: string): void
  size(columns: number, rows: number): void
  close(): void
}

/** A terminal over the contract's stream. What is typed goes one piece at a time, so that none overtakes another. */
export function openSession(
  shell: Shell,
  wish: {
    readonly service: string
    readonly kind: TerminalKind
    readonly columns: number
    readonly rows: number
  },
  tell: SessionEvents,
): Session {
  const stream = newToken()
  let ahead = ''
  let sending = false
  let isOpen = false
  let over = false
  const isOver = (): boolean => over
  let last = { columns: wish.columns, rows: wish.rows }

  const end = (how: Parameters<SessionEvents['ended']>[0]): void => {
    if (over) return
    over = true
    for (const quiet of quiets) quiet()
    tell.ended(how)
  }
  const failed = (error: unknown): void => end({ trouble: troubleOf(error) })

  let drawn = 0
  let telling = false
  /** A program that prints many small pieces is told of all that were drawn meanwhile at once. */
  async function drew(characters: number): Promise<void> {
    drawn += characters
    if (telling) return
    telling = true
    while (drawn > 0 && !isOver()) {
      const now = drawn
      drawn = 0
      await shell.request('drewTerminal', { stream, characters: now }).catch(() => undefined)
    }
    telling = false
  }

  const quiets = [
    shell.on('terminal', ({ stream: of, text }) => {
      if (of === stream && !over) tell.print(text, () => void drew(text.length))
    }),
    shell.on('streamEnd', ({ stream: of, trouble, ended }) => {
      if (of === stream) end(trouble ? { trouble } : { says: ended?.says ?? '' })
    }),
    // The way to the engine was away: the terminal is still there, or this says why not.
    shell.on('connected', (connected) => {
      if (connected && isOpen) void resize()
    }),
  ]

  let sizing = false
  let isOwed = false
  /** A window that is drawn larger has a new size with every frame: one is asked for at a time, the last one in the end. */
  async function resize(): Promise<void> {
    isOwed = true
    if (sizing) return
    sizing = true
    try {
      while (isOwed && !isOver()) {
        isOwed = false
        await shell.request('sizeTerminal', { stream, ...last })
      }
    } catch (error) {
      failed(error)
    } finally {
      sizing = false
    }
  }

  async function send(): Promise<void> {
    if (sending || !isOpen) return
    sending = true
    try {
      while (ahead !== '' && !isOver()) {
        // A character of two halves is not cut.
        const cut = /[\uD800-\uDBFF]$/.test(ahead.slice(0, MOST_TYPED)) ? MOST_TYPED - 1 : MOST_TYPED
        const text = ahead.slice(0, cut)
        ahead = ahead.slice(cut)
        await shell.request('typeTerminal', { stream, text })
      }
    } catch (error) {
      failed(error)
    } finally {
      sending = false
    }
  }

  async function begin(): Promise<void> {
    try {
      const place = await shell.request('openTerminal', { stream, ...wish })
      isOpen = true
      if (isOver()) {
        await shell.request('closeStream', { stream }).catch(() => undefined)
        return
      }
      tell.opened(place)
      if (last.columns !== wish.columns || last.rows !== wish.rows) void resize()
      await send()
    } catch (error) {
      failed(error)
    }
  }
  void begin()

  return {
    type(text) {
      if (over || ahead.length + text.length > MOST_AHEAD) return
      ahead += text
      void send()
    },
    size(columns, rows) {
      if (columns === last.columns && rows === last.rows) return
      last = { columns, rows }
      if (isOpen && !over) void resize()
    },
    close() {
      if (over) return
      over = true
      for (const quiet of quiets) quiet()
      if (isOpen) shell.request('closeStream', { stream }).catch(() => undefined)
    },
  }
}
