import { poll } from '../../engine/wait.ts'
import { isAlive, startOf, type PidRecord } from './record.ts'

/** How long a process of ours may take after SIGTERM before it is killed (ms). */
const TERM_MS = 2000

/** Ends the whole process group of a verified process of ours, SIGTERM first. A record that no longer fits is left alone. */
export async function endGroup(record: PidRecord): Promise<void> {
  if (!(await isAlive(record))) return
  signalGroup(record.pid, 'SIGTERM')
  // A process that a signal stopped gets no other before it goes on.
  signalGroup(record.pid, 'SIGCONT')
  if (await gone(record, TERM_MS)) return
  signalGroup(record.pid, 'SIGKILL')
  await gone(record, TERM_MS)
}

/** Signals a process group; one that ended in between is fine. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Its arguments go before its sockets do, so that here only the process itself counts. */
async function gone(record: PidRecord, deadline: number): Promise<boolean> {
  const isGone = async (): Promise<true | undefined> =>
    (await startOf(record.pid)) === record.started ? undefined : true
  return (await poll(isGone, { deadline, first: 2, longest: 50 })) ?? false
}
