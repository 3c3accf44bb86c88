import type { CheckResult } from '../../model/check.ts'
import { sayCount, sayDuration } from '../../model/say.ts'
import type { State } from '../../model/snapshot.ts'
import { cut, oneLine, pad, widthOf } from '../layout.ts'
import { stateSign, type Pen } from '../pen.ts'
import { drawAnswers, problemHead } from './problems.ts'

const groups: readonly (readonly [CheckResult['group'], string])[] = [
  ['machine', 'Machine'],
  ['docker', 'Docker'],
  ['names', 'Names and addresses'],
  ['network', 'Network and ports'],
  ['files', 'Files'],
  ['services', 'Services'],
]

const shapes: Readonly<Record<CheckResult['result'], State>> = {
  ok: 'works',
  warning: 'degraded',
  failed: 'failed',
  unknown: 'unknown',
}

const worstFirst: readonly CheckResult['result'][] = ['failed', 'warning', 'unknown']

function sayGroup(checks: readonly CheckResult[]): string {
  const passed = checks.filter((check) => check.result === 'ok').length
  const findings = checks.length - passed
  return [
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(findings > 0 ? [sayCount(findings, 'finding')] : []),
  ].join(', ')
}

function drawSummary(pen: Pen, checks: readonly CheckResult[], tookMs: number): readonly string[] {
  const findings = checks.filter((check) => check.result !== 'ok')
  const worst = worstFirst.find((result) => findings.some((check) => check.result === result)) ?? 'ok'
  const head = findings.length === 0 ? 'No findings' : sayCount(findings.length, 'finding')
  return [
    `${stateSign(pen, shapes[worst])} ${pen.paint.bold(head)}`,
    pen.paint.dim(
      `  ${checks.length - findings.length} of ${checks.length} checks passed. Took ${sayDuration(tookMs)}.`,
    ),
  ]
}

/** A finding: what was found is its head, then why, what to do and the command. */
function drawFinding(pen: Pen, check: CheckResult): readonly string[] {
  const { fix } = check
  // A title that only repeats the group says nothing more.
  const aside = check.title.toLowerCase() === check.group ? '' : oneLine(check.title)
  return [
    ...problemHead(pen, shapes[check.result], oneLine(check.what), aside),
    ...drawAnswers(pen, { why: check.why, todo: check.todo, ...(fix === undefined ? {} : { fix }) }, '  '),
  ]
}

/** The findings, worst first; then every check by group, one line each. */
export function drawDoctor(pen: Pen, checks: readonly CheckResult[], tookMs: number): readonly string[] {
  const { paint } = pen
  const lines: string[] = [...drawSummary(pen, checks, tookMs)]
  for (const result of worstFirst)
    for (const check of checks.filter((one) => one.result === result))
      lines.push('', ...drawFinding(pen, check))
  const width = Math.min(36, Math.max(0, ...checks.map((check) => widthOf(check.title))))
  for (const [id, title] of groups) {
    const mine = checks.filter((check) => check.group === id)
    if (mine.length === 0) continue
    lines.push('', `${paint.bold(title)}  ${paint.dim(sayGroup(mine))}`)
    for (const [index, check] of mine.entries()) {
      // Checks of one kind follow each other; their title is said once.
      const again = mine[index - 1]?.title === check.title
      const lead = `${stateSign(pen, shapes[check.result])} ${pad(again ? '' : oneLine(check.title), width)}  `
      lines.push(cut(pen, `${lead}${paint.dim(oneLine(check.what))}`, pen.width))
    }
  }
  return lines
}
