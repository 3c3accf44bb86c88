import type { CheckResult } from '../../main/model/check.ts'
import type { Trouble } from '../../main/model/errors.ts'

/** What the doctor said last, and whether it looks again. */
export interface Checked {
  readonly busy: boolean
  /** Epoch ms of the last answer; 0: none yet. */
  readonly at: number
  readonly tookMs: number
  readonly checks: readonly CheckResult[]
  /** Problems of the snapshot when it answered. */
  readonly problems: number
  readonly trouble?: Trouble
}

/** Before the doctor was asked. */
export const unchecked: Checked = { busy: false, at: 0, tookMs: 0, checks: [], problems: 0 }
