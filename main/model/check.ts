import type { Fix } from './ladder.ts'
import { sayCount } from './say.ts'
import type { State } from './snapshot.ts'

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
  /** Changes of the machine that this rests on (their ids in the ledger): undo takes them back. */
  readonly changes?: readonly string[]
  /** It is as it is because of what was here before: told by that finding, and gone with it. */
  readonly because?: 'before'
  readonly ms: number
}

/** The groups in the order they are shown. */
export const checkGroups = [
  { id: 'machine', title: 'Machine' },
  { id: 'docker', title: 'Docker' },
  { id: 'names', title: 'Names and addresses' },
  { id: 'network', title: 'Network and ports' },
  { id: 'files', title: 'Files' },
  { id: 'services', title: 'Services' },
] as const satisfies readonly { readonly id: CheckResult['group']; readonly title: string }[]

/** The state whose shape stands for a result. */
export const checkStates: Readonly<Record<CheckResult['result'], State>> = {
  ok: 'works',
  warning: 'degraded',
  failed: 'failed',
  unknown: 'unknown',
}

const worstFirst: readonly CheckResult['result'][] = ['failed', 'warning', 'unknown']

/** What is not as it should be, worst first. */
export function findingsOf(checks: readonly CheckResult[]): readonly CheckResult[] {
  return worstFirst.flatMap((result) => checks.filter((check) => check.result === result))
}

/** "3 passed, 1 finding" */
export function sayChecks(checks: readonly CheckResult[]): string {
  const passed = checks.filter((check) => check.result === 'ok').length
  const findings = checks.length - passed
  return [
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(findings > 0 ? [sayCount(findings, 'finding')] : []),
  ].join(', ')
}
