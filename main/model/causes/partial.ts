import type { Frame } from '../frame.ts'
import { partialCommand, sayPartial, sayPartialTodo } from '../partial.ts'
import { sayList } from '../say.ts'
import type { SharedCause } from '../snapshot.ts'

/** Data that is a part only. What a cut restore left is told by that (`restoreCause`), as long as it is known. */
export function partialCause({ world }: Frame): SharedCause | undefined {
  const all = (world.partial ?? []).filter(({ id }) => world.cut?.half?.id !== id)
  const [first] = all
  if (!first) return undefined
  const titles = sayList(
    all.map(({ title }) => title),
    8,
  )
  const each = (says: (one: (typeof all)[number]) => string): string =>
    all.map((one) => (all.length === 1 ? says(one) : `${one.title}: ${says(one)}`)).join(' ')
  return {
    id: 'partial',
    headline: {
      what: `${titles} ${all.length === 1 ? 'has a part of its' : 'have a part of their'} data only.`,
      why: each(sayPartial),
      todo: each(sayPartialTodo),
      fix: { label: 'Continue…', command: partialCommand(first), action: { kind: 'none' } },
    },
    services: all.map(({ id }) => id),
  }
}
