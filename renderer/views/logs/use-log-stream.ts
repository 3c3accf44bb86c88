import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { pause } from '../../parts/pause.ts'
import { FIRST_LINES } from '../../store/early-log.ts'
import { useShell, useShellState } from '../../store/use-shell.ts'
import { useVisible } from '../../store/use-visible.ts'
import { createLogStream } from './stream.ts'
import type { Frames, LogStream, StreamState } from './stream-state.ts'

/** How often a stream is opened again at most, when services start again and again (ms). */
const CALM_MS = 1000

/**
 * Lines read at first, of one service and of all together: a screen of them must be there at once. What is before them is
 * read when nothing else is to be done, until so many are there to be searched.
 */
const TAIL = { one: FIRST_LINES, all: 10_000, least: 200 } as const
const AHEAD = 2000

const frames: Frames = {
  rest: pause,
  next: (draw) => requestAnimationFrame(draw),
  drop: (frame) => cancelAnimationFrame(frame),
}

/** The starts of services: a new one means that there is a container whose lines are not in the stream yet. */
function startsOf(views: readonly ServiceView[], services: readonly string[]): readonly string[] {
  return views.flatMap((view) =>
    view.since !== undefined && services.includes(view.id)
      ? [`${view.id} ${view.container?.id ?? ''} ${view.since}`]
      : [],
  )
}

/**
 * The stream of some services, open while the page can be seen; opened again when the connection or a container is
 * back. `services` must be the same array as long as it says the same.
 */
export function useLogStream(
  services: readonly string[],
  since: number | undefined,
  at?: number,
): { readonly stream: LogStream; readonly state: StreamState } {
  const shell = useShell()
  const visible = useVisible()
  const connected = useShellState((state) => state.connected)
  const docker = useShellState((state) => state.snapshot?.docker.kind)
  const starts = useShellState((state) => startsOf(state.snapshot?.services ?? [], services).join('\n'))
  const stream = useMemo(() => {
    const tail = Math.min(TAIL.one, Math.max(TAIL.least, Math.floor(TAIL.all / Math.max(1, services.length))))
    return createLogStream(shell, { services, since, at }, tail, frames)
  }, [shell, services, since, at])
  /** The starts that the open stream has read, and when it was opened. */
  const opened = useRef({ starts: '', at: 0 })
  const latest = useRef('')

  useEffect(() => {
    latest.current = starts
  }, [starts])

  useEffect(() => {
    if (!visible || !connected) return undefined
    opened.current = { starts: latest.current, at: performance.now() }
    stream.open()
    return () => stream.close()
  }, [stream, visible, connected])

  useEffect(() => {
    if (!visible || !connected) return undefined
    const before = new Set(opened.current.starts.split('\n'))
    const isNew = starts.split('\n').some((start) => !before.has(start) && start !== '')
    const isBack = docker === 'up' && stream.state().phase === 'failed'
    if (!isNew && !isBack) return undefined
    const timer = setTimeout(
      () => {
        opened.current = { starts, at: performance.now() }
        stream.open()
      },
      Math.max(0, opened.current.at + CALM_MS - performance.now()),
    )
    return () => clearTimeout(timer)
  }, [stream, starts, docker, visible, connected])

  const state = useSyncExternalStore(stream.subscribe, stream.state)
  const isShort = stream.ring.end() - stream.ring.first() < AHEAD
  const readsAhead =
    visible && state.phase === 'live' && state.past === 'more' && isShort && state.version > 0
  useEffect(() => {
    if (!readsAhead) return undefined
    const idle = requestIdleCallback(() => stream.older())
    return () => cancelIdleCallback(idle)
  }, [stream, readsAhead])
  return { stream, state }
}
