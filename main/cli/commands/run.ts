import type { RunJson } from '../json/run.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { sayElapsed, sayList } from '../../model/say.ts'
import type { Snapshot, Summary } from '../../model/snapshot.ts'
import { drawSummary } from '../draw/home.ts'
import { drawProblemList } from '../draw/problems.ts'
import { createJournal, createProgress } from '../draw/progress.ts'
import { waiting, writeJson, type Face, type Session } from '../face.ts'
import { createLive } from '../live.ts'
import { problemsOf, problemsOfStarted, type Problem } from '../../model/problems.ts'
import { doneWords, sayInterrupted, starts, titleOf, type Deeds } from './run-ended.ts'

/** How often a live drawing's clocks tick. */
const TICK_MS = 100

export interface Run {
  readonly command: RunJson['command']
  /** The same command again, for people who go on later. */
  readonly resume: string
  work(tell: (event: StepEvent) => void, signal: AbortSignal): Promise<RunResult>
  /** What is ok came to its end, however late it was interrupted: nothing is left to continue. */
  readonly isWholeIfOk?: boolean
  /** What a program is told instead of the run; undefined: the run. */
  json?(): Promise<unknown>
  /** What is left when it was interrupted, where it is more than services that were started or stopped. */
  left?(by: string): Promise<readonly string[]>
}

/** Shows the events of a run as they come; the returned function ends the drawing and leaves it. */
function follow(
  face: Face,
  session: Session,
  began: number,
): {
  readonly tell: (event: StepEvent) => void
  readonly end: () => void
  readonly did: Deeds
} {
  const did: Deeds = { begun: new Set(), anything: false }
  const drawn = draw(face, session, began)
  return {
    ...drawn,
    did,
    tell(event) {
      if (event.kind === 'starting') did.begun.add(event.service)
      did.anything ||= CHANGES.has(event.kind)
      drawn.tell(event)
    },
  }
}

/** Steps after which something is other than before. */
const CHANGES: ReadonlySet<StepEvent['kind']> = new Set([
  'pulled',
  'waiting',
  'starting',
  'stopping',
  'stopped',
  'removed',
])

function draw(
  face: Face,
  session: Session,
  began: number,
): { readonly tell: (event: StepEvent) => void; readonly end: () => void } {
  const { engine, clean } = session
  const { services } = engine.catalog()
  const titles = new Map(services.map((service) => [service.id, clean.text(service.title)]))
  const title = (id: string): string => titles.get(id) ?? clean.text(id)
  if (!face.err.tty) {
    const journal = createJournal(title)
    return {
      tell(event) {
        const line = journal(clean.deep(event))
        if (line !== undefined) face.err.line(line)
      },
      end: () => undefined,
    }
  }
  const progress = createProgress(
    title,
    services.map((service) => service.id),
  )
  const live = createLive(face.err)
  const paint = (over: boolean): void =>
    live.draw(progress.frame(face.err.style(), face.host.now() - began, over))
  // Events only mark it dirty: a pull tells of bytes far more often than a person can read.
  const timer = setInterval(() => paint(false), TICK_MS)
  return {
    tell: (event) => progress.take(clean.deep(event)),
    end() {
      clearInterval(timer)
      paint(true)
      live.leave()
      face.err.line()
    },
  }
}

/** Ctrl-C or SIGTERM: once asks the run to end where it is, twice ends the process at once. */
function interruptible(
  face: Face,
  onFirst: (name: string) => void,
): { readonly signal: AbortSignal; by(): string; end(): void } {
  const abort = new AbortController()
  let name = ''
  const undo = face.host.onInterrupt((by) => {
    if (abort.signal.aborted) return face.host.endAtOnce(INTERRUPTED)
    name = by === 'terminate' ? 'SIGTERM' : 'Ctrl-C'
    onFirst(name)
    abort.abort()
  }, 'outlived')
  return { signal: abort.signal, by: () => name, end: undo }
}

/** The troubles of a run are nearer to the cause than what a look sees afterwards; both, each service once. */
function problemsAfter(
  session: Session,
  result: RunResult,
  snapshot: Snapshot | undefined,
): readonly Problem[] {
  const title = (id: string): string =>
    session.engine.catalog().services.find((service) => service.id === id)?.title ?? id
  const own = result.failed.map(({ service, trouble }): Problem => ({
    state: 'failed',
    title: title(service),
    headline: { what: trouble.what, why: trouble.why ?? '', todo: trouble.todo ?? '' },
    hits: [],
  }))
  // What waits for the same is told once.
  const skipped = [...new Set(result.skipped.map(({ because }) => because))].map((because): Problem => {
    const titles = result.skipped
      .filter((one) => one.because === because)
      .map(({ service }) => title(service))
    return {
      state: 'unknown',
      title: sayList(titles, titles.length),
      // Each says it of itself.
      headline: {
        what: `Not tried: ${titles.length > 1 ? because.replace(/^it needs /, 'they need ') : because}.`,
        why: '',
        todo: '',
      },
      hits: [],
    }
  })
  const told = new Set([...result.failed, ...result.skipped].map(({ service }) => title(service)))
  return [
    ...own,
    ...skipped,
    ...(snapshot === undefined ? [] : problemsOf(snapshot)).filter((problem) => !told.has(problem.title)),
  ]
}

/** What is seen afterwards, after what failed though nothing is to be seen of it: what ran before goes on. */
function summaryAfter(run: Run, { failed }: RunResult, snapshot: Snapshot, session: Session): Summary {
  const { summary, services } = snapshot
  const hidden = failed.filter(({ service }) => {
    const state = services.find(({ id }) => id === service)?.state
    return state === 'works' || state === 'degraded'
  })
  if (hidden.length === 0 || (run.command !== 'up' && run.command !== 'restart')) return summary
  const titles = hidden.map(({ service }) => titleOf(session, service))
  const [was, keep] = titles.length === 1 ? ['was', 'keeps'] : ['were', 'keep']
  return {
    state: 'failed',
    says: `${sayList(titles, 6)} ${was} not ${doneWords[run.command]} as asked and ${keep} running as before.`,
    more: summary.says,
  }
}

/** After these only what they did themselves is told as a problem. */
const leaves: ReadonlySet<Run['command']> = new Set(['down', 'reset', 'update', 'snapshot'])

/** Carries out a start or stop with live progress and says how things stand afterwards. */
export async function carryOut(face: Face, session: Session, run: Run): Promise<number> {
  const { engine, clean } = session
  const began = face.host.now()
  const progress = follow(face, session, began)
  const interrupt = interruptible(face, (name) =>
    progress.tell({
      kind: 'note',
      ms: face.host.now() - began,
      says: `Stopping here; what runs keeps running. ${name} again quits at once.`,
    }),
  )
  try {
    let result: RunResult
    try {
      result = await run.work((event) => {
        // A first start makes secrets, and what failed quotes programs that have them.
        void clean.learn()
        progress.tell(event)
      }, interrupt.signal)
    } catch (error) {
      if (!interrupt.signal.aborted) throw error
      result = { ok: false, done: [], failed: [], skipped: [], ms: 0 }
    } finally {
      progress.end()
    }
    const interrupted = interrupt.signal.aborted && !(run.isWholeIfOk === true && result.ok)
    const how = starts.has(run.command) ? ('after a run' as const) : undefined
    const snapshot = await waiting(face, 'Looking at services', engine.look(how))
    await clean.learn()
    if (face.json) {
      const { runJson } = await import('../json/run.ts')
      const value = (await run.json?.()) ?? runJson(run.command, result, interrupted, snapshot.summary)
      await writeJson(face.out, clean.concealDeep(value), 'whole')
      return interrupted ? INTERRUPTED : result.ok ? 0 : 1
    }
    const seen = clean.deep(snapshot)
    if (interrupted) {
      const by = interrupt.by()
      face.err.lines(
        (await run.left?.(by)) ?? sayInterrupted(run, by, clean.deep(result), session, progress.did, seen),
      )
      face.out.lines(drawSummary(face.out.style(), seen))
      return INTERRUPTED
    }
    const style = face.out.style()
    if (!face.err.tty) face.err.line(`Took ${sayElapsed(result.ms)}.`)
    // Images say nothing of services: only what could not be had is told. Nor do secrets of services that all rest.
    const rest = seen.services.every(({ state }) => state === 'stopped' || state === 'not set up')
    if (run.command !== 'pull' && !(run.command === 'secrets' && result.ok && rest))
      face.out.lines(
        drawSummary(style, { ...seen, summary: summaryAfter(run, clean.deep(result), seen, session) }),
      )
    // What works in a roundabout way only is told of what was started, and of nothing else.
    const round = starts.has(run.command) ? problemsOfStarted(seen, result.done) : []
    const red =
      !result.ok || (run.command !== 'pull' && seen.services.some((view) => view.state === 'failed'))
    if (red && (!leaves.has(run.command) || !result.ok))
      face.out.lines([
        '',
        ...drawProblemList(
          style,
          problemsAfter(session, clean.deep(result), run.command === 'pull' ? undefined : seen),
        ),
      ])
    else if (round.length > 0) face.out.lines(['', ...drawProblemList(style, round)])
    return result.ok ? 0 : 1
  } finally {
    interrupt.end()
  }
}
