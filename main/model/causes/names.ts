import { fqdn } from '../access.ts'
import type { Frame } from '../frame.ts'
import { troubleOfServer } from '../name-server.ts'
import type { NameSeen } from '../observation.ts'
import { routeAgain } from '../route-again.ts'
import { isNameGood, isNameRight, lineFix, sayLine } from '../rungs/name.ts'
import { sayClock, sayDuration } from '../say.ts'
import type { ServiceSpec } from '../service.ts'
import type { Headline, ServiceView, SharedCause } from '../snapshot.ts'
import { sayWaiting } from '../waiting.ts'
import { SHARED_FROM } from './shared.ts'

/** Applications of a cluster that was never made do not count: nobody asks for their names. */
function isSetUp(frame: Frame, { runtime }: ServiceSpec): boolean {
  if (runtime.kind === 'container') return true
  const seen = frame.world.clusters?.get(runtime.cluster.id)
  return seen !== undefined && seen.kind !== 'absent'
}

interface Named {
  readonly name: string
  readonly service: ServiceSpec
  readonly address: string
  readonly seen: NameSeen
}

/** Names that a route which lists them one by one lacks: each new one needs set-up, and one step does them all. */
function waitingCause(
  { world, services, suffix }: Frame,
  views: readonly ServiceView[],
): SharedCause | undefined {
  if (world.route.kind !== 'absent' || !world.route.waits) return undefined
  const { route, title, names, elsewhere } = world.route.waits
  const said = sayWaiting(title, names, elsewhere)
  const waits = (service: ServiceSpec): boolean =>
    service.endpoints.some((endpoint) => names.includes(fqdn(endpoint, suffix) ?? ''))
  const hit = new Set(services.filter(waits).map(({ id }) => id))
  return {
    id: 'names',
    headline: {
      ...said,
      todo: `${said.todo}; until then use the addresses.`,
      fix: {
        label: 'Set up names…',
        command: 'maculactl setup',
        action: { kind: 'setup', changes: [route] },
      },
    },
    services: views.filter(({ id }) => hit.has(id)).map(({ id }) => id),
  }
}

/** How long before names turned slow a network may have come up to be the likely reason (ms). */
const BEFORE_MS = 180_000

/** Why names are slow: the network that came up just before, where that was seen; else what it usually is. */
function sayWhySlow({ world, suffix }: Frame): string {
  const { linkCame, namesBadSince } = world
  const since = namesBadSince ?? world.at
  if (linkCame && linkCame.at <= since && since - linkCame.at <= BEFORE_MS)
    return `${linkCame.name} came up ${sayClock(linkCame.at)}, just before. It brings name servers of its own, which are asked first and waited for.`
  const isLocal = suffix === 'local' || suffix.endsWith('.local')
  return `Something asks another name server first and waits for it (a VPN${isLocal ? ', mDNS for .local' : ''}, or a resolver that does not answer).`
}

/** Names that are slow, not known or wrong for many, with the layer that makes them so. */
export function namesCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const { world, suffix, services } = frame
  const all: Named[] = services.flatMap((service) =>
    !isSetUp(frame, service) || service.address === null
      ? []
      : service.endpoints.flatMap((endpoint) => {
          const name = fqdn(endpoint, suffix) ?? ''
          const seen = world.names.get(name)
          return seen === undefined ? [] : [{ name, service, address: service.address ?? '', seen }]
        }),
  )
  const bad = all.filter(({ seen, address }) => !isNameGood(seen, address))
  // Several endpoints of a service may have one name.
  const [badCount, count] = [bad, all].map((some) => new Set(some.map(({ name }) => name)).size)
  const hit = [...new Set(bad.map(({ service }) => service.id))]
  const waiting = waitingCause(frame, views)
  // One name that is off is that service's own trouble; many are one cause.
  if (hit.length < SHARED_FROM || bad.length * 2 < all.length) return waiting
  const since = world.namesBadSince === undefined ? '' : ` since ${sayClock(world.namesBadSince)}`
  const slow = bad.filter(({ seen, address }) => isNameRight(seen, address) || seen.kind === 'timeout')
  const hitViews = views.filter((view) => hit.includes(view.id)).map((view) => view.id)
  const restore = { label: 'Restore names', command: 'maculactl up', action: { kind: 'forward' } } as const
  // What is said of all must be so of all: others may be known, and open by name.
  const isAll = bad.length === all.length
  const these = isAll ? `Names under ${suffix}` : `${badCount} of ${count} names under ${suffix}`
  // What is stopped opens by nothing, and of what Docker does not tell nobody knows.
  const isOff =
    world.docker.kind !== 'up' || views.every(({ id, state }) => !hit.includes(id) || state === 'stopped')
  const opens = isOff ? '' : isAll ? ' Everything opens by address.' : ' What they name opens by address.'
  // How this machine would be led to them (its resolver, a file of names) is the doctor's to tell.
  const unwritten = since === '' ? 'Set-up has not written them' : 'What set-up wrote is not there any more'
  const told = (headline: Headline): SharedCause => ({ id: 'names', headline, services: hitViews })
  if (world.route.kind === 'absent' && waiting) return waiting
  if (world.route.kind === 'absent')
    return told({
      what: `${these} are ${since === '' ? 'not set up on this machine' : `no longer set up on this machine,${since}`}.${opens}`,
      why: isAll
        ? `${unwritten}.`
        : `${unwritten}; names that are known come from somewhere else (lines of /etc/hosts, another name server).`,
      todo: 'Run set-up; it asks for the password once.',
      fix: { label: 'Set up names…', command: 'maculactl setup', action: { kind: 'setup', changes: [] } },
    })
  const server = troubleOfServer(world)
  if (server !== undefined)
    return told({
      what: `${these} are not answered${since}.${opens}`,
      why: server,
      todo: world.nameServer.kind === 'no-tool' ? 'Install it with set-up.' : 'Restore names.',
      fix:
        world.nameServer.kind === 'no-tool'
          ? {
              label: 'Install dnsmasq…',
              command: 'maculactl setup',
              action: { kind: 'setup', changes: ['tools'] },
            }
          : restore,
    })
  const again = routeAgain(world.route)
  if (slow.length * 2 >= bad.length) {
    const longest = Math.max(...slow.map(({ seen }) => seen.ms))
    return told({
      what: `Names are slow${since}: ${sayDuration(longest)} each.${isOff ? '' : ' Open and Copy use the addresses.'}`,
      why: sayWhySlow(frame),
      todo:
        again === undefined
          ? 'Check what changed on the network; maculactl doctor names the resolver in use.'
          : `Set our route again; it asks for the password once. Where that does not help, take ${suffix} out of what the VPN or the network asks for.`,
      fix: again ?? { label: 'Check names', command: 'maculactl doctor', action: { kind: 'none' } },
    })
  }
  const line = bad.find(({ seen }) => seen.lines !== undefined)?.seen.lines
  const [first] = line ?? []
  if (first !== undefined)
    return told({
      what: `${these} resolve to something else${since}.${opens}`,
      why: `${sayLine(line) ?? ''}, which takes precedence over our names.`,
      // Names are led here in another way: the block is left over from before.
      todo: first.ours
        ? 'maculactl undo route-hosts takes that block out, which nothing needs any more.'
        : first.step !== undefined
          ? `maculactl setup takes them out of ${first.file}.`
          : `Correct ${first.file} (sudoedit ${first.file}); each service’s name says which line is its own.`,
      fix: lineFix(line) ?? { label: 'Check names', command: 'maculactl doctor', action: { kind: 'none' } },
    })
  return told({
    what: `${these} are unknown or wrong${since}.${opens}`,
    why: `${world.route.kind === 'in place' ? `${world.route.title} is in place, but t` : 'T'}he resolver of this machine gives another answer.`,
    // Set-up has nothing left to change where its route is in place.
    todo:
      again === undefined
        ? 'Check what changed on the network; maculactl doctor names the resolver in use.'
        : 'Set our route again; it asks for the password once. Where that does not help, maculactl doctor names the resolver in use.',
    fix:
      again ??
      (world.route.kind === 'in place'
        ? { label: 'Check names', command: 'maculactl doctor', action: { kind: 'none' } }
        : { label: 'Set up names…', command: 'maculactl setup', action: { kind: 'setup', changes: [] } }),
  })
}
