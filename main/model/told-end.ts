import type { ContainerSeen } from './observation.ts'

/** The end of a container that somebody's signal came before, as Docker's events tell it. */
export interface TheirEnd {
  readonly exitCode: number
  /** Epoch ms. */
  readonly at: number
}

/**
 * What a container that ran is after such an end, before Docker is asked: it answers for one that is ending only when all that
 * belongs to the end is done. Undefined where the event does not say it: Docker starts nothing of policy unless-stopped again
 * once it sent it any signal (moby, daemon/kill.go, HasBeenManuallyStopped); of other policies it depends.
 */
export function afterEnd(
  ran: ContainerSeen | undefined,
  { exitCode, at }: TheirEnd,
): ContainerSeen | undefined {
  if (ran?.state !== 'running' || ran.made?.traits['restart policy'] !== 'unless-stopped') return undefined
  const { killed: _killed, lastLine: _lastLine, ...rest } = ran
  return {
    ...rest,
    state: 'exited',
    exitCode,
    oomKilled: false,
    error: '',
    finishedAt: at,
    address: '',
    published: {},
    stoppedOnPurpose: true,
  }
}

/** Whether what an inspection told of a run is older than the end of just that run. */
export function isOver(told: ContainerSeen, known: ContainerSeen): boolean {
  return (
    told.id === known.id &&
    told.startedAt === known.startedAt &&
    told.state === 'running' &&
    known.state === 'exited'
  )
}
