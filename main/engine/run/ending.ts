import type { Trouble } from '../../model/errors.ts'
import { INTERRUPTED, type RunResult } from '../../model/run.ts'
import type { Endings } from './failures.ts'

/** How the start of one service ended. */
export type Ending =
  | { readonly kind: 'done'; readonly trouble?: undefined }
  | { readonly kind: 'failed'; readonly trouble: Trouble }
  | { readonly kind: 'skipped'; readonly because: string }
  /** A person ended the run before this one was at its end: what runs by then keeps running. */
  | { readonly kind: 'interrupted' }

/** The end of what had this trouble: whoever stops because the run was interrupted has not failed. */
export function endingOf(trouble: Trouble, signal: AbortSignal): Ending {
  return isInterruption(trouble, signal) ? { kind: 'interrupted' } : { kind: 'failed', trouble }
}

/** Whether it only tells that a person ended the run: each part of a start tells an interruption as `refused`. */
export function isInterruption({ kind }: Trouble, signal: AbortSignal): boolean {
  return signal.aborted && kind === 'refused'
}

/** What is known of each start that came to its end. */
export function troublesOf(endings: ReadonlyMap<string, Ending>): Endings {
  return new Map(
    [...endings].flatMap(([id, ending]) =>
      ending.kind === 'done' || ending.kind === 'failed' ? [[id, ending.trouble]] : [],
    ),
  )
}

/** The result of a start. `isRunning`: of what was interrupted, whether its container runs now. */
export function resultOf(
  endings: ReadonlyMap<string, Ending>,
  isRunning: (id: string) => boolean,
  ms: number,
): RunResult {
  const done: string[] = []
  const failed: { service: string; trouble: Trouble }[] = []
  const skipped: { service: string; because: string }[] = []
  let isWhole = true
  for (const [service, ending] of endings) {
    if (ending.kind === 'done') done.push(service)
    if (ending.kind === 'failed') failed.push({ service, trouble: ending.trouble })
    if (ending.kind === 'skipped') skipped.push({ service, because: ending.because })
    if (ending.kind !== 'interrupted') continue
    isWhole = false
    if (isRunning(service)) done.push(service)
    else skipped.push({ service, because: INTERRUPTED })
  }
  // What was skipped was so for something that failed.
  return { ok: failed.length === 0 && isWhole, done, failed, skipped, ms }
}
