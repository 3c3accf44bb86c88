import type { Snapshot } from '../model/snapshot.ts'

/**
 * The URL as it may be handed to the desktop, or undefined: http or https, without a user or control characters, to a
 * host and port that a service of ours has as one of its ways in. Compared after parsing, handed over as parsed.
 */
export function mayOpen(url: string, snapshot: Snapshot | undefined): string | undefined {
  // What a parser would silently drop must not be there at all.
  if (url.length > 2000 || Array.from(url).some((char) => char <= ' ' || char === '\u007F')) return undefined
  const parsed = parse(url)
  if (!parsed || parsed.username !== '' || parsed.password !== '') return undefined
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return undefined
  const ours = snapshot?.services.some((service) =>
    service.endpoints.some(
      (endpoint) =>
        endpoint.opens &&
        endpoint.accesses.some((access) => {
          const known = parse(access.url)
          return known !== undefined && known.protocol === parsed.protocol && known.host === parsed.host
        }),
    ),
  )
  return ours === true ? parsed.href : undefined
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}
