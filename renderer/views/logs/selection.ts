/** Rows that are marked for copying, by their numbers. */
export interface Selection {
  /** Where it was begun: it grows and shrinks from there. */
  readonly anchor: number
  readonly from: number
  readonly to: number
}

/** The selection after a click on a row; `extend`: from where it was begun. A second click on a lone row ends it. */
export function select(
  selection: Selection | undefined,
  number: number,
  extend: boolean,
): Selection | undefined {
  if (extend && selection)
    return {
      anchor: selection.anchor,
      from: Math.min(selection.anchor, number),
      to: Math.max(selection.anchor, number),
    }
  if (selection?.from === number && selection.to === number) return undefined
  return { anchor: number, from: number, to: number }
}

/** The end that moves. */
export function movingEnd(selection: Selection): number {
  return selection.anchor === selection.from ? selection.to : selection.from
}
