import type { Fix } from './ladder.ts'

/** One finding of the doctor. */
export interface CheckResult {
  readonly id: string
  readonly group: 'machine' | 'docker' | 'names' | 'network' | 'files' | 'services'
  readonly title: string
  readonly result: 'ok' | 'warning' | 'failed' | 'unknown'
  readonly what: string
  readonly why: string
  readonly todo: string
  readonly fix?: Fix
  readonly ms: number
}
