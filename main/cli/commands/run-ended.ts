import type { RunResult } from '../../model/run.ts'
import { isGood } from '../../model/may.ts'
import { sayCount, sayList } from '../../model/say.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Session } from '../face.ts'
import type { RunJson } from '../json/run.ts'

/** The command that was ended, and how it is typed again. */
interface Ended {
  readonly command: RunJson['command']
  readonly resume: string
}

/** What events tell of a run, whatever its end says of it. */
export interface Deeds {
  /** What was started, and did not run before. */
  readonly begun: Set<string>
  /** Something is not as it was before. */
  anything: boolean
}

/** What a command did, as a participle. */
export const doneWords = {
  up: 'started',
  down: 'stopped',
  restart: 'restarted',
  pull: 'downloaded',
  reset: 'reset',
  fix: 'fixed',
  secrets: 'changed',
  update: 'updated',
  snapshot: 'done',
} as const

/** These read all that is looked at while they work, so that only answers are to be seen afterwards. */
export const starts: ReadonlySet<RunJson['command']> = new Set(['up', 'restart'])

/** A service's title, without what a terminal would read as commands. */
export const titleOf = ({ engine, clean }: Session, id: string): string =>
  clean.text(engine.catalog().services.find((service) => service.id === id)?.title ?? id)

/** What is said when a person ended a run: what it did until then, and how to go on. */
export function sayInterrupted(
  run: Ended,
  by: string,
  result: RunResult,
  session: Session,
  did: Deeds,
  { services }: Snapshot,
): readonly string[] {
  const ended = starts.has(run.command)
    ? sayStartEnded(run, result, session, did, services)
    : sayEnded(run, result, session)
  const first = ended ?? ` before anything was ${doneWords[run.command]}.`
  const untouched = ended === undefined && !did.anything ? ' Everything is as it was.' : ''
  return [`Stopped by ${by}${first}${untouched}`, `Continue with ${run.resume}`]
}

/** ". 7 services were started and keep running, 7 were not."; undefined: none was. Whether they run is what was seen afterwards. */
function sayStartEnded(
  run: Ended,
  { done, failed, skipped }: RunResult,
  session: Session,
  { begun }: Deeds,
  services: Snapshot['services'],
): string | undefined {
  const runs = (id: string): boolean =>
    services.some((view) => view.id === id && (isGood(view) || view.state === 'starting'))
  const kept = [...begun].filter(runs)
  const all = new Set([
    ...done,
    ...failed.map(({ service }) => service),
    ...skipped.map(({ service }) => service),
  ])
  const left = [...all].filter((id) => !kept.includes(id) && !runs(id)).length
  if (kept.length === 0) return undefined
  const [were, keep] = kept.length === 1 ? ['was', 'keeps'] : ['were', 'keep']
  const rest = left === 0 ? '; nothing else was changed.' : `, ${left} ${left === 1 ? 'was' : 'were'} not.`
  return `. ${sayTitles(session, kept)} ${were} ${doneWords[run.command]} and ${keep} running${rest}`
}

/** The same of what starts nothing. */
function sayEnded(run: Ended, { done }: RunResult, session: Session): string | undefined {
  if (done.length === 0) return undefined
  const were = done.length === 1 ? 'was' : 'were'
  return `. ${sayTitles(session, done)} ${were} ${doneWords[run.command]}; nothing else was changed.`
}

/** Their titles; of many how many they are. */
function sayTitles(session: Session, ids: readonly string[]): string {
  return ids.length > 6
    ? sayCount(ids.length, 'service')
    : sayList(
        ids.map((id) => titleOf(session, id)),
        6,
      )
}
