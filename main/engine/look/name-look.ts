import type { NameSeen } from '../../model/observation.ts'
import { addressesOf, isNameGood } from '../../model/rungs/name.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import type { Adapters } from '../adapters.ts'
import { namesNow } from './names.ts'
import type { Seen } from './seen.ts'

/** A name that takes longer than this is not answered: the `.local` stall takes 5 s, which must still be seen as slow. */
const NAME_DEADLINE_MS = 6000

/** Asks the OS resolver for our names, as any program would. */
export function nameLook(
  { host, clock }: Pick<Adapters, 'host' | 'clock'>,
  settings: Settings,
  catalog: () => Catalog,
  seen: Seen,
) {
  async function one(name: string, address: string): Promise<NameSeen> {
    const answer = await host.lookup(name, NAME_DEADLINE_MS)
    // Only an answer that is not ours alone has a source to be named.
    const isOurs = answer.kind === 'answer' && answer.addresses.every((found) => found === address)
    if (isOurs || answer.kind === 'timeout') return answer
    const lines = await host.nameLines(name, address, addressesOf(answer)).catch(() => [])
    return lines.length === 0 ? answer : { ...answer, lines }
  }

  /** Remembers which network came up since the last look; what was up before we began is nobody's news. */
  function seeLinks(): void {
    const now = host.links?.()
    if (now === undefined) return
    const name = seen.links && now.find((link) => seen.links?.includes(link) === false)
    if (name !== undefined) seen.linkCame = { name, at: clock.now() }
    else if (seen.linkCame && !now.includes(seen.linkCame.name)) seen.linkCame = undefined
    seen.links = now
  }

  /** `new`: only names that were not asked for yet, as a cluster told of them. */
  return async function names(how?: 'new'): Promise<void> {
    if (how !== 'new') seeLinks()
    const all = namesNow(catalog(), settings, seen)
    const wanted = [...all].filter(([name]) => how !== 'new' || !seen.names.has(name))
    const found = new Map(
      await Promise.all(wanted.map(async ([name, address]) => [name, await one(name, address)] as const)),
    )
    // What came up meanwhile was asked by somebody else.
    const now = namesNow(catalog(), settings, seen)
    const others = [...seen.names].filter(([name]) => now.has(name) && !found.has(name))
    seen.names = new Map([...others, ...found])
    if (how === 'new') return
    const bad = [...found].some(([name, answer]) => !isNameGood(answer, all.get(name) ?? ''))
    // Since when is known only of what was seen good before.
    const first = seen.namesAre === 'good' ? clock.now() : undefined
    seen.namesBadSince = bad ? (seen.namesBadSince ?? first) : undefined
    seen.namesAre = bad ? 'bad' : 'good'
  }
}
