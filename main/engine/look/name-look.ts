import type { NameSeen } from '../../model/observation.ts'
import { addressesOf, isNameGood } from '../../model/rungs/name.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import type { Adapters } from '../adapters.ts'
import { namesNow } from './names.ts'
import type { Seen } from './seen.ts'

/** A name that takes longer than this is not answered: the `.local` stall takes 5 s, which must still be seen as slow. */
const NAME_DEADLINE_MS = 6000

/** Of names that were all good so many parts are made, and one of them asked each time. */
const PARTS = 3

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

  /** Remembers which network came up since the last look; what was up before we began is nobody's news. Whether any is new or gone. */
  function seeLinks(): boolean {
    const now = host.links?.()
    if (now === undefined) return false
    const before = seen.links
    const isOther =
      before === undefined || before.length !== now.length || now.some((link) => !before.includes(link))
    const name = seen.links && now.find((link) => seen.links?.includes(link) === false)
    if (name !== undefined) seen.linkCame = { name, at: clock.now() }
    else if (seen.linkCame && !now.includes(seen.linkCame.name)) seen.linkCame = undefined
    seen.links = now
    return isOther
  }

  let turn = 0

  /**
   * `new`: only names that were not asked for yet, as a cluster told of them. `some`: nothing is known to have changed, so that a part
   * of them is enough while all are good: what leads them elsewhere (a VPN, the resolver, our name server) leads each of them. As soon
   * as one is not good, all are asked.
   */
  return async function names(how?: 'new' | 'some'): Promise<void> {
    const isOther = how !== 'new' && seeLinks()
    const all = namesNow(catalog(), settings, seen)
    const ask = async (wanted: readonly (readonly [string, string])[]): Promise<Map<string, NameSeen>> =>
      new Map(
        await Promise.all(wanted.map(async ([name, address]) => [name, await one(name, address)] as const)),
      )
    const isPart = how === 'some' && !isOther && seen.namesAre === 'good'
    turn += 1
    // At least one each time.
    const parts = isPart ? Math.min(PARTS, all.size) : 1
    const wanted = [...all].filter(
      ([name], index) => !seen.names.has(name) || (how !== 'new' && index % parts === turn % parts),
    )
    const found = await ask(wanted)
    if (isPart && [...found].some(([name, answer]) => !isNameGood(answer, all.get(name) ?? '')))
      for (const [name, answer] of await ask([...all].filter(([name]) => !found.has(name))))
        found.set(name, answer)
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
