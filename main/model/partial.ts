import { restoreCommand } from './backup.ts'

/** Data of a service that is a part only: what replaced it was ended midway. */
export interface PartialData {
  readonly id: string
  readonly title: string
  /** What replaced it: the restore of a snapshot, or a copy of that time (`KeptCopy.at`) that was put back. */
  readonly of:
    | { readonly kind: 'restore'; readonly name: string; readonly path: string }
    | { readonly kind: 'back'; readonly copy: string }
}

/** Why it is a part. */
export const sayPartial = ({ of }: Pick<PartialData, 'of'>): string =>
  of.kind === 'restore'
    ? `The restore of the snapshot ${of.name} was cut off while this was restored.`
    : `Putting back its copy ${of.copy} was cut off.`

/** The command that goes on. */
export const partialCommand = ({ id, of }: Pick<PartialData, 'id' | 'of'>): string =>
  of.kind === 'restore' ? restoreCommand(of) : `maculactl reset ${id} --back ${of.copy}`

/** What can be done about it. */
export const sayPartialTodo = (partial: Pick<PartialData, 'id' | 'of'>): string =>
  partial.of.kind === 'restore'
    ? `${partialCommand(partial)} restores it again; maculactl reset ${partial.id} --back puts its newest whole copy in place.`
    : `${partialCommand(partial)} continues; with another time it puts that copy in place instead.`
