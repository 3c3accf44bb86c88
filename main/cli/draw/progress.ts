import { sayForward, saySkipped, sayStarted, type StepEvent } from '../../model/run.ts'
import type { PullProgress } from '../../model/run.ts'
import { sayDuration } from '../../model/say.ts'
import type { State } from '../../model/snapshot.ts'
import { cut, oneLine, pad, widthOf, wrap } from '../layout.ts'
import { paintState, stateSign, type Style } from '../style.ts'
import { sayBytes, sayElapsed } from '../../model/say.ts'

/** How a row ends whose service was removed. */
const removed = {
  container: 'stopped, container removed',
  cluster: 'deleted',
  application: 'removed from its cluster',
} as const

/** One service or image of a run as it is now. */
interface Item {
  readonly state: State
  /** Elapsed ms when it came into this state. */
  readonly since: number
  /** How long it took, once it is over. */
  readonly tookMs?: number
  readonly says: string
}

/** What stands before what is said beside the rows: how things are meant to be has no sign. */
type Aside = 'works' | 'degraded' | 'none'

/** What is known of a run: events in, drawings out. */
export interface Progress {
  take(event: StepEvent): void
  /** Lines for a terminal that redraws; `elapsed` ticks between events. `over`: the last drawing, which stays. */
  frame(style: Style, elapsed: number, over?: boolean): readonly string[]
}

/** "41.3 of 98.1 MB, 42 %", or only the bytes while the whole is unknown. */
export function sayPull(progress: PullProgress): string {
  if (progress.phase === 'asking') return 'asking the registry'
  const verb = progress.phase === 'extracting' ? 'unpacking, ' : ''
  if (progress.totalBytes <= 0) return `${verb}${sayBytes(progress.currentBytes)}`
  const percent = Math.min(100, Math.floor((progress.currentBytes / progress.totalBytes) * 100))
  return `${verb}${sayBytes(progress.currentBytes)} of ${sayBytes(progress.totalBytes)}, ${percent} %`
}

function bar(style: Style, progress: PullProgress, width: number): string {
  const part = progress.totalBytes > 0 ? Math.min(1, progress.currentBytes / progress.totalBytes) : 0
  const full = Math.round(part * width)
  const [on, off] = style.signs.bar
  return style.paint.blue(on.repeat(full)) + style.paint.dim(off.repeat(width - full))
}

/** The item an event makes of its service; undefined when it tells of something else. */
function itemOf(event: StepEvent): (Item & { readonly service: string }) | undefined {
  const since = event.ms
  switch (event.kind) {
    case 'waiting':
      return event.done
        ? { service: event.service, state: 'works', since, tookMs: 0, says: event.says }
        : { service: event.service, state: 'not set up', since, says: event.says }
    case 'starting':
      return { service: event.service, state: 'starting', since, says: event.says ?? 'starting' }
    case 'answers':
      return { service: event.service, state: 'works', since, tookMs: event.tookMs, says: sayStarted(event) }
    case 'stopping':
      return { service: event.service, state: 'stopping', since, says: 'stopping' }
    case 'stopped':
      return { service: event.service, state: 'stopped', since, tookMs: event.tookMs, says: 'stopped' }
    case 'removed':
      return {
        service: event.service,
        state: 'stopped',
        since,
        tookMs: 0,
        says: removed[event.what],
      }
    case 'failed':
      return { service: event.service, state: 'failed', since, tookMs: 0, says: event.trouble.what }
    case 'skipped':
      return {
        service: event.service,
        state: 'unknown',
        since,
        tookMs: 0,
        says: saySkipped(event.because),
      }
    case 'phase':
    case 'pull':
    case 'pulled':
    case 'forward':
    case 'note':
      return undefined
  }
}

/** Collects the events of one run. `title`: a service's title by its id; `order`: ids as people see them. */
export function createProgress(title: (id: string) => string, order: readonly string[]): Progress {
  const items = new Map<string, Item>()
  const pulls = new Map<string, PullProgress>()
  const asides: { readonly says: string; readonly sign: Aside }[] = []
  let phase = ''
  const rank = (id: string): number => {
    const at = order.indexOf(id)
    return at < 0 ? order.length : at
  }
  return {
    take(event) {
      const item = itemOf(event)
      if (item) {
        const before = items.get(item.service)
        const kept = item.tookMs === 0 && before?.tookMs !== undefined ? { tookMs: before.tookMs } : {}
        const since = before?.state === 'starting' && item.state === 'starting' ? before.since : item.since
        items.set(item.service, { ...item, ...kept, since })
      } else if (event.kind === 'phase') phase = event.says
      else if (event.kind === 'pull') pulls.set(event.progress.image, event.progress)
      else if (event.kind === 'pulled') pulls.delete(event.image)
      else if (event.kind === 'note')
        asides.push({ says: event.says, sign: event.quiet ? 'none' : event.done ? 'works' : 'degraded' })
      else if (event.kind === 'forward' && !event.ok)
        asides.push({ says: sayForward(event), sign: 'degraded' })
    },
    frame(style, elapsed, over = false) {
      const { paint } = style
      // Until the first step there is nothing to tell, and a time alone tells nothing.
      if (!over && phase === '' && items.size === 0 && pulls.size === 0 && asides.length === 0) return []
      const rows = [...items].sort(([one], [two]) => rank(one) - rank(two))
      const widest = Math.max(0, ...rows.map(([id]) => widthOf(title(id))))
      const fit = (line: string): string => cut(style, line, style.width)
      return [
        fit(`${paint.bold(over ? 'Took' : phase)}  ${paint.dim(sayElapsed(elapsed))}`),
        ...[...pulls.values()].map((progress) =>
          fit(`  ${bar(style, progress, 12)} ${progress.image}  ${paint.dim(sayPull(progress))}`),
        ),
        ...rows.map(([id, item]) => {
          const took = item.tookMs === undefined ? elapsed - item.since : item.tookMs
          const time = item.tookMs === 0 ? '' : sayElapsed(took)
          const says = oneLine(item.says)
          const loud = item.state === 'failed' || item.state === 'unknown'
          return fit(
            `${paintState(style, item.state, style.signs.state[item.state])} ${pad(title(id), widest)}  ` +
              `${paint.dim(pad(time, 8, 'right'))}  ${loud ? says : paint.dim(says)}`,
          )
        }),
        // Their ends say what to do: they are wrapped, where rows are cut.
        ...asides.slice(-3).flatMap(({ says, sign }) => {
          const width = Math.min(style.width, 110)
          return sign === 'none'
            ? wrap(oneLine(says), width, '  ').map((line) => paint.dim(line))
            : wrap(oneLine(says), width, '  ', `${stateSign(style, sign)} `)
        }),
      ]
    },
  }
}

/** Lines that are only added to, for logs and pipes; undefined: nothing worth a line. */
export function createJournal(title: (id: string) => string): (event: StepEvent) => string | undefined {
  const quarters = new Map<string, number>()
  const text = (event: StepEvent): string | undefined => {
    switch (event.kind) {
      case 'phase':
      case 'note':
        return event.says
      case 'pull': {
        const { progress } = event
        const quarter =
          progress.totalBytes > 0 ? Math.floor((progress.currentBytes / progress.totalBytes) * 4) : 0
        // A line a quarter is enough where nothing is redrawn.
        if (quarters.get(progress.image) === quarter) return undefined
        quarters.set(progress.image, quarter)
        return `pulling ${progress.image}: ${sayPull(progress)}`
      }
      case 'pulled':
        return `pulled ${event.image} in ${sayDuration(event.tookMs)}`
      case 'waiting':
        return `${title(event.service)}: ${event.says}`
      case 'starting':
        return `${title(event.service)} is starting${event.says === undefined ? '' : `: ${event.says}`}`
      case 'answers':
        return `${title(event.service)} ${sayStarted(event)}, after ${sayDuration(event.tookMs)}`
      case 'stopping':
        return `${title(event.service)} is stopping`
      case 'stopped':
        return `${title(event.service)} stopped, after ${sayDuration(event.tookMs)}`
      case 'removed':
        return event.what === 'cluster'
          ? `${title(event.service)} is deleted; infrastructure and its data stay`
          : event.what === 'application'
            ? `${title(event.service)} is removed from its cluster`
            : `${title(event.service)}: container removed`
      case 'failed':
        return `${title(event.service)} failed: ${event.trouble.what}`
      case 'skipped':
        return `${title(event.service)} was ${saySkipped(event.because)}`
      case 'forward':
        return event.ok ? undefined : sayForward(event)
    }
  }
  // Parts of a run have clocks of their own, begun a little later than the whole: no line is told before the one over it.
  let latest = 0
  return (event) => {
    latest = Math.max(latest, event.ms)
    const says = text(event)
    return says === undefined ? undefined : `[${pad(sayElapsed(latest), 7, 'right')}] ${oneLine(says)}`
  }
}
