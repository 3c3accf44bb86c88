import { pickEndpoint } from '../../model/open.ts'
import { sayDuration } from '../../model/say.ts'
import type { ServiceView, Snapshot, TierView } from '../../model/snapshot.ts'
import { cut, oneLine, pad, widthOf, wrap } from '../layout.ts'
import { paintState, stateSign, type Style } from '../style.ts'
import { drawProblems } from './problems.ts'
import { ladderHead, lyingLadder } from './ladder.ts'

/** What one row says, before it is known how wide each column may be. */
interface Row {
  readonly view: ServiceView
  readonly name: string
  readonly address: string
  readonly more: string
  /** Which of the two Open and Copy use now. */
  readonly uses: 'name' | 'address' | 'none'
  readonly answer: string
  readonly reason: string
}

type Column = 'name' | 'address' | 'opens' | 'ladder' | 'answer' | 'reason'

interface Plan {
  readonly columns: readonly Column[]
  /** The plan fits when the reason has this much room, or all that it needs. */
  readonly reasonFrom: number
}

/** Richest first. "opens" is name and address in one: the one that Open uses now. */
const plans: readonly Plan[] = [
  { columns: ['name', 'address', 'ladder', 'answer', 'reason'], reasonFrom: 24 },
  { columns: ['name', 'address', 'ladder', 'reason'], reasonFrom: 22 },
  { columns: ['opens', 'ladder', 'answer', 'reason'], reasonFrom: 24 },
  { columns: ['opens', 'ladder', 'reason'], reasonFrom: 12 },
  { columns: ['opens', 'ladder'], reasonFrom: 0 },
  { columns: ['ladder', 'reason'], reasonFrom: 12 },
  { columns: ['ladder'], reasonFrom: 0 },
]

const GAP = 2
const STATE = 2

function nameCell(view: ServiceView): string {
  const first = pickEndpoint(view, undefined)
  const named = first?.accesses.find(
    ({ kind, elsewhere }) => (kind === 'clean' || kind === 'named') && elsewhere !== true,
  )
  if (named) return named.url.replace(/^[a-z]+:\/\//, '')
  return (
    first?.name ?? (view.address?.startsWith('127.') === true ? 'no name of its own' : 'inside Docker only')
  )
}

/** A row's few words; why all are unknown is told once, above and below the table. */
function reasonCell(view: ServiceView, now: number): string {
  if (view.state === 'unknown') return 'unknown'
  return view.state === 'works' && view.since !== undefined
    ? `up ${sayDuration(now - view.since)}`
    : view.reason
}

function rowOf(view: ServiceView, now: number, style: Style): Row {
  const first = pickEndpoint(view, undefined)
  const access = first && first.best >= 0 ? first.accesses[first.best] : undefined
  const byName = access?.kind === 'clean' || access?.kind === 'named'
  return {
    view,
    name: oneLine(nameCell(view)),
    address: access?.kind === 'direct' ? `${access.host}:${access.port}` : (view.address ?? style.signs.none),
    more: view.endpoints.length > 1 ? ` +${view.endpoints.length - 1}` : '',
    uses: access === undefined || first?.name === null ? 'none' : byName ? 'name' : 'address',
    answer: view.answerMs === undefined ? style.signs.none : sayDuration(view.answerMs),
    reason: oneLine(reasonCell(view, now)),
  }
}

interface Widths {
  readonly title: number
  readonly name: number
  readonly address: number
  readonly opens: number
  readonly answer: number
  readonly reason: number
  readonly ladder: number
}

function measure(rows: readonly Row[], mark: number): Widths {
  const most = (texts: readonly string[], least: number, limit: number): number =>
    Math.min(limit, Math.max(least, ...texts.map(widthOf)))
  const name =
    mark +
    most(
      rows.map((row) => row.name),
      4,
      40,
    )
  const address =
    mark +
    most(
      rows.map((row) => row.address + row.more),
      7,
      24,
    )
  return {
    title: most(
      rows.map((row) => oneLine(row.view.title)),
      7,
      24,
    ),
    name,
    address,
    opens: Math.max(
      mark +
        most(
          rows.map((row) => (row.uses === 'address' ? row.address + row.more : row.name)),
          4,
          28,
        ),
      9,
    ),
    answer: most(
      rows.map((row) => row.answer),
      6,
      9,
    ),
    reason: Math.max(0, ...rows.map((row) => widthOf(row.reason))),
    ladder: ladderHead(rows.map(({ view }) => view.ladder)).length,
  }
}

function roomLeft(plan: Plan, widths: Widths, width: number): number {
  const taken = plan.columns
    .filter((column) => column !== 'reason')
    .reduce((sum, column) => sum + GAP + widths[column], 0)
  return width - STATE - widths.title - taken - (plan.columns.includes('reason') ? GAP : 0)
}

/** One service a line, tiers as heads; columns go when the terminal is narrow, rows never wrap. */
export function drawTable(style: Style, snapshot: Snapshot, now: number): readonly string[] {
  const rows = new Map(snapshot.services.map((view) => [view.id, rowOf(view, now, style)]))
  const all = [...rows.values()]
  if (all.length === 0) return []
  // Without colours there is no underline either: a sign before the cell tells what Open uses.
  const mark = style.colour ? 0 : 1
  const widths = measure(all, mark)
  const plan =
    plans.find((one) => roomLeft(one, widths, style.width) >= Math.min(one.reasonFrom, widths.reason)) ??
    plans.at(-1) ??
    plans[0]
  if (!plan) return []
  const room = roomLeft(plan, widths, style.width)
  const shown = { plan, widths, room, mark }
  const lines = [headLine(style, shown)]
  for (const tier of snapshot.tiers) {
    const mine = tier.services.flatMap((id) => rows.get(id) ?? [])
    if (mine.length === 0) continue
    lines.push(tierLine(style, tier, shown), ...mine.map((row) => rowLine(style, row, shown)))
  }
  // Narrower than the narrowest plan: cut, for a row never wraps.
  return lines.map((line) => cut(style, line, style.width))
}

interface Shown {
  readonly plan: Plan
  readonly widths: Widths
  readonly room: number
  readonly mark: number
}

function headLine(style: Style, { plan, widths, mark }: Shown): string {
  const heads: Readonly<Record<Column, string>> = {
    name: pad(' '.repeat(mark) + 'Name', widths.name),
    address: pad(' '.repeat(mark) + 'Address', widths.address),
    opens: pad(' '.repeat(mark) + 'Opens at', widths.opens),
    ladder: widths.ladder > ' N A F C S '.length ? ' N A F C S T ' : ' N A F C S ',
    answer: pad('Answer', widths.answer, 'right'),
    reason: '',
  }
  const cells = [pad('', STATE + widths.title), ...plan.columns.map((column) => heads[column])]
  return style.paint.dim(cells.join(' '.repeat(GAP)).trimEnd())
}

/** Where the ladder begins: a tier's own words begin there too. */
function ladderAt({ plan, widths }: Shown): number {
  const before = plan.columns.slice(0, plan.columns.indexOf('ladder'))
  return (
    STATE +
    widths.title +
    GAP +
    before.reduce((sum, column) => sum + (column === 'ladder' ? 0 : widths[column]) + GAP, 0)
  )
}

function tierLine(style: Style, tier: TierView, shown: Shown): string {
  const head = `${style.paint.bold(tier.title)}  ${style.paint.dim(tier.addresses)}`
  const words = oneLine(tier.says)
  // Under the ladder when it fits there, else as far to the left as the head allows.
  const at = Math.max(Math.min(ladderAt(shown), style.width - widthOf(words) - 2), widthOf(head) + GAP)
  const says = cut(style, words, style.width - at - 2)
  const quiet = tier.state === 'works' || tier.state === 'stopped' || tier.state === 'not set up'
  return `${pad(head, at)}${stateSign(style, tier.state)} ${quiet ? style.paint.dim(says) : paintState(style, tier.state, says)}`
}

function rowLine(style: Style, row: Row, { plan, widths, room, mark }: Shown): string {
  const { paint } = style
  const { view } = row
  const off = view.state === 'stopped' || view.state === 'not set up' || view.state === 'unknown'
  const place = (text: string, more: string, used: boolean, width: number): string => {
    const inner = cut(style, text, width - mark - widthOf(more))
    const drawn = used ? paint.underline(paint.blue(inner)) : paint.dim(inner)
    const sign = mark === 0 ? '' : used ? style.signs.mark : ' '
    return pad(sign + drawn + (more === '' ? '' : paint.dim(more)), width)
  }
  const title = cut(style, oneLine(view.title), widths.title)
  const problem = view.state === 'failed' || view.state === 'starting' || view.state === 'stopping'
  const cells: Readonly<Record<Column, () => string>> = {
    name: () => place(row.name, '', row.uses === 'name', widths.name),
    address: () => place(row.address, row.more, row.uses === 'address', widths.address),
    opens: () =>
      row.uses === 'address'
        ? place(row.address, row.more, true, widths.opens)
        : place(row.name, '', row.uses === 'name', widths.opens),
    ladder: () => lyingLadder(style, view.ladder),
    answer: () => pad(paint.dim(row.answer), widths.answer, 'right'),
    reason: () => {
      const text = cut(style, row.reason, room)
      return problem || view.state === 'degraded' ? text : paint.dim(text)
    },
  }
  return [
    `${stateSign(style, view.state)} ${pad(off ? paint.dim(title) : title, widths.title)}`,
    ...plan.columns.map((column) => cells[column]()),
  ]
    .join(' '.repeat(GAP))
    .trimEnd()
}

/** The summary: one sentence with its shape, and the second line under it. */
export function drawSummary(style: Style, snapshot: Snapshot): readonly string[] {
  const { summary } = snapshot
  const width = Math.min(style.width, 110)
  return [
    ...wrap(summary.says, width, '  ', `${stateSign(style, summary.state)} `).map((line) =>
      style.paint.bold(line),
    ),
    ...(summary.more === '' ? [] : wrap(summary.more, width, '  ').map((line) => style.paint.dim(line))),
  ]
}

/** The whole answer of `maculactl status`. */
export function drawHome(style: Style, snapshot: Snapshot, now: number): readonly string[] {
  const problems = drawProblems(style, snapshot)
  return [
    ...drawSummary(style, snapshot),
    '',
    ...drawTable(style, snapshot, now),
    ...(problems.length === 0 ? [] : ['', ...problems]),
  ]
}
