import { isEvery } from '../before/compose.ts'
import { inSentence } from '../before/shown.ts'
import type { Frame } from '../frame.ts'
import { portText } from '../protocol.ts'
import type { OldPart } from '../migration.ts'
import { sayList } from '../say.ts'
import type { ServiceView, SharedCause } from '../snapshot.ts'

/** Whether what ran before Macula is what listens on "address:port", of UDP "address:port/udp". */
export function isHeldByBefore(parts: readonly OldPart[], key: string): boolean {
  const at = key.lastIndexOf(':')
  const [address, port] = [key.slice(0, at), key.slice(at + 1)]
  return parts.some(({ listens = [] }) =>
    listens.some(
      (one) => portText(one.port, one.protocol) === port && (one.address === address || isEvery(one.address)),
    ),
  )
}

/**
 * Everything that holds ports of ours because it ran before Macula: one cause, however many ports it has. Told before anything of
 * ours is started too, though nothing is hit by then.
 */
export function beforeCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const { before = [], listeners } = frame.world
  const held = [...listeners].flatMap(([key, { kind }]) =>
    kind === 'foreign' && isHeldByBefore(before, key) ? [key] : [],
  )
  if (held.length === 0) return undefined
  const addresses = new Set(held.map((key) => key.slice(0, key.lastIndexOf(':'))))
  const hit = views.filter(
    (view) =>
      frame.services.some(
        ({ id, address }) => id === view.id && address !== null && addresses.has(address),
      ) && view.ladder.some(({ id, state }) => id === 'forwarder' && (state === 'round' || state === 'stop')),
  )
  const off = views.filter(
    (view) =>
      view.state === 'stopped' &&
      frame.services.some(({ id, address }) => id === view.id && address !== null && addresses.has(address)),
  )
  if (hit.length === 0 && off.length === 0) return undefined
  const ofWhom = hit.length === 0 ? off : hit
  const titles = before.filter(({ listens = [] }) => listens.length > 0).map(({ title }) => title)
  return {
    id: 'before',
    headline: {
      what: `What this machine ran before Macula holds ${held.length === 1 ? 'a port' : `${held.length} ports`} of ${sayList(ofWhom.map(({ title }) => title))}.`,
      why: `${sayList(titles.map((title, index) => (index === 0 ? title : inSentence(title))))}. ${titles.length === 1 ? 'It is not Macula’s, so it is' : 'They are not Macula’s, so they are'} left alone.`,
      todo: 'maculactl migrate shows what taking it over would do, with its data, and asks.',
      fix: { label: 'Take it over…', command: 'maculactl migrate', action: { kind: 'none' } },
    },
    services: hit.map(({ id }) => id),
  }
}
