/** A row's cells as values: pure, so that they are tested without a page. */
import { pickEndpoint } from '../../../main/model/open.ts'
import { sayDuration, stateWords } from '../../../main/model/say.ts'
import type { Fix } from '../../../main/model/ladder.ts'
import { inUse } from '../../../main/model/may.ts'
import type { EndpointView, ServiceView } from '../../../main/model/snapshot.ts'
import { sayServices } from '../../words/services.ts'

export interface NameCell {
  /** The part under our suffix: "grafana"; null: no name, `rest` says why. */
  readonly label: string | null
  /** What follows it: ".macula.local/v2/". */
  readonly rest: string
}

/** The name of a service's main endpoint, cut into its label and the rest. */
export function nameCell(view: ServiceView, suffix: string): NameCell {
  const endpoint = mainEndpoint(view)
  if (!endpoint || endpoint.name === null)
    return {
      label: null,
      rest: isInside(view) ? sayServices.insideDocker : sayServices.noName,
    }
  const first = endpoint.accesses.find(
    ({ kind, elsewhere }) => (kind === 'clean' || kind === 'named') && elsewhere !== true,
  )
  const text = first === undefined ? endpoint.name : first.url.replace(/^[a-z]+:\/\//, '')
  const end = endpoint.name.endsWith(`.${suffix}`)
    ? endpoint.name.length - suffix.length - 1
    : endpoint.name.length
  return { label: text.slice(0, end), rest: text.slice(end) }
}

/** Whether it has no loopback address: only what is in Docker reaches it by more than its own address. */
function isInside(view: ServiceView): boolean {
  return (
    view.address === null ||
    (view.endpoints.length > 0 &&
      view.endpoints.every(
        (endpoint) =>
          endpoint.accesses.length > 0 && endpoint.accesses.every((access) => access.kind === 'direct'),
      ))
  )
}

function mainEndpoint(view: ServiceView): EndpointView | undefined {
  return pickEndpoint(view, undefined)
}

/** The address column: the one in use when it is an address, else the service's own. */
export function addressCell(view: ServiceView): { readonly text: string; readonly more: number } {
  const used = inUse(view)
  const text =
    used?.by === 'address'
      ? `${used.access.host}:${used.access.port}`
      : (view.address ?? sayServices.noAddress)
  return { text, more: Math.max(0, view.endpoints.length - 1) }
}

/** The answer's time: "6 ms", or a dash. */
export function answerCell(view: ServiceView): string {
  return view.answerMs === undefined || view.state === 'stopped'
    ? sayServices.noAnswer
    : sayDuration(view.answerMs)
}

/** Whether what its reason says is a cause that services share. */
const isShared = (view: ServiceView): boolean =>
  view.ladder.some((rung) => rung.cause !== undefined && rung.reason === view.reason)

const MINUTE_MS = 60_000

/** As often as rows are drawn again: seconds that stand still for half a minute are not true, and cost a drawing. */
const wholeMinutes = (ms: number): number => Math.max(MINUTE_MS, Math.floor(ms / MINUTE_MS) * MINUTE_MS)

/** The few words at the row's end; loud ones are read first. */
export function noteCell(
  view: ServiceView,
  missed: readonly string[],
  now: number,
): { readonly text: string; readonly loud: boolean } {
  if (view.state === 'works')
    return {
      text: view.since === undefined ? '' : sayServices.up(sayDuration(wholeMinutes(now - view.since))),
      loud: false,
    }
  // Because of one thing that hits all of them: the summary says it once, and each row's shape and name say the rest.
  if (view.state === 'unknown' && isShared(view)) return { text: '', loud: false }
  if (view.state === 'unknown')
    return { text: view.reason.startsWith('checking') ? view.reason : stateWords.unknown, loud: false }
  if (missed.length > 0) return { text: sayServices.missedBy(missed), loud: true }
  const shared = view.state === 'degraded' && isShared(view)
  const loud =
    view.state === 'failed' ||
    view.state === 'starting' ||
    view.state === 'stopping' ||
    view.state === 'degraded'
  return { text: view.reason, loud: loud && !shared }
}

/** The second line of a narrow row: the reason, else the way in and what is said of it. */
export function narrowCell(
  view: ServiceView,
  name: NameCell,
  note: { readonly text: string; readonly loud: boolean },
): { readonly way: string; readonly rest: string } {
  const quiet = view.state === 'works' || (view.state === 'degraded' && !note.loud) || note.text === ''
  if (!quiet) return { way: '', rest: note.text }
  const access = inUse(view)?.access
  const way =
    access?.kind === 'clean' || access?.kind === 'named'
      ? access.host
      : access && `${access.host}:${access.port}`
  const said = view.state === 'works' ? answerCell(view) : note.text
  const rest = said === '' ? '' : `, ${said}`
  return way === undefined ? { way: '', rest: `${name.label ?? ''}${name.rest}${rest}` } : { way, rest }
}

/** Whether a fix shows something first instead of doing it at once. */
function asksFirst(fix: Fix): boolean {
  return fix.action.kind === 'setup' || fix.label.endsWith('…')
}

/** The word on the row's button: "Fix" only where a press mends, not where it shows a log or tells what to type. */
export function fixWord(fix: Fix): string {
  if (fix.action.kind === 'logs') return sayServices.fixLog
  if (fix.action.kind === 'none') return sayServices.fixHow
  return asksFirst(fix) ? sayServices.fixAsks : sayServices.fixNow
}
