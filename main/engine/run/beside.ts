import { addressesOf } from '../../model/native-port.ts'
import { listenerKey, listenersOf } from '../../model/listeners.ts'
import { adviseHolder, sayCount, sayHolder, sayList } from '../../model/say.ts'
import type { RunContext } from './context.ts'

/**
 * What is told before something starts: another Macula (a second instance of one's own, with another "project", or another person's)
 * has addresses that are also ours. Undefined: none has. Only what of ours is to run counts, and what listens now.
 */
export async function sayBeside(context: RunContext, ids: readonly string[]): Promise<string | undefined> {
  const { truth } = context
  // What cannot be read now is told by the rows afterwards.
  if ((await truth.observe.listeners().catch(() => 'unread')) === 'unread') return undefined
  const mine = new Set(
    context.catalog().services.flatMap((service) => (ids.includes(service.id) ? addressesOf(service) : [])),
  )
  const found = listenersOf(context.catalog()).flatMap((one) => {
    const key = listenerKey(one)
    const seen = truth.seen.listeners.get(key)
    return seen?.kind === 'foreign' && seen.holder.macula && mine.has(one.address)
      ? [{ address: one.address, key, holder: seen.holder }]
      : []
  })
  const [first] = found
  if (!first) return undefined
  const all = [...new Set(found.map(({ address }) => address))]
  const who = sayHolder(first.holder)
  return `${who[0]?.toUpperCase() ?? ''}${who.slice(1)} has ${sayCount(all.length, 'address', 'addresses')} that this one wants too: ${sayList(all)}. Nothing of it is touched, and what it has is reached only there. ${adviseHolder(first.holder, first.key, 'try again')}`
}
