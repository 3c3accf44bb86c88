import { headlineRung, rungIds, type Ladder } from './ladder.ts'
import type { NameSeen } from './observation.ts'
import { isNameGood, isNameRight } from './rungs/name.ts'
import { sayClock, sayDuration } from './say.ts'
import type { Headline, ServiceView, SharedCause } from './snapshot.ts'
import type { ServiceSpec } from './service.ts'
import type { Frame } from './judge.ts'
import type { NameServerSeen } from './world.ts'
import { headlineOf } from './merge.ts'
import { fqdn } from './access.ts'

/** A cause is shared when it hits at least this many services. */
const SHARED_FROM = 2

/** Causes that several services suffer from, each told once. Pure; order: the one to repair first comes first. */
export function sharedCauses(frame: Frame, views: readonly ServiceView[]): readonly SharedCause[] {
  return [
    dockerCause(frame, views),
    clusterCause(frame, views),
    namesCause(frame, views),
    portsCause(views),
  ].filter((cause) => cause !== undefined)
}

function dockerCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const { docker } = frame.world
  if (docker.kind === 'up' || docker.kind === 'connecting') return undefined
  const todo = {
    absent: 'Install Docker, or start it (sudo systemctl start docker).',
    denied: 'Let your user talk to Docker (sudo usermod -aG docker $USER), then sign in again.',
    old: 'Install Docker Engine 25 or newer.',
    slow: 'Wait, or restart Docker (sudo systemctl restart docker).',
    broken: 'Restart Docker (sudo systemctl restart docker) and read its log (journalctl -u docker).',
  }[docker.code]
  return {
    id: 'docker',
    headline: {
      what: 'Docker does not answer. Names, addresses and forwarders are still checked.',
      why: docker.says,
      todo,
      fix: { label: 'Check again', command: 'maculactl doctor', action: { kind: 'none' } },
    },
    services: views.filter((view) => view.state === 'unknown').map((view) => view.id),
  }
}

/** A cluster that is down takes its applications along: told once, by the cluster's own row. */
function clusterCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  for (const service of frame.services) {
    if (service.runtime.kind !== 'cluster' || service.runtime.app) continue
    const { id } = service.runtime.cluster
    const hit = views.filter(
      (view) =>
        view.id !== service.id &&
        view.ladder.some((rung) => rung.cause === 'cluster') &&
        frame.services.some(
          ({ id: other, runtime }) =>
            other === view.id && runtime.kind === 'cluster' && runtime.cluster.id === id,
        ),
    )
    const own = views.find((view) => view.id === service.id)
    const told = own && headlineRung(own.ladder)
    if (hit.length === 0 || !told || told.state !== 'stop') continue
    const { why, todo, fix } = headlineOf(told)
    return {
      id: 'cluster',
      headline: {
        what: `${service.title} is down: ${told.reason ?? told.says}. ${hit.length === 1 ? 'Its application is' : `Its ${hit.length} applications are`} unknown meanwhile.`,
        why,
        todo,
        ...(fix === undefined ? {} : { fix }),
      },
      services: hit.map((view) => view.id),
    }
  }
  return undefined
}

/** Applications of a cluster that was never made do not count: nobody asks for their names. */
function isSetUp(frame: Frame, { runtime }: ServiceSpec): boolean {
  if (runtime.kind === 'container') return true
  const seen = frame.world.clusters?.get(runtime.cluster.id)
  return seen !== undefined && seen.kind !== 'absent'
}

interface Named {
  readonly service: ServiceSpec
  readonly address: string
  readonly seen: NameSeen
}

/** Our name server lives and answers nothing: ours, whatever the resolver makes of it. */
export function sayHungServer({ pid, port, hung }: Extract<NameServerSeen, { kind: 'hung' }>): string {
  return hung === 'suspended'
    ? `Our name server (dnsmasq, pid ${pid}) is suspended: a signal stopped it (SIGSTOP), so it answers nothing on 127.0.0.1:${port}.`
    : `Our name server (dnsmasq, pid ${pid}) lives, but answers nothing on 127.0.0.1:${port}.`
}

function namesCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const { world, suffix, services } = frame
  const all: Named[] = services.flatMap((service) =>
    !isSetUp(frame, service) || service.address === null
      ? []
      : service.endpoints.flatMap((endpoint) => {
          const name = fqdn(endpoint, suffix)
          const seen = name === undefined ? undefined : world.names.get(name)
          return seen === undefined ? [] : [{ service, address: service.address ?? '', seen }]
        }),
  )
  const bad = all.filter(({ seen, address }) => !isNameGood(seen, address))
  const hit = [...new Set(bad.map(({ service }) => service.id))]
  // One name that is off is that service's own trouble; many are one cause.
  if (hit.length < SHARED_FROM || bad.length * 2 < all.length) return undefined
  const since = world.namesBadSince === undefined ? '' : ` since ${sayClock(world.namesBadSince)}`
  const slow = bad.filter(({ seen, address }) => isNameRight(seen, address) || seen.kind === 'timeout')
  const services_ = views.filter((view) => hit.includes(view.id)).map((view) => view.id)
  const restore = { label: 'Restore names', command: 'maculactl up', action: { kind: 'forward' } } as const
  const told = (headline: Headline): SharedCause => ({ id: 'names', headline, services: services_ })
  const needsServer = world.route.kind !== 'in place' || world.route.needsServer
  if (world.route.kind === 'absent')
    return told({
      what: `Names under ${suffix} are not set up on this machine${since}. Everything opens by address.`,
      why: 'The resolver of this machine is not led to our names.',
      todo: 'Run set-up; it asks for the password once.',
      fix: { label: 'Set up names…', command: 'maculactl setup', action: { kind: 'setup', changes: [] } },
    })
  if (needsServer && world.nameServer.kind !== 'runs') {
    const why = {
      hung: world.nameServer.kind === 'hung' ? sayHungServer(world.nameServer) : '',
      stopped: 'Our name server (dnsmasq) is not running.',
      'no-tool': 'dnsmasq is not installed.',
      'port-taken': world.nameServer.kind === 'port-taken' ? world.nameServer.says : '',
    }[world.nameServer.kind]
    return told({
      what: `Names under ${suffix} are not answered${since}. Everything opens by address.`,
      why,
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
  }
  if (slow.length * 2 >= bad.length) {
    const longest = Math.max(...slow.map(({ seen }) => seen.ms))
    return told({
      what: `Names are slow${since}: ${sayDuration(longest)} each. Open and Copy use the addresses.`,
      why: 'Something asks another name server first and waits for it (a VPN, mDNS for .local, or a resolver that does not answer).',
      todo: 'Check what changed on the network; maculactl doctor names the resolver in use.',
      fix: { label: 'Check names', command: 'maculactl doctor', action: { kind: 'none' } },
    })
  }
  return told({
    what: `Names under ${suffix} are not known or wrong${since}. Everything opens by address.`,
    why: `${world.route.kind === 'in place' ? `${world.route.title} is in place, but t` : 'T'}he resolver of this machine gives another answer.`,
    todo: 'Check what changed on the network; maculactl doctor names the resolver in use.',
    fix: { label: 'Set up names…', command: 'maculactl setup', action: { kind: 'setup', changes: [] } },
  })
}

function portsCause(views: readonly ServiceView[]): SharedCause | undefined {
  const hit = views.filter((view) => view.ladder.some((rung) => rung.cause === 'ports'))
  if (hit.length < SHARED_FROM) return undefined
  return {
    id: 'ports',
    headline: {
      what: 'Port 80 is closed to this user. Services open with their port: http://127.0.0.4:3000.',
      why: 'This machine lets only root listen on ports below 1024.',
      todo: 'Run set-up; it asks for the password once.',
      fix: {
        label: 'Allow low ports…',
        command: 'maculactl setup',
        action: { kind: 'setup', changes: ['low-ports'] },
      },
    },
    services: hit.map((view) => view.id),
  }
}

/** Marks the rungs that a shared cause explains, so that rows carry only the short effect. */
export function markCauses(view: ServiceView, causes: readonly SharedCause[]): ServiceView {
  const rungOf = { docker: 'container', names: 'name', ports: 'forwarder', cluster: 'container' } as const
  let marked: Ladder = view.ladder
  for (const cause of causes) {
    if (!cause.services.includes(view.id) || !(cause.id in rungOf)) continue
    const id = rungOf[cause.id as keyof typeof rungOf]
    const index = rungIds.indexOf(id)
    marked = marked.map((rung, at) =>
      at === index && rung.state !== 'ok' && rung.state !== 'unused' ? { ...rung, cause: cause.id } : rung,
    )
  }
  if (marked === view.ladder) return view
  // A trouble of the service's own goes before what it shares with others: that is told once already.
  const own = headlineRung(marked.filter((rung) => !causes.some((cause) => cause.id === rung.cause)))
  return view.state === 'degraded' && own?.state === 'round'
    ? { ...view, ladder: marked, reason: own.reason ?? own.says, headline: headlineOf(own) }
    : { ...view, ladder: marked }
}
