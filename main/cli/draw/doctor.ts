import { checkGroups, checkStates, findingsOf, sayChecks, type CheckResult } from '../../model/check.ts'
import { sayCount, sayDuration } from '../../model/say.ts'
import { cut, oneLine, pad, widthOf } from '../layout.ts'
import { stateSign, type Style } from '../style.ts'
import { drawAnswers, problemHead } from './problems.ts'

function drawSummary(style: Style, checks: readonly CheckResult[], tookMs: number): readonly string[] {
  const findings = findingsOf(checks)
  const worst = findings[0]?.result ?? 'ok'
  const head = findings.length === 0 ? 'No findings' : sayCount(findings.length, 'finding')
  return [
    `${stateSign(style, checkStates[worst])} ${style.paint.bold(head)}`,
    style.paint.dim(
      `  ${checks.length - findings.length} of ${sayCount(checks.length, 'check')} passed. Took ${sayDuration(tookMs)}.`,
    ),
  ]
}

/** A finding: what was found is its head, then why, what to do and the command. */
function drawFinding(style: Style, check: CheckResult): readonly string[] {
  const { fix } = check
  // A title that only repeats the group says nothing more.
  const aside = check.title.toLowerCase() === check.group ? '' : oneLine(check.title)
  return [
    ...problemHead(style, checkStates[check.result], oneLine(check.what), aside),
    ...drawAnswers(style, { why: check.why, todo: check.todo, ...(fix === undefined ? {} : { fix }) }, '  '),
  ]
}

/** The findings, worst first; then every check by group, one line each. */
export function drawDoctor(style: Style, checks: readonly CheckResult[], tookMs: number): readonly string[] {
  const { paint } = style
  const lines: string[] = [...drawSummary(style, checks, tookMs)]
  for (const check of findingsOf(checks)) lines.push('', ...drawFinding(style, check))
  const width = Math.min(36, Math.max(0, ...checks.map((check) => widthOf(check.title))))
  for (const { id, title } of checkGroups) {
    const mine = checks.filter((check) => check.group === id)
    if (mine.length === 0) continue
    lines.push('', `${paint.bold(title)}  ${paint.dim(sayChecks(mine))}`)
    for (const [index, check] of mine.entries()) {
      // Checks of one kind follow each other; their title is said once.
      const again = mine[index - 1]?.title === check.title
      const lead = `${stateSign(style, checkStates[check.result])} ${pad(again ? '' : oneLine(check.title), width)}  `
      lines.push(cut(style, `${lead}${paint.dim(oneLine(check.what))}`, style.width))
    }
  }
  return lines
}
