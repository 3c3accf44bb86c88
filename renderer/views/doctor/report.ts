import { checkGroups, findingsOf, sayChecks, type CheckResult } from '../../../main/model/check.ts'
import type { ActivityEntry } from '../../../main/model/activity.ts'
import { sayEntry } from '../../../main/model/activity-words.ts'
import { MASK } from '../../../main/model/clean.ts'
import { sayDay, sayDuration, saySecond, stateWords } from '../../../main/model/say.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import type { About } from '../../../preload/contract.ts'

/** So many entries of the timeline are in a report. */
const MOST_ACTIVITY = 100

/** Everything a report is made of. Times in epoch ms. */
export interface ReportParts {
  readonly about: About | null
  readonly snapshot: Snapshot | null
  readonly checks: readonly CheckResult[]
  readonly tookMs: number
  readonly at: number
  /** What happened, oldest first; undefined: not known. */
  readonly activity?: readonly ActivityEntry[] | undefined
}

/** The folder that our own folders are in, when it names a person: "/home/anna". */
function homeOf(about: About | null): string | undefined {
  return /^(?:\/home\/[^/]+|\/Users\/[^/]+|\/root)(?=\/)/.exec(about?.folders.config ?? '')?.[0]
}

/** Without what is nobody else's business: the person's folder and what stands before @ in a URL. */
export function redact(text: string, home: string | undefined): string {
  const elsewhere = home === undefined ? text : text.replaceAll(home, '~')
  return elsewhere.replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi, `$1${MASK}@`)
}

/** The doctor's findings as a text to hand to somebody. Secrets are masked by the engine already. */
export function reportOf(parts: ReportParts): string {
  const { about, snapshot, checks, tookMs, at } = parts
  const findings = findingsOf(checks)
  const lines = [
    `Macula Desktop ${about?.version ?? ''} on ${about?.platform ?? 'an unknown platform'} (${about?.face ?? 'window'})`,
    `${sayDay(at, at)}, ${sayChecks(checks)}, took ${sayDuration(tookMs)}`,
  ]
  if (snapshot)
    lines.push(
      snapshot.docker.kind === 'up'
        ? `Docker ${snapshot.docker.version}, API ${snapshot.docker.apiVersion}`
        : 'Docker does not answer',
      snapshot.summary.says,
    )
  for (const note of about?.notes ?? []) lines.push(`Note: ${note}`)
  lines.push('', findings.length === 0 ? 'No findings' : 'Findings, worst first')
  for (const check of findings) {
    lines.push('', `[${check.result}] ${check.title}: ${check.what}`)
    if (check.why !== '') lines.push(`  Why: ${check.why}`)
    if (check.todo !== '') lines.push(`  To do: ${check.todo}`)
    if (check.fix) lines.push(`  Command: ${check.fix.command}`)
  }
  for (const { id, title } of checkGroups) {
    const mine = checks.filter((check) => check.group === id)
    if (mine.length === 0) continue
    lines.push('', `${title} (${sayChecks(mine)})`)
    for (const check of mine) lines.push(`  [${check.result}] ${check.title}: ${check.what} (${check.ms} ms)`)
  }
  if (snapshot) {
    lines.push('', `Services under ${snapshot.suffix}`)
    for (const view of snapshot.services)
      lines.push(
        `  ${view.id}: ${stateWords[view.state]}${view.reason === '' ? '' : `, ${view.reason}`}; ${view.ladder
          .map((rung) => `${rung.id} ${rung.state}`)
          .join(', ')}`,
      )
  }
  const happened = (parts.activity ?? []).slice(-MOST_ACTIVITY)
  if (happened.length > 0) {
    const titles = new Map((snapshot?.services ?? []).map(({ id, title }) => [id, title] as const))
    lines.push('', `Activity, newest last (${happened.length} of ${parts.activity?.length ?? 0})`)
    for (const entry of happened) {
      const { title, says } = sayEntry(entry, (id) => titles.get(id) ?? id)
      lines.push(
        `  ${sayDay(entry.at, at)}:${saySecond(entry.at).slice(-2)} ${title}${says === '' ? '' : ` | ${says}`}`,
      )
    }
  }
  const home = homeOf(about)
  return `${lines.map((line) => redact(line, home)).join('\n')}\n`
}
