import type { Frame } from '../frame.ts'
import type { ListenerSeen } from '../observation.ts'
import { sayCount, sayList } from '../say.ts'
import type { ServiceView, SharedCause } from '../snapshot.ts'
import { SHARED_FROM } from './shared.ts'

/** Forwarders of ours that are missing, lead elsewhere or take no connection, for many services: one cause, one fix. */
export function forwardersCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const hit = views.filter((view) =>
    view.ladder.some(({ cause, state }) => cause === 'forwarders' && (state === 'round' || state === 'stop')),
  )
  if (hit.length < SHARED_FROM) return undefined
  const addresses = new Set(
    frame.services.filter(({ id }) => hit.some((view) => view.id === id)).map(({ address }) => address),
  )
  const seen = [...frame.world.listeners]
    .filter(([key]) => addresses.has(key.slice(0, key.lastIndexOf(':'))))
    .map(([, listener]) => listener)
  const count = (kind: ListenerSeen['kind']): number => seen.filter((one) => one.kind === kind).length
  const isAre = (many: number, words: string): readonly string[] =>
    many === 0 ? [] : [`${many} ${many === 1 ? 'is' : 'are'} ${words}`]
  const [free, astray] = [count('free'), count('astray')]
  const ways = seen.flatMap((one) => (one.kind === 'hung' ? [one.hung] : []))
  const hung = ways.length
  const suspended = ways.filter((way) => way === 'suspended').length
  const how = sayList([
    ...isAre(free, 'missing'),
    ...(hung === 0 ? [] : [`${hung} ${hung === 1 ? 'takes' : 'take'} no connection`]),
    ...(astray === 0 ? [] : [`${astray} ${astray === 1 ? 'forwards' : 'forward'} elsewhere`]),
  ])
  return {
    id: 'forwarders',
    headline: {
      what: `Forwarders of ${sayCount(hit.length, 'service')} do not work: ${how}.`,
      why: [
        ...(free > 0 ? ['What is missing was stopped, not by Macula.'] : []),
        ...(suspended > 0
          ? [
              `A signal suspended ${suspended === hung ? 'what takes none' : `${suspended} of them`} (SIGSTOP).`,
            ]
          : []),
        ...(astray > 0
          ? [
              'What they were started for has moved: containers have other addresses, or the ingress was started or stopped.',
            ]
          : []),
      ].join(' '),
      todo: 'Restart the forwarders; Open and Copy use what works until then.',
      fix: { label: 'Restart forwarders', command: 'maculactl up', action: { kind: 'forward' } },
    },
    services: hit.map(({ id }) => id),
  }
}
