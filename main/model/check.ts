import type { Fix } from './ladder.ts'

/** One finding of the doctor. */
export interface CheckResult {
  readonly id: string
  readonly group: 'machine' | 'docker' | 'names' | 'network' | 'files' | 'services'
  readonly title: string
  readonly result: 'ok' | 'warning' | 'failed' | 'unknown'
  readonly what: string
  /** The same in a few words, for a step or a list: "172.23.0.0/24 is free". */
  readonly short?: string
  readonly why: string
  readonly todo: string
  readonly fix?: Fix
  readonly ms: number
}
