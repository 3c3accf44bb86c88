import type { ContainerSeen } from './observation.ts'

/**
 * `now`, with how it ended last where only `before` knows: Docker forgets that a container was out of memory as soon as it
 * starts it again (moby, container/state.go, SetRunning), and one that is ended again and again is found running as often as
 * not. Kept for the same container under the same limit, until it is seen to have ended otherwise or was started by somebody
 * (which sets its count of restarts to 0).
 */
export function withLastEnd(before: ContainerSeen | undefined, now: ContainerSeen): ContainerSeen {
  const isSame =
    before?.id === now.id &&
    (before.oomKilled || before.killed === true) &&
    (before.memoryLimit ?? 0) === (now.memoryLimit ?? 0)
  if (!isSame || now.state !== 'running' || now.restarts === 0 || now.restarts < before.restarts) return now
  const { exitCode } = before
  return before.oomKilled ? { ...now, oomKilled: true, exitCode } : { ...now, killed: true, exitCode }
}
