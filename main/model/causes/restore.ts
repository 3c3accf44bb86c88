import { restoreCommand, type BackupCut } from '../backup.ts'
import type { Frame } from '../frame.ts'
import { sayList } from '../say.ts'
import type { SharedCause } from '../snapshot.ts'

/** What can be done about it. */
export const sayCutTodo = (cut: Pick<BackupCut, 'path' | 'name'>): string =>
  `${restoreCommand(cut)} runs it again from its beginning; maculactl snapshot restore --back brings back what was there before.`

/** How things stand after it, in one sentence. */
export function sayCut({ half, done, left }: Pick<BackupCut, 'half' | 'done' | 'left'>): string {
  const whole = done.length === 0 ? '' : `${sayList(done, 8)} ${done.length === 1 ? 'is' : 'are'} restored`
  const rest = left.filter((title) => title !== half?.title)
  const not = rest.length === 0 ? '' : `${sayList(rest, 8)} ${rest.length === 1 ? 'is' : 'are'} as before`
  const part = half === undefined ? '' : `only a part of ${half.title} is restored`
  const all = [part, whole, not].filter(Boolean).join('; ')
  return all === ''
    ? 'All data is restored; the steps after that are missing.'
    : `${all.charAt(0).toUpperCase()}${all.slice(1)}.`
}

/** A restore that did not come to its end: what there is, is of two times, or a part only. */
export function restoreCause({ world }: Frame): SharedCause | undefined {
  const { cut } = world
  if (!cut) return undefined
  return {
    id: 'restore',
    headline: {
      what: `The restore of the snapshot ${cut.name} was cut off.`,
      why: sayCut(cut),
      todo: sayCutTodo(cut),
      fix: {
        label: 'Run it again…',
        command: restoreCommand(cut),
        action: { kind: 'none' },
      },
    },
    services: cut.half === undefined || cut.half.id === '' ? [] : [cut.half.id],
  }
}
