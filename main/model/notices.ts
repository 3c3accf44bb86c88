import type { DockerSeen } from './observation.ts'
import { sayAll, sayCount, sayDuration, sayList, saySecond, sentence } from './say.ts'
import type { DesktopSettings } from './service.ts'
import type { ServiceView, Snapshot, State } from './snapshot.ts'

/** One thing that a person who does not look at the window should hear of. */
export interface Notice {
  readonly kind: 'failed' | 'recovered' | 'ready' | 'alert'
  readonly services: readonly { readonly id: string; readonly title: string; readonly reason: string }[]
}

/** How each service was when it last stood still, and what a person has changed since. */
export interface NoticeMemory {
  readonly still: ReadonlyMap<string, 'good' | 'bad' | 'off'>
  /** Services whose change is a person's own doing and not yet at its end. */
  readonly touched: ReadonlySet<string>
  /** Whether everything that is wanted worked. */
  readonly ready: boolean
  /** Alerts that were told, or seen by somebody: each with when it began, so that the same one is no news again. */
  readonly alerts: ReadonlySet<string>
  /** Epoch ms of the first snapshot: what fired before is no news. */
  readonly began: number
}

export interface NoticeInput {
  readonly snapshot: Snapshot
  /** Services that a run works on now. */
  readonly busy: ReadonlySet<string>
  readonly notify: DesktopSettings['notify']
  /** The person works in the window and sees it there. */
  readonly looking: boolean
  /** Epoch ms. */
  readonly now: number
}

/** Who starts something may not be us: its forwarders come a moment after its container (ms). */
export const SETTLING_MS = 10_000

/** What is on its way or not to be seen stands still at nothing: what it was before still counts. */
const stills: Readonly<Record<State, 'good' | 'bad' | 'off' | undefined>> = {
  works: 'good',
  degraded: 'good',
  failed: 'bad',
  stopped: 'off',
  'not set up': 'off',
  starting: undefined,
  stopping: undefined,
  unknown: undefined,
}

/** How a service stands; undefined: it is on its way, or not to be seen. */
export function stillness(view: ServiceView, now: number): 'good' | 'bad' | 'off' | undefined {
  return isSettling(view, now) ? undefined : stills[view.state]
}

/** A service whose container runs since a moment ago, and which does not work yet. */
function isSettling({ state, since = 0 }: ServiceView, now: number): boolean {
  return state === 'failed' && now - since < SETTLING_MS
}

/**
 * What to say of a new snapshot, and what to remember. `settling`: something of it may be told later, though nothing changes. The first snapshot only teaches: what was so before we came is
 * no news. What a person just did is no news to them either, except that it failed.
 */
export function noticesOf(
  memory: NoticeMemory | undefined,
  { snapshot, busy, notify, looking, now }: NoticeInput,
): { readonly memory: NoticeMemory; readonly notices: readonly Notice[]; readonly settling: boolean } {
  const still = new Map(memory?.still)
  const touched = new Set([...(memory?.touched ?? []), ...busy])
  const failed: ServiceView[] = []
  const recovered: ServiceView[] = []
  for (const view of snapshot.services) {
    const state = stillness(view, now)
    if (busy.has(view.id) || state === undefined) continue
    const before = still.get(view.id)
    // What was off and is on its way up by somebody else is told by whoever starts it.
    if (before === 'off' && state === 'bad' && !touched.has(view.id)) continue
    still.set(view.id, state)
    if (before !== undefined && before !== 'bad' && state === 'bad') failed.push(view)
    if (before === 'bad' && state === 'good' && !touched.has(view.id)) recovered.push(view)
    touched.delete(view.id)
  }
  const counted = snapshot.services.filter(({ state }) => state !== 'not set up')
  const ready =
    busy.size === 0 &&
    counted.length > 0 &&
    counted.every(({ state }) => state === 'works' || state === 'degraded')
  // Docker gone makes everything unknown for a while; its return is no news of the services.
  const settled = counted.every((view) => stillness(view, now) !== undefined) && busy.size === 0
  const began = memory?.began ?? now
  const fires = firing(snapshot)
  const told = memory?.alerts ?? new Set()
  const news = fires.filter(({ key, since }) => since >= began && !told.has(key))
  const next: NoticeMemory = {
    still,
    touched,
    began,
    alerts: new Set([...told, ...fires.map(({ key }) => key)].slice(-MOST_TOLD)),
    ready: settled ? ready : (memory?.ready ?? false),
  }
  const settling = snapshot.services.some((view) => isSettling(view, now))
  if (!memory || looking || notify.muted) return { memory: next, notices: [], settling }
  const becameReady = ready && !memory.ready && recovered.length === 0
  const notices = [
    ...(notify.failed && failed.length > 0 ? [notice('failed', failed)] : []),
    ...(notify.failed ? news.map(({ view }) => notice('alert', [view])) : []),
    ...(notify.recovered && recovered.length > 0 ? [notice('recovered', recovered)] : []),
    ...(notify.ready && becameReady ? [notice('ready', counted)] : []),
  ]
  return { memory: next, notices, settling }
}

/** So many alerts are remembered as told. */
const MOST_TOLD = 500

/** What fires now, with what a notification says of it. */
function firing(snapshot: Snapshot) {
  return snapshot.services.flatMap((view) =>
    (view.alerts ?? []).map(({ name, summary, since }) => ({
      key: `${view.id} ${name} ${since}`,
      since,
      view: { ...view, reason: summary },
    })),
  )
}

function notice(kind: Notice['kind'], views: readonly ServiceView[]): Notice {
  return { kind, services: views.map(({ id, title, reason }) => ({ id, title, reason })) }
}

/**
 * Several notices of a short while as few: of each kind one, and what failed and came back meanwhile is not told at all.
 */
export function gathered(notices: readonly Notice[]): readonly Notice[] {
  const last = new Map<string, { kind: Notice['kind']; one: Notice['services'][number] }>()
  let ready: Notice | undefined
  // Each is another thing, and none is undone by a service that comes back.
  const alerts = notices.filter(({ kind }) => kind === 'alert')
  for (const { kind, services } of notices) {
    if (kind === 'alert') continue
    if (kind === 'ready') {
      ready = { kind, services }
      continue
    }
    for (const one of services) {
      const before = last.get(one.id)
      if (before && before.kind !== kind) last.delete(one.id)
      else last.set(one.id, { kind, one })
    }
  }
  const of = (kind: Notice['kind']): Notice => ({
    kind,
    services: [...last.values()].filter((entry) => entry.kind === kind).map(({ one }) => one),
  })
  const failed = of('failed')
  return [
    failed,
    ...alerts,
    of('recovered'),
    // "All ready" beside a failure would be a lie by now.
    ...(ready && failed.services.length === 0 ? [ready] : []),
  ].filter(({ services }) => services.length > 0)
}

/**
 * A notification's body as Linux desktops read it: as markup, in which `<a>` and `<img>` would be those of whoever chose a title
 * (Desktop Notifications Specification, Markup). Elsewhere it is text already. Electron hands it on as it is.
 */
export function noticeBody(text: string, platform: string): string {
  if (platform !== 'linux') return text
  const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  return text.replaceAll(/[&<>]/g, (mark) => marks[mark] ?? mark)
}

/** What is told of a Docker that was started by a press outside of the window; `ms`: how long it took. */
export function engineWords(
  docker: DockerSeen | undefined,
  ms: number,
): { readonly title: string; readonly body: string } {
  return {
    title: 'Docker answers',
    body: `${docker?.kind === 'up' ? `Version ${docker.version}, after` : 'After'} ${sayDuration(ms)}.`,
  }
}

/** Title and text of a notification. */
export function noticeWords({ kind, services }: Notice): { readonly title: string; readonly body: string } {
  const first = services[0]
  const names = sayList(services.map(({ title }) => title))
  switch (kind) {
    case 'failed':
      return services.length === 1 && first
        ? {
            title: `${first.title} failed`,
            body: first.reason === '' ? 'It does not answer.' : `${first.reason}.`,
          }
        : { title: `${sayCount(services.length, 'service')} failed`, body: `${names}.` }
    case 'recovered':
      return services.length === 1 && first
        ? { title: `${first.title} works again`, body: 'It answers on its whole path.' }
        : { title: `${sayCount(services.length, 'service')} work again`, body: `${names}.` }
    case 'alert':
      return { title: `Alert: ${names}`, body: first === undefined ? '' : `${first.reason}.` }
    case 'ready':
      return {
        title:
          services.length === 1 && first
            ? `${first.title} works`
            : sayAll(services.length, 'service', ['works', 'work']),
        body: 'Everything that is set up answers.',
      }
  }
}

/** What is told of a press outside of the window when it has ended: what came of it, with its time. */
export function deedWords(deed: {
  readonly label: string
  /** Epoch ms, of its begin and its end. */
  readonly began: number
  readonly ended: number
  readonly says: string
}): { readonly title: string; readonly body: string } {
  const { label, began, ended, says } = deed
  return {
    title: label,
    body: `At ${saySecond(ended)} after ${sayDuration(ended - began)}: ${sentence(says)}`,
  }
}
