import { stateWords } from '../../../main/model/say.ts'
import type { Sets } from '../../../main/model/service.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'

/**
 * Whether a row is shown while the list is filtered: each word stands in its title, id, names, address, tier or state;
 * `@name` is a set. Nothing typed: all are.
 */
export function fitsFilter(view: ServiceView, tier: string, filter: string, sets: Sets): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const text = [view.title, view.id, ...view.names, view.address ?? '', tier, stateWords[view.state]]
    .join('\n')
    .toLowerCase()
  return words.every((word) =>
    word.startsWith('@')
      ? Object.entries(sets).some(([name, ids]) => name.startsWith(word.slice(1)) && ids.includes(view.id))
      : text.includes(word),
  )
}
