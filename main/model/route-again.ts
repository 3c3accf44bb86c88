import type { Fix } from './ladder.ts'
import { sayReload } from './say-change.ts'
import type { World } from './world.ts'

/** The unit that reads a route's file, by the route. */
const UNITS: Readonly<Record<string, string>> = {
  'route-systemd-resolved': 'systemd-resolved',
  'route-dns-delegate': 'systemd-resolved',
  'route-networkmanager': 'NetworkManager',
  'route-dnsmasq': 'dnsmasq',
}

/** Has the resolver read our route again; undefined: there is none in place that a program reads. */
export function routeAgain(route: World['route']): Fix | undefined {
  const unit = route.kind === 'in place' ? UNITS[route.id] : undefined
  return unit === undefined
    ? undefined
    : { label: 'Set route again…', command: `sudo ${sayReload(unit)}`, action: { kind: 'route' } }
}
