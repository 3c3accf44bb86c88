import { isIpv4, isLoopback } from '../model/atoms.ts'
import type { ServiceView, Snapshot } from '../model/snapshot.ts'

/**
 * The URL to hand to the desktop, when it may be: http or https to one of our names, to loopback, or to the
 * service's own container. Compared after parsing and handed over as parsed, so that no other reading of the
 * text counts.
 */
export function handable(url: string, snapshot: Snapshot, view: ServiceView): string | undefined {
  const parsed = URL.parse(url)
  if (!parsed || parsed.username !== '' || parsed.password !== '') return undefined
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return undefined
  const host = parsed.hostname
  const ours = isIpv4(host)
    ? isLoopback(host) || (view.container !== undefined && host === view.container.address)
    : host.endsWith(`.${snapshot.suffix}`) &&
      snapshot.services.some((service) => service.names.includes(host))
  return ours ? parsed.href : undefined
}
