import { rungIds, type Ladder, type Rung, type RungState } from './ladder.ts'
import type { Headline } from './snapshot.ts'

/** Worst first: what the service's own ladder takes from those of its endpoints. */
const worst: readonly RungState[] = ['stop', 'progress', 'unknown', 'round', 'unreached', 'ok', 'unused']

/** The worst of each rung over several ladders. */
export function mergeLadders(ladders: readonly Ladder[]): Ladder {
  const isSecure = ladders.some((ladder) => ladder.some(({ id }) => id === 'tls'))
  return [...rungIds, ...(isSecure ? (['tls'] as const) : [])].map((id) => {
    const rungs = ladders.map((ladder) => ladder.find((rung) => rung.id === id))
    const merged = worst.flatMap((state) => rungs.find((rung) => rung?.state === state) ?? [])[0]
    return merged ?? { id, state: 'unused', says: '' }
  })
}

/** The explanation of a rung: what happened, why, what to do. */
export function headlineOf(rung: Rung): Headline {
  // A sentence begins with a capital, but a name or an address keeps its own form.
  const says = rung.says.replace(
    /^[a-z]+(?=[ ,]|:(?!\/\/))/,
    (word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
  )
  return {
    what: /[.!?…]$/.test(says) ? says : `${says}.`,
    why: rung.why ?? '',
    todo: rung.todo ?? '',
    ...(rung.fix === undefined ? {} : { fix: rung.fix }),
  }
}
