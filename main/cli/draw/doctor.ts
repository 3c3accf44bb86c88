import { checkGroups, checkStates, findingsOf, sayChecks, type CheckResult } from '../../model/check.ts'
import { sayCount, sayDuration } from '../../model/say.ts'
import { cut, oneLine, pad, widthOf } from '../layout.ts'
import { stateSign, type Pen } from '../pen.ts'
import { drawAnswers, problemHead } from './problems.ts'

function drawSummary(pen: Pen, checks: readonly CheckResult[], tookMs: number): readonly string[] {
  const findings = findingsOf(checks)
  const worst = findings[0]?.result ?? 'ok'
  const head = findings.length === 0 ? 'No findings' : sayCount(findings.length, 'finding')
  return [
    `${stateSign(pen, checkStates[worst])} ${pen.paint.bold(head)}`,
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
    ...problemHead(pen, checkStates[check.result], oneLine(check.what), aside),
    ...drawAnswers(pen, { why: check.why, todo: check.todo, ...(fix === undefined ? {} : { fix }) }, '  '),
  ]
}

/** The findings, worst first; then every check by group, one line each. */
export function drawDoctor(pen: Pen, checks: readonly CheckResult[], tookMs: number): readonly string[] {
  const { paint } = pen
  const lines: string[] = [...drawSummary(pen, checks, tookMs)]
  for (const check of findingsOf(checks)) lines.push('', ...drawFinding(pen, check))
  const width = Math.min(36, Math.max(0, ...checks.map((check) => widthOf(check.title))))
  for (const { id, title } of checkGroups) {
    const mine = checks.filter((check) => check.group === id)
    if (mine.length === 0) continue
    lines.push('', `${paint.bold(title)}  ${paint.dim(sayChecks(mine))}`)
    for (const [index, check] of mine.entries()) {
      // Checks of one kind follow each other; their title is said once.
      const again = mine[index - 1]?.title === check.title
      const lead = `${stateSign(pen, checkStates[check.result])} ${pad(again ? '' : oneLine(check.title), width)}  `
      lines.push(cut(pen, `${lead}${paint.dim(oneLine(check.what))}`, pen.width))
    }
  }
  return lines
}
