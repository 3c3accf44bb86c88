import { listenerKey } from '../../model/listeners.ts'
import { TLS_PORT, type Catalog, type Settings } from '../../model/service.ts'
import {
  certificateNames,
  domainsOf,
  isLast,
  troubleOfAuthority,
  whyRenew,
  type TlsAnswer,
} from '../../model/tls.ts'
import type { Adapters } from '../adapters.ts'
import { namesNow } from './names.ts'
import type { Seen } from './seen.ts'

/** A certificate is shown within this, or there is none (ms). */
const TLS_DEADLINE_MS = 4000

/** Asks what programs are shown that ask for our names by https; nothing while TLS is not wished. */
export function tlsLook(
  { tls, steps }: Pick<Adapters, 'tls' | 'steps'>,
  settings: Settings,
  catalog: () => Catalog,
  seen: Seen,
) {
  /** `addresses`: only names there; the others stay as they were. */
  return async function look(addresses?: ReadonlySet<string>): Promise<void> {
    if (!settings.tls) return
    const names = namesNow(catalog(), settings, seen)
    const found = await Promise.all(
      [...names].map(async ([name, address]): Promise<readonly (readonly [string, TlsAnswer])[]> => {
        const known = seen.tls?.answers.get(name)
        if (addresses && !addresses.has(address)) return known ? [[name, known]] : []
        // Never asked where another program listens: what it shows says nothing of ours.
        if (seen.listeners.get(listenerKey({ address, port: TLS_PORT }))?.kind !== 'ours') return []
        return [[name, await tls.ask({ address, port: TLS_PORT, name, deadline: TLS_DEADLINE_MS })]]
      }),
    )
    const trust = await steps
      .find(({ id }) => id === 'trust')
      ?.plan()
      .catch(() => undefined)
    seen.tls = {
      trusted: trust?.inPlace === true,
      seen: await tls.seen(),
      answers: new Map(found.flat()),
    }
  }
}

/** Whether the certificate of the clean URLs is due to be made anew, and can be. */
export function isTlsDue(
  { tls, ...seen }: Pick<Seen, 'tls' | 'ingressNames'>,
  catalog: Catalog,
  settings: Settings,
  now: number,
): boolean {
  const authority = tls?.seen.authority
  if (tls === undefined || authority === undefined) return false
  if (troubleOfAuthority(authority, domainsOf(settings), now)?.fatal === true) return false
  const names = certificateNames(namesNow(catalog, settings, seen).keys(), settings.suffix, authority.domains)
  return whyRenew(tls.seen.leaf, names, now) !== undefined && !isLast(tls.seen.leaf, names, authority)
}
