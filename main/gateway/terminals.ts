import type { Terminal } from '../engine/engine.ts'
import { MaculaError } from '../model/errors.ts'
import type { TerminalPlace } from '../model/terminal.ts'
import type { Output, Parsed } from '../../preload/contract.ts'
import type { GatewayContext, Listener } from './context.ts'
import type { Streams } from './streams.ts'

/** Characters that a page is sent before it says that it has drawn some: a program that prints more waits. */
const MOST_UNDRAWN = 256 * 1024
/** Characters of one piece. */
const PIECE = 32 * 1024

type Name = 'openTerminal' | 'typeTerminal' | 'sizeTerminal' | 'drewTerminal'

/** The terminals of one connection, by the names of their streams. */
export function terminalHandlers(
  context: GatewayContext,
  listener: Listener,
  streams: Pick<Streams, 'terminal'>,
): { readonly [Of in Name]: (input: Parsed<Of>) => Promise<Output<Of>> } {
  const open = new Map<string, { readonly terminal: Terminal; drew(characters: number): void }>()

  const known = (stream: string) => {
    const found = open.get(stream)
    if (found) return found
    throw new MaculaError({ kind: 'usage', what: 'That terminal is not open any more.' })
  }

  return {
    async openTerminal({ stream, service, kind, columns, rows }): Promise<TerminalPlace> {
      const terminal = await context.system().engine.terminal(service, { kind, columns, rows })
      let undrawn = 0
      let wake = (): void => undefined
      open.set(stream, {
        terminal,
        drew(characters) {
          undrawn = Math.max(0, undrawn - characters)
          wake()
        },
      })
      const isAhead = (): boolean => undrawn > MOST_UNDRAWN
      const begun = (): boolean => open.has(stream)
      try {
        streams.terminal(stream, async (signal, tell) => {
          const close = (): void => {
            open.delete(stream)
            wake()
            void terminal.close()
          }
          signal.addEventListener('abort', close, { once: true })
          try {
            for await (const text of terminal.output) {
              if (!begun()) break
              for (let at = 0; at < text.length && begun(); at += PIECE) {
                const piece = text.slice(at, at + PIECE)
                undrawn += piece.length
                tell(piece)
                await listener.ready()
                while (isAhead() && begun())
                  await new Promise<void>((resolve) => {
                    wake = resolve
                  })
              }
            }
            return await terminal.ended()
          } finally {
            signal.removeEventListener('abort', close)
            close()
          }
        })
      } catch (error) {
        open.delete(stream)
        await terminal.close()
        throw error
      }
      return context.clean().deep(terminal.place)
    },
    async typeTerminal({ stream, text }) {
      await known(stream).terminal.type(text)
      return null
    },
    async sizeTerminal({ stream, columns, rows }) {
      await known(stream).terminal.size(columns, rows)
      return null
    },
    drewTerminal({ stream, characters }) {
      open.get(stream)?.drew(characters)
      return Promise.resolve(null)
    },
  }
}
