/** Bringing a service's data to the major version of PostgreSQL that its image serves. */
import { nameOfImage } from './image-update.ts'
import { splitImage } from './cluster.ts'
import type { RunResult } from './run.ts'
import { sayBytes, sayCount } from './say.ts'

/** What would be done, as a person is told before. */
export interface DataStep {
  readonly service: string
  readonly title: string
  /** Major versions: of the data, and of the image that serves it. */
  readonly from: number
  readonly to: number
  /** The image that reads the data as it is; `isHere`: it need not be pulled. */
  readonly old: string
  readonly isHere: boolean
  /** Of the data; undefined: not known. */
  readonly bytes?: number
  /** Of room that is needed meanwhile, and that Docker's disk has; undefined: not known. */
  readonly needs?: number
  readonly free?: number
  /** Services that are stopped for it, by title. */
  readonly stops: readonly string[]
  /** An earlier run was ended midway: the volume that has the data as it was. */
  readonly copy?: string
}

/** What came of it. */
export interface DataStepped extends RunResult {
  readonly from: number
  readonly to: number
  /** What was compared: "2 databases, 9 tables, 1 hypertable, 500 rows: all counts equal" */
  readonly says: string
  /** The data as it was before. */
  readonly kept: readonly { readonly from: string; readonly to: string }[]
}

/**
 * The image of another major version that goes with one of ours: the same name, variant and version of TimescaleDB. Undefined:
 * the tag does not tell PostgreSQL's version.
 */
export function imageOfMajor(image: string, major: number): string | undefined {
  const { tag } = splitImage(image)
  const name = nameOfImage(image)
  if (/pg\d+/.test(tag)) return `${name}:${tag.replace(/pg\d+(?:\.\d+)*/, `pg${major}`)}`
  // Which minor versions there were nobody knows here; the tag of the major version is its last one.
  if (/^\d+(?:\.\d+)*(?:-|$)/.test(tag)) return `${name}:${tag.replace(/^\d+(?:\.\d+)*/, `${major}`)}`
  return undefined
}

/** Room for each byte of the data while it is brought over: a copy that stays, one that is served, and a dump. */
export const ROOM = 3

/** Bytes of data a second, from the copy to the last row: a cautious guess for a laptop’s disk, so that the time told is not too short. */
const RATE = 12 * 1024 * 1024

/** What is done, in sentences. */
export function sayDataStep(step: DataStep): readonly string[] {
  const { title, from, to, old, isHere, bytes, needs, free, stops, copy } = step
  if (copy !== undefined)
    return [
      `Upgrading the data of ${title} from PostgreSQL ${from} to ${to} was interrupted. The data as it was is kept in the volume ${copy}.`,
      `It continues from there: what was dumped already is loaded into a new volume and compared, then ${title} is started.`,
    ]
  const minutes = bytes === undefined ? undefined : Math.max(1, Math.ceil(bytes / RATE / 60))
  return [
    `The data of ${title} was written by PostgreSQL ${from}; its image runs PostgreSQL ${to}.`,
    `The volume is copied and compared; that copy is kept. ${old}${isHere ? '' : ', which is pulled first,'} dumps all databases and roles from a second copy. They are loaded into a new volume, rows, roles and extensions are compared, and ${title} is started.`,
    [
      bytes === undefined ? 'The size of the data is not known.' : `The data takes ${sayBytes(bytes)}.`,
      needs === undefined
        ? ''
        : `Meanwhile up to ${sayBytes(needs)} more are needed${free === undefined ? '' : `; ${sayBytes(free)} are free`}.`,
      minutes === undefined ? '' : `It takes about ${sayCount(minutes, 'minute')}.`,
      stops.length === 0 ? '' : `Stopped for it: ${stops.join(', ')}.`,
    ]
      .filter(Boolean)
      .join(' '),
    'If a step fails or is interrupted, the data is as it was before.',
  ]
}
