import type { LedgerEntry } from '../../model/change.ts'
import { sayCount } from '../../model/say.ts'
import { listEntries, openEntries, sayEntry, sayOlder, sayUndoable } from '../../model/say-change.ts'
import type { State } from '../../model/snapshot.ts'
import { cut, oneLine, pad, widthOf, wrap } from '../layout.ts'
import { paintState, stateSign, type Style } from '../style.ts'
import { sayDay } from '../../model/say.ts'

/** Everything that was changed outside our own folders, with at most `past` of what was undone. */
export function drawLedger(
  style: Style,
  entries: readonly LedgerEntry[],
  now: number,
  past: number,
): readonly string[] {
  const { paint } = style
  if (entries.length === 0) return ['Nothing was changed on this machine.']
  const applied = openEntries(entries)
  const undoable = sayUndoable(applied)
  const { listed, older } = listEntries(entries, past)
  const drifted = applied.filter((entry) => entry.drift !== 'none')
  const head =
    applied.length === 0
      ? 'All changes on this machine were undone'
      : `${sayCount(applied.length, 'change')} on this machine${drifted.length === 0 ? '' : `, ${drifted.length} edited since set-up`}`
  const worst: State = drifted.length > 0 ? 'degraded' : 'works'
  // What is too long for the terminal loses its end, the columns stay under their heads.
  const widths = {
    id: Math.max(5, ...listed.map((entry) => widthOf(entry.id))),
    target: Math.min(48, Math.max(4, ...listed.map((entry) => widthOf(entry.target)))),
    when: Math.max(4, ...listed.map((entry) => widthOf(sayDay(entry.at, now)))),
  }
  return [
    `${stateSign(style, worst)} ${paint.bold(head)}`,
    ...(undoable === undefined ? [] : wrap(undoable, style.width, '  ').map((line) => paint.dim(line))),
    '',
    paint.dim(
      cut(
        style,
        `  ${pad('Entry', widths.id)}  ${pad('What', widths.target)}  ${pad('When', widths.when)}  Now`,
        style.width,
      ),
    ),
    ...listed.map((entry) => {
      const [state, says] = sayEntry(entry)
      const target = pad(cut(style, oneLine(entry.target), widths.target), widths.target)
      const line = [
        `${stateSign(style, state)} ${pad(entry.id, widths.id)}`,
        entry.state === 'undone' ? paint.dim(target) : target,
        paint.dim(pad(sayDay(entry.at, now), widths.when)),
        state === 'degraded' || state === 'failed' ? paintState(style, state, says) : paint.dim(says),
      ].join('  ')
      return cut(style, line, style.width)
    }),
    ...(older === 0
      ? []
      : wrap(`${sayOlder(older)}; maculactl undo --history lists all.`, style.width, '  ').map((line) =>
          paint.dim(line),
        )),
  ]
}
