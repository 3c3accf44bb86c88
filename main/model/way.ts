import { isBlocked, isLimit, sayConnect } from './errno.ts'
import type { AnswerSeen } from './observation.ts'

/** Where this machine sends what goes to our containers; looked at only while they do not answer. */
export type WaySeen =
  /** To the bridge of the Docker network. */
  | { readonly kind: 'right'; readonly device: string }
  /** Elsewhere, or nowhere. `says`: the words of the kernel's routing, `ip route get` where it is there. */
  | { readonly kind: 'elsewhere'; readonly device?: string; readonly says: string }
  | { readonly kind: 'unknown'; readonly says: string }

/** The address of the bridge of our Docker network, its first, by the address of any container on it. */
export function bridgeOf(address: string): string {
  return `${address.slice(0, address.lastIndexOf('.'))}.1`
}

/** What is wrong with the way, as a sentence: "This machine sends 172.23.0.10 to tun0, not to the Docker network." */
export function sayWay(way: Extract<WaySeen, { kind: 'elsewhere' }>, to: string): string {
  return way.device === undefined
    ? `This machine has no way to ${to} (${way.says}).`
    : `This machine sends ${to} to ${way.device}, not to the Docker network (${way.says}).`
}

/** What to do about it. `subnet`: of the Docker network. */
export function wayTodo(subnet: string): string {
  return `Disconnect the VPN that does it, or let it leave out ${subnet}; or set another "subnet" in settings.json, then maculactl down and maculactl up.`
}

/** Whether a try to reach the container itself ended on its way there, before its program could have a part in it. */
export function isLost(
  seen: AnswerSeen | undefined,
): seen is Extract<AnswerSeen, { kind: 'timeout' | 'refused' }> {
  return (
    (seen?.kind === 'timeout' && seen.unmade === true) || (seen?.kind === 'refused' && isBlocked(seen.code))
  )
}

/** Why the container itself cannot be reached, as a sentence; undefined when its program may be the reason. */
export function wayTrouble(
  direct: AnswerSeen | undefined,
  way: WaySeen | undefined,
  to: string,
): string | undefined {
  if (!isLost(direct)) return undefined
  if (way?.kind === 'elsewhere') return sayWay(way, to)
  return direct.kind === 'refused' ? `${to}: ${sayConnect(direct.code)}.` : undefined
}

/** The code of a try that says only that we ourselves ran out of something; undefined for all others. */
export function ownLimit(seen: AnswerSeen | undefined): string | undefined {
  return seen?.kind === 'refused' && isLimit(seen.code) ? seen.code : undefined
}
