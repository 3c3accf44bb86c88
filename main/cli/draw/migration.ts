import type { Cleaner } from '../../model/clean.ts'
import type {
  DataSetView,
  DoneStep,
  MigrationResult,
  MovedAside,
  MigrationView,
  PlannedStep,
} from '../../model/migration.ts'
import { mayWrite } from '../../model/migration.ts'
import type { LedgerEntry } from '../../model/change.ts'
import type { Trouble } from '../../model/errors.ts'
import { sayPrice } from '../../model/say-change.ts'
import { sayBytes, sayCount, sayDay, sayList, sentence } from '../../model/say.ts'
import { wrap } from '../layout.ts'
import { stateSign, type Style } from '../style.ts'

const MOST_WIDTH = 110

const width = (style: Style): number => Math.min(style.width, MOST_WIDTH)

/** What was found: what it is, what it holds, what it costs. */
export function drawFound(style: Style, clean: Cleaner, found: MigrationView['found']): readonly string[] {
  const { paint } = style
  return found.flatMap((part) => [
    '',
    ...wrap(paint.bold(clean.text(part.title)), width(style), '  ', `${stateSign(style, 'degraded')} `),
    ...part.holds.flatMap((one) => wrap(clean.text(one), width(style), '    ', '  - ')),
    ...wrap(clean.text(part.costs), width(style), '  ', '  '),
    ...(part.remains === undefined ? [] : wrap(clean.text(part.remains), width(style), '  ', '  ')),
  ])
}

/** The steps with each one's exact effect, price and way back; `skip` are left out. */
export function drawSteps(
  style: Style,
  clean: Cleaner,
  steps: readonly PlannedStep[],
  skip: readonly PlannedStep[],
): readonly string[] {
  const { paint } = style
  return steps.flatMap((step, index) => {
    const left = skip.includes(step)
    const by = left ? ' (left out)' : step.change ? ' (root)' : ''
    return [
      '',
      ...wrap(
        `${paint.bold(clean.text(step.title))}${by}  ${paint.dim(step.id)}`,
        width(style),
        '   ',
        `${index + 1}. `,
      ),
      ...(left
        ? []
        : step.effects.flatMap((one) =>
            wrap(clean.text(one), width(style), '     ', one.startsWith('| ') ? '     ' : '   - '),
          )),
      ...(left || step.price === undefined
        ? []
        : wrap(`Also means: ${sayPrice(clean.text(step.price))}`, width(style), '   ', '   ')),
      ...wrap(`Without it: ${sentence(clean.text(step.without))}`, width(style), '   ', '   '),
      ...(left ? [] : ['   Back:', ...step.back.map((one) => `     ${paint.dim(clean.text(one))}`)]),
    ]
  })
}

/** Their stores with sizes, and what becomes of each. */
export function drawData(
  style: Style,
  clean: Cleaner,
  data: readonly DataSetView[],
  chosen: readonly string[],
  now: number,
): readonly string[] {
  const { paint } = style
  if (data.length === 0) return []
  return [
    '',
    paint.bold('Their data'),
    ...data.flatMap((set) => [
      '',
      ...wrap(
        `${paint.bold(clean.text(set.title))}  ${paint.dim(set.id)}`,
        width(style),
        '  ',
        `${stateSign(style, signOf(set, chosen))} `,
      ),
      ...sayData(set, chosen, now).flatMap((says) => wrap(clean.text(says), width(style), '  ', '  ')),
    ]),
  ]
}

function signOf({ id, measured, taken }: DataSetView, chosen: readonly string[]) {
  if (measured.kind === 'refused') return 'degraded'
  if (measured.kind === 'found' && measured.writers !== undefined && chosen.includes(id)) return 'degraded'
  return taken && !chosen.includes(id) ? 'works' : 'not set up'
}

/** A store in a few lines: what it holds, or why it cannot be taken, and what was taken of it before. */
function sayData(
  { id, title, measured, taken }: DataSetView,
  chosen: readonly string[],
  now: number,
): readonly string[] {
  const before = taken === undefined ? [] : [`Taken over ${sayDay(taken.at, now)}: ${sentence(taken.says)}`]
  switch (measured.kind) {
    case 'none':
      return ['There is none.']
    case 'refused':
      return [...sayTrouble(measured.trouble), ...before]
    case 'found': {
      const has = `${sayBytes(measured.bytes)}, ${measured.says}`
      if (!chosen.includes(id))
        return taken === undefined
          ? [`${has}; left out`]
          : [`${has}.`, ...before, `maculactl migrate --only-data ${id} takes it over again.`]
      const moved = measured.replaces ? '; what Macula has there is moved aside first' : ''
      return [
        `${has}; needs ${sayBytes(measured.needsBytes)} of space${moved}`,
        ...(measured.writers === undefined ? [] : sayTrouble(mayWrite(title, measured.writers, id))),
        ...before,
      ]
    }
  }
}

/** What and why in one line, then each thing that can be done in its own. */
const sayTrouble = ({ what, why, todo = '' }: Trouble): readonly string[] =>
  [[what, why].filter(Boolean).join(' '), ...todo.split('\n')].filter((line) => line !== '')

/** What was done, newest last, with the commands that bring it back. */
export function drawDone(
  style: Style,
  clean: Cleaner,
  done: readonly DoneStep[],
  now: number,
): readonly string[] {
  const { paint } = style
  return done.flatMap(({ brings, at, state, says, back }) => [
    '',
    ...wrap(
      `${begun(clean.text(brings))}: ${state === 'done' ? clean.text(says) : 'started, not finished'}, ${sayDay(at, now)}`,
      width(style),
      '  ',
      `${stateSign(style, state === 'done' ? 'works' : 'degraded')} `,
    ),
    ...back.map((one) => `    ${paint.dim(clean.text(one))}`),
  ])
}

/** How it went: what was left, and what does not work therefore. */
export function drawEnd(style: Style, clean: Cleaner, result: MigrationResult): readonly string[] {
  const aside = drawAside(style, clean, result.aside ?? [], 'What Macula itself had there is kept')
  if (result.done.length === 0 && result.trouble) return aside
  const stores = result.done.filter(({ id }) => id.startsWith('data-')).length
  const head = sayList([
    ...(stores === 0 ? [] : [`the data of ${sayCount(stores, 'store')} taken over`]),
    ...(result.done.length > stores || stores === 0
      ? [`${sayCount(result.done.length - stores, 'step')} done`]
      : []),
  ])
  return [
    ...aside,
    `${stateSign(style, result.ok ? 'works' : 'degraded')} ${head.replace(/^the/, 'The')}${result.left.length === 0 ? '' : `, ${result.left.length} not`}.`,
    ...result.left.flatMap(({ title, because, without }) =>
      wrap(
        `${clean.text(title)}: ${sentence(clean.text(because))}${without === undefined ? '' : ` Without it: ${sentence(clean.text(without))}`}`,
        width(style),
        '  ',
        `${stateSign(style, 'not set up')} `,
      ),
    ),
  ]
}

/** Copies of Macula's own data, with what can be done with them; none: no line. */
export function drawAside(
  style: Style,
  clean: Cleaner,
  aside: readonly MovedAside[],
  title: string,
): readonly string[] {
  if (aside.length === 0) return []
  const what = `${title}, in ${aside.length === 1 ? 'a volume' : 'volumes'} of Docker:`
  return [
    ...wrap(what, width(style), '  ', `${stateSign(style, 'works')} `),
    ...aside.flatMap(({ from, to }) => wrap(clean.text(`${from} as ${to}`), width(style), '    ', '  - ')),
    ...wrap(
      `docker volume rm NAME removes ${aside.length === 1 ? 'it' : 'one'}; maculactl reset --help says how to put ${aside.length === 1 ? 'it' : 'one'} back.`,
      width(style),
      '  ',
      '  ',
    ),
  ]
}

/** As a sentence begins. */
const begun = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** "2 forwarders of yours come", "the Compose project x comes". */
const willCome = (brings: string): string =>
  /^(?:[2-9]|[1-9]\d+|the containers) /.test(brings) ? 'come' : 'comes'

/** What --back does: what stops, what root gives back, and what comes again. */
export function drawBack(
  style: Style,
  clean: Cleaner,
  done: readonly DoneStep[],
  entries: readonly LedgerEntry[],
  now: number,
): readonly string[] {
  const { paint } = style
  return [
    paint.bold('What is brought back, in this order'),
    '',
    ...wrap(
      'Macula’s services stop; their containers and network are removed, their data stays',
      width(style),
      '   ',
      '1. ',
    ),
    ...(entries.length === 0
      ? []
      : [
          `2. ${sayCount(entries.length, 'change')} of this machine ${entries.length === 1 ? 'is' : 'are'} undone (root)`,
          ...entries.flatMap(({ title, target }) =>
            wrap(`${clean.text(target)}  ${paint.dim(clean.text(title))}`, width(style), '     ', '   - '),
          ),
        ]),
    ...done
      .toReversed()
      .flatMap(({ brings, state, says, at, back: words }, index) => [
        ...wrap(
          `${begun(clean.text(brings))} ${willCome(brings)} back (${state === 'done' ? clean.text(says) : 'started, not finished'}, ${sayDay(at, now)})`,
          width(style),
          '   ',
          `${index + (entries.length === 0 ? 2 : 3)}. `,
        ),
        ...words.map((one) => `     ${paint.dim(clean.text(one))}`),
      ]),
    '',
  ]
}
