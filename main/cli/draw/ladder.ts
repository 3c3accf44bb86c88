import { hasRail, type Ladder, type Rung } from '../../model/ladder.ts'
import { paintRung, type Style } from '../style.ts'

/** The head over lying ladders: one letter a rung; a sixth where TLS is in use. */
export function ladderHead(ladders: readonly Ladder[]): string {
  return ladders.some((ladder) => ladder.some(({ id }) => id === 'tls')) ? ' N A F C S T ' : ' N A F C S '
}

/**
 * The ladder on its side, read as the request travels: name, address, forwarder, container, service.
 * ` ▲ ╪═╪ ✖ · ` says: the name goes round, address and forwarder are fine, the container stops it.
 */
export function lyingLadder(style: Style, ladder: Ladder): string {
  const { signs, paint } = style
  const between = (left: Rung | undefined, right: Rung | undefined): string => {
    const isOpen = [left, right].every((rung) => rung === undefined || hasRail[rung.state])
    return isOpen ? paint.dim(signs.rail) : ' '
  }
  return [
    ...ladder.map((rung, index) => {
      const before = between(ladder[index - 1], rung)
      return before + paintRung(style, rung.state, signs.rung[rung.state])
    }),
    between(ladder.at(-1), undefined),
  ].join('')
}
