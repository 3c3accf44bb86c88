import type { Catalog, Settings } from '../../model/service.ts'
import type { OldPart } from '../../model/migration.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { CheckResult } from '../../model/check.ts'
import type { Adapters, RoomSeen, RouteInput } from '../adapters.ts'

/** What every check may look at. */
export interface CheckInput {
  readonly adapters: Adapters
  readonly settings: Settings
  readonly catalog: Catalog
  readonly snapshot: Snapshot
  /** What this machine ran for the platform before Macula. */
  readonly before?: readonly OldPart[]
  /** What the last look saw of names beside the catalog; absent: nothing. */
  readonly names?: {
    /** All that the machine should be led to. */
    readonly route: RouteInput
    readonly records: ReadonlyMap<string, readonly string[]>
    readonly theirs: ReadonlyMap<string, readonly string[]>
  }
  /** What was said when our own files were opened. */
  readonly notes: readonly string[]
  /** Whether our own folders can be written, tried afresh. */
  readonly room: () => Promise<readonly RoomSeen[]>
}

/** `title`: what it is about, where a check looks at several things; absent: the check's own. */
export type Finding = Omit<CheckResult, 'id' | 'group' | 'title' | 'ms'> & { readonly title?: string }

/** One thing the doctor looks at. A new check is a new file in checks/, named in doctor.ts. */
export interface Check {
  readonly id: string
  readonly group: CheckResult['group']
  readonly title: string
  run(input: CheckInput): Promise<readonly Finding[]>
}

/** A finding of something that is as it should be. */
export function fine(what: string, short?: string): Finding {
  return { result: 'ok', what, why: '', todo: '', ...(short === undefined ? {} : { short }) }
}
