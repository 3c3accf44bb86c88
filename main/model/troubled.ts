import type { ContainerSeen } from './observation.ts'

/** Whether a container ended by itself, or does not do its work: then the last line of its log says more. */
export function isTroubled({
  state,
  health,
  restarts,
  stoppedOnPurpose,
}: Pick<ContainerSeen, 'state' | 'health' | 'restarts' | 'stoppedOnPurpose'>): boolean {
  const ended = state !== 'running' && state !== 'created' && state !== 'paused' && !stoppedOnPurpose
  // Running between two crashes.
  return ended || health === 'unhealthy' || (restarts > 0 && health !== 'healthy')
}
