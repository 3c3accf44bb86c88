import { addressesOf } from '../native-port.ts'
import type { Frame } from '../frame.ts'
import { isHeldByBefore } from './before.ts'
import type { Holder } from '../observation.ts'
import { heldFix } from '../release.ts'
import { adviseHolder, beginning, sayCommand, sayHolder, sayLeft, sayList } from '../say.ts'
import type { ServiceView, SharedCause } from '../snapshot.ts'
import { SHARED_FROM } from './shared.ts'

/** Port 80 is closed to this user, or one program has a port of many services. */
export function portsCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  return closedCause(views) ?? heldCause(frame, views)
}

function closedCause(views: readonly ServiceView[]): SharedCause | undefined {
  const hit = views.filter((view) => view.ladder.some((rung) => rung.cause === 'ports'))
  if (hit.length < SHARED_FROM) return undefined
  const opens = hit.flatMap(({ endpoints }) => endpoints.filter((one) => one.opens && one.scheme === 'http'))
  const example = opens
    .flatMap(({ accesses }) => accesses)
    .find(({ kind, port }) => kind === 'address' && port !== 80)
  return {
    id: 'ports',
    headline: {
      what: `Port 80 is closed to this user. Services open with their port${example ? `: ${example.url}` : ''}.`,
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

/** One program that listens on all addresses takes the same port of all services. */
function heldCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const byHolder = new Map<
    string,
    { readonly holder: Holder; readonly key: string; readonly port: string; ids: Set<string> }
  >()
  for (const [key, seen] of frame.world.listeners) {
    // What ran before Macula is told as one, whatever it holds.
    if (seen.kind !== 'foreign' || isHeldByBefore(frame.world.before ?? [], key)) continue
    const at = key.lastIndexOf(':')
    const here = frame.services.filter((service) => addressesOf(service).includes(key.slice(0, at)))
    const ids = views.flatMap((view) => {
      const isHit =
        here.some(({ id }) => id === view.id) &&
        view.ladder.some(({ id, state }) => id === 'forwarder' && (state === 'round' || state === 'stop'))
      return isHit ? [view.id] : []
    })
    const who = `${sayHolder(seen.holder)} ${key.slice(at + 1)}`
    const known = byHolder.get(who) ?? { holder: seen.holder, key, port: key.slice(at + 1), ids: new Set() }
    for (const id of ids) known.ids.add(id)
    byHolder.set(who, known)
  }
  const most = [...byHolder.values()].sort((one, two) => two.ids.size - one.ids.size)[0]
  if (most === undefined || most.ids.size < SHARED_FROM) return undefined
  const hit = views.filter(({ id }) => most.ids.has(id))
  const { holder, port } = most
  return {
    id: 'ports',
    headline: {
      what: `${beginning(sayHolder(holder))} has port ${port} of ${sayList(hit.map(({ title }) => title))}.`,
      why: `It listens there${sayCommand(holder)}, probably on all addresses of this machine; ${sayLeft(holder)}`,
      todo: adviseHolder(holder, port, 'the forwarders come by themselves (without a window: maculactl up)'),
      ...(holder.service
        ? {}
        : {
            fix: heldFix(holder, most.key, port),
          }),
    },
    services: hit.map(({ id }) => id),
  }
}
