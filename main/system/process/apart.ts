import { signalGroup } from './end.ts'

/**
 * A child in a process group of its own (spawned `detached`): a terminal that closes, or a Ctrl-C typed there, reaches us
 * alone, and we decide. Its whole group ends when `signal` aborts and when we end. Call the returned function once it
 * has ended; `late`: it ran out of time, and what it had started goes too.
 */
export function standApart(pid: number | undefined, signal?: AbortSignal): (late: boolean) => void {
  if (pid === undefined) return () => undefined
  const end = (): void => {
    try {
      signalGroup(pid, 'SIGTERM')
    } catch {
      // Not ours any more.
    }
  }
  signal?.addEventListener('abort', end)
  process.on('exit', end)
  return (late) => {
    signal?.removeEventListener('abort', end)
    process.off('exit', end)
    if (late) end()
  }
}
