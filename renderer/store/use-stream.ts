import { useEffect, useEffectEvent } from 'react'
import type { EventName, Payload } from '../../preload/contract.ts'
import { newToken } from '../token.ts'
import { useShell, useShellState } from './use-shell.ts'
import { useVisible } from './use-visible.ts'

/** The events that belong to a stream with a name. */
type StreamEvent = Extract<EventName, 'log' | 'stats'>

/**
 * Keeps a stream open while the page can be seen, the connection is there and `wanted`; closed and opened again when
 * `key` changes. A stream that cannot be opened is silent: what it would show says itself why it is empty.
 */
export function useStream<Name extends StreamEvent>(
  event: Name,
  wanted: boolean,
  key: string,
  open: (stream: string, key: string) => Promise<unknown>,
  tell: (payload: Payload<Name>) => void,
): void {
  const shell = useShell()
  const visible = useVisible()
  const connected = useShellState((state) => state.connected)
  const begin = useEffectEvent(open)
  const hear = useEffectEvent(tell)
  useEffect(() => {
    if (!wanted || !visible || !connected) return undefined
    const stream = newToken()
    const quiet = shell.on(event, (payload) => {
      if (payload.stream === stream) hear(payload)
    })
    const opened = begin(stream, key).catch(() => undefined)
    return () => {
      quiet()
      // Never before it is open: the two may travel by different ways.
      void opened.then(async () => await shell.request('closeStream', { stream })).catch(() => undefined)
    }
  }, [shell, event, wanted, visible, connected, key])
}
