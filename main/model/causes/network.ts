import { sayConnect } from '../errno.ts'
import type { Frame } from '../frame.ts'
import type { AnswerSeen } from '../observation.ts'
import { tooFewFiles } from '../open-files.ts'
import { sayCount, sayList } from '../say.ts'
import type { ServiceSpec } from '../service.ts'
import type { ServiceView, SharedCause } from '../snapshot.ts'
import { isLost, ownLimit, sayWay, wayTodo } from '../way.ts'
import { answerKey } from '../world.ts'
import { SHARED_FROM } from './shared.ts'

const look = { label: 'Check again', command: 'maculactl doctor', action: { kind: 'none' } } as const

/** What the containers themselves answered, asked past our forwarders. */
function directAnswers({ world }: Frame, service: ServiceSpec): readonly AnswerSeen[] {
  return service.endpoints.flatMap(({ id }) => world.answers.get(answerKey(service.id, id, 'direct')) ?? [])
}

/**
 * Containers that run and cannot be reached, many at once: routed elsewhere (`route`), or lost on the right way
 * (`network`). Undefined when what does not answer may be the services' own trouble.
 */
export function wayCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const { world, services } = frame
  if (world.docker.kind !== 'up' || !world.docker.native) return undefined
  const running = services.flatMap((service) => {
    const container = world.containers.get(service.id)
    return container?.state === 'running' ? [{ service, to: container.address }] : []
  })
  const lost = running.filter(({ service }) => {
    const answers = directAnswers(frame, service)
    return answers.length > 0 && answers.every(isLost)
  })
  const isElsewhere = world.way?.kind === 'elsewhere'
  const isMany = lost.length >= SHARED_FROM && lost.length * 2 >= running.length
  const [first] = lost
  if (!first || (!isElsewhere && !isMany)) return undefined
  const { to } = first
  const subnet = `${to.slice(0, to.lastIndexOf('.'))}.0/24`
  const ids = views.filter(({ id }) => lost.some(({ service }) => service.id === id)).map(({ id }) => id)
  const what = `${sayCount(lost.length, 'container')} of the Docker network cannot be reached, though ${lost.length === 1 ? 'it runs' : 'they run'}.`
  const code = lost
    .flatMap(({ service }) => directAnswers(frame, service))
    .flatMap((seen) => (seen.kind === 'refused' ? [seen.code] : []))[0]
  if (world.way?.kind === 'elsewhere')
    return {
      id: 'route',
      headline: { what, why: sayWay(world.way, to), todo: wayTodo(subnet), fix: look },
      services: ids,
    }
  return {
    id: 'network',
    headline: {
      what,
      why:
        code === undefined
          ? `What is sent to ${subnet} is lost${world.way?.kind === 'right' ? `, though it is routed right (to ${world.way.device})` : ''}: a firewall may drop it.`
          : `${to}: ${sayConnect(code)}.`,
      todo: `Let what goes from this machine to ${subnet} pass (sudo nft list ruleset, sudo iptables -S show what is dropped).`,
      fix: look,
    },
    services: ids,
  }
}

/** Loopback addresses that this machine does not have, for many services. */
export function addressesCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const hit = views.filter((view) => view.ladder.some(({ cause }) => cause === 'network'))
  if (hit.length < SHARED_FROM) return undefined
  const addresses = frame.services.flatMap(({ id, address }) =>
    address !== null && hit.some((view) => view.id === id) ? [address] : [],
  )
  return {
    id: 'network',
    headline: {
      what: `${sayList([...new Set(addresses)])} are not on this machine.`,
      why: 'The loopback interface does not have these addresses.',
      todo: 'See what it has (ip address show lo): it should be up, with 127.0.0.1/8.',
      fix: look,
    },
    services: hit.map(({ id }) => id),
  }
}

/** This process ran out of something, or may open too little to begin with: no service's fault. */
export function limitsCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const { answers, files } = frame.world
  const hit = views.filter(({ id }) =>
    [...answers].some(([key, seen]) => key.startsWith(`${id}/`) && ownLimit(seen) !== undefined),
  )
  const few = tooFewFiles(files)
  const code = [...answers.values()].map(ownLimit).find((one) => one !== undefined)
  if (few === undefined && code === undefined) return undefined
  const { what, why, todo } = few ?? {
    what: `${sayCount(hit.length, 'service')} could not be checked: ${sayConnect(code ?? '')}.`,
    why: 'Macula’s own process reached its limit; the services may work.',
    todo: 'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf, then start Macula again.',
  }
  return {
    id: 'limits',
    headline: { what, why: why ?? '', todo: todo ?? '', fix: look },
    services: hit.map(({ id }) => id),
  }
}
