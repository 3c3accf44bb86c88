/** Something that was asked for by a press, from the press until what came of it was read. Times in epoch ms. */
export interface Deed {
  /** The run's name, or one of its own. */
  readonly id: string
  /** What was pressed, without an ellipsis: "Check port 80 again", "Start Grafana". */
  readonly label: string
  readonly at: number
  /** Null while it goes on. */
  readonly end: {
    readonly at: number
    readonly ok: boolean
    /** What came of it, as a sentence without its time. */
    readonly says: string
  } | null
}

interface Deeds {
  readonly deeds: readonly Deed[]
}

/** How long it is said what came of a deed (ms): long enough to be read, short enough not to be taken for now. */
export const DEED_MS = 30_000

/** The deeds with one more; what ended before it is not told any more. */
export function began(deeds: readonly Deed[], deed: Deed): readonly Deed[] {
  return [...deeds.filter(({ end }) => end === null), deed]
}

/** The deeds after one of them ended. Only the last end is told. */
export function ended(deeds: readonly Deed[], id: string, end: NonNullable<Deed['end']>): readonly Deed[] {
  return deeds.flatMap((deed) => (deed.id === id ? [{ ...deed, end }] : deed.end === null ? [deed] : []))
}

/** The one to tell of: the newest that goes on, else the last that ended. */
export function deedToTell({ deeds }: Deeds): Deed | undefined {
  return deeds.filter(({ end }) => end === null).at(-1) ?? deeds.at(-1)
}

/** The deed of this label that goes on. */
export function deedUnderWay({ deeds }: Deeds, label: string): Deed | undefined {
  return deeds.filter((deed) => deed.end === null && deed.label === plainLabel(label)).at(-1)
}

/** A label without the ellipsis that says that it asks first. */
export function plainLabel(label: string): string {
  return label.replace(/…$/, '')
}
