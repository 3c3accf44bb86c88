import type { Fix, Rung } from '../ladder.ts'
import { listenerKey, type ListenerPlace } from '../listeners.ts'
import { isUdp, portText } from '../protocol.ts'
import type { ListenerSeen } from '../observation.ts'
import { heldFix } from '../release.ts'
import { adviseHolder, beginning, FORWARDER_COMES, sayCommand, sayHolder, sayLeft } from '../say.ts'
import { INGRESS } from '../service.ts'

/** One listener of an endpoint with what was seen there. */
export interface ListenerLook extends ListenerPlace {
  readonly seen: ListenerSeen | undefined
  /** The title of what it leads to, where that does not run: no forwarder is kept for nothing. */
  readonly lacks?: string
}

const restore: Fix = {
  label: 'Restart forwarder',
  command: 'maculactl up',
  action: { kind: 'forward' },
}

interface Found {
  readonly says: string
  /** What is wrong there; absent: it is ours and leads where it should, or it was not looked at. */
  readonly trouble?: Required<Pick<Rung, 'reason' | 'why' | 'todo'>> &
    Pick<Rung, 'fix'> & {
      /** The shared cause that it belongs to when others suffer from it too. */
      readonly cause?: 'ports' | 'forwarders'
    }
}

function lookAt(look: ListenerLook): Found {
  const { seen } = look
  const key = listenerKey(look)
  const port = portText(look.port, look.protocol)
  const own = { cause: 'forwarders', fix: restore } as const
  if (!seen) return { says: `${key} was not checked yet` }
  switch (seen.kind) {
    case 'ours':
      return { says: `${key} is ours: ${seen.program}, pid ${seen.pid}` }
    case 'astray':
      return {
        says: `${key} is ours (pid ${seen.pid}), but forwards to ${seen.to}`,
        trouble: {
          ...own,
          reason: `forwarder points to ${seen.to}`,
          why: 'What it was started for has moved: its container has another address, or the ingress was started or stopped.',
          todo: 'Restart the forwarder.',
        },
      }
    case 'hung': {
      const suspended = seen.hung === 'suspended'
      return {
        says: `${key} is ours (${seen.program}, pid ${seen.pid}), but takes no ${isUdp(look) ? 'datagram' : 'connection'}`,
        trouble: {
          ...own,
          reason: `forwarder on port ${port} ${suspended ? 'is suspended' : 'hangs'}`,
          why: suspended
            ? `A signal suspended our forwarder (SIGSTOP): it holds the port, and whoever ${isUdp(look) ? 'sends there' : 'connects'} waits.`
            : `Our forwarder holds the port and does not take what ${isUdp(look) ? 'is sent' : 'connects'} to it.`,
          todo: isUdp(look)
            ? 'Restart the forwarder; QUIC connections through it start over.'
            : 'Restart the forwarder; its connections end with it.',
        },
      }
    }
    case 'foreign':
      return {
        says: `${key} is held by ${sayHolder(seen.holder)}`,
        trouble: {
          reason: `${sayHolder(seen.holder)} has port ${port}`,
          why: `${beginning(sayHolder(seen.holder))} listens there${sayCommand(seen.holder)}; ${sayLeft(seen.holder)}`,
          todo: adviseHolder(seen.holder, key, FORWARDER_COMES),
          // A container of ours has it until its file is another one.
          ...(seen.holder.service
            ? {}
            : {
                fix: heldFix(seen.holder, key, port),
              }),
        },
      }
    case 'refused':
      return {
        says: `${key} may not be opened by this user (${seen.code})`,
        trouble: {
          cause: 'ports',
          reason: `port ${port} is closed to this user`,
          why: 'This machine lets only root listen on low ports.',
          todo: 'Allow ports from 80 with set-up.',
          fix: {
            label: 'Allow low ports…',
            command: 'maculactl setup',
            action: { kind: 'setup', changes: ['low-ports'] },
          },
        },
      }
    case 'free':
      if (look.lacks !== undefined)
        return {
          says: `nothing listens on ${key}: ${look.lacks} does not run`,
          trouble: {
            reason: `${look.lacks} does not run, no port ${port}`,
            why: `Port ${port} goes through ${look.lacks}, which does not run; its forwarder runs only with it.`,
            todo: `Start ${look.lacks}.`,
            fix: {
              label: `Start ${look.lacks}`,
              command: `maculactl up ${INGRESS}`,
              action: { kind: 'start', services: [INGRESS] },
            },
          },
        }
      return {
        says: `nothing listens on ${key}`,
        trouble: {
          ...own,
          reason: `no forwarder on port ${port}`,
          why: 'Our forwarder for it is not running.',
          todo: 'Restart the forwarder.',
        },
      }
  }
}

/**
 * The third rung: do our forwarders listen on every port of the endpoint? One of several missing is a
 * detour; all missing stops, unless the container answers directly (`otherWay`).
 */
export function forwarderRung(
  looks: readonly ListenerLook[],
  otherWay: boolean,
  /** The address itself cannot be had: nothing can listen there, and that is told by the rung above. */
  noAddress = false,
  /** The service is being started: a forwarder that is not there yet was not ended by anybody. */
  awaited = false,
): Rung {
  if (looks.length === 0) return { id: 'forwarder', state: 'unused', says: 'needs no forwarder' }
  if (noAddress)
    return { id: 'forwarder', state: 'unreached', says: 'cannot listen on an address that is not there' }
  const found = looks.map((look) => ({ ...lookAt(look), kind: look.seen?.kind }))
  const ms = Math.max(...looks.map(({ seen }) => seen?.ms ?? 0))
  const bad = found.find(({ kind }) => kind !== 'ours')
  if (!bad) return { id: 'forwarder', state: 'ok', ms, says: found.map((one) => one.says).join('; ') }
  if (!bad.trouble) return { id: 'forwarder', state: 'unknown', says: bad.says }
  const isToCome = ({ kind }: { readonly kind: ListenerSeen['kind'] | undefined }, at: number): boolean =>
    kind === 'ours' || (kind === 'free' && looks[at]?.lacks === undefined)
  if (awaited && found.every(isToCome))
    return { id: 'forwarder', state: 'progress', ms, says: `${bad.says} yet`, reason: 'starting' }
  const good = found.find(({ kind }) => kind === 'ours')
  return {
    id: 'forwarder',
    state: good !== undefined || otherWay ? 'round' : 'stop',
    ms,
    says: good === undefined ? bad.says : `${bad.says}; ${good.says}`,
    ...bad.trouble,
  }
}
