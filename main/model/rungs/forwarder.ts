import type { Fix, Rung } from '../ladder.ts'
import type { ListenerSeen } from '../observation.ts'
import { adviseHolder, sayHolder } from '../say.ts'

/** One listener of an endpoint with what was seen there. */
export interface ListenerLook {
  readonly address: string
  readonly port: number
  readonly seen: ListenerSeen | undefined
}

const restore: Fix = {
  label: 'Restart forwarder',
  command: 'maculactl up',
  action: { kind: 'forward' },
}

interface Found {
  readonly good: boolean
  readonly unknown: boolean
  readonly says: string
  readonly reason: string
  readonly why: string
  readonly todo: string
  readonly fix?: Fix
  /** The shared cause that it belongs to when others suffer from it too. */
  readonly cause?: 'ports' | 'forwarders'
}

function lookAt({ address, port, seen }: ListenerLook): Found {
  const key = `${address}:${port}`
  const base = { good: false, unknown: false, why: '', todo: '' }
  const own = { ...base, cause: 'forwarders' as const, fix: restore }
  if (!seen) return { ...base, unknown: true, says: `${key} was not looked at yet`, reason: '' }
  switch (seen.kind) {
    case 'ours':
      return { ...base, good: true, says: `${key} is ours: ${seen.program}, pid ${seen.pid}`, reason: '' }
    case 'astray':
      return {
        ...own,
        says: `${key} is ours (pid ${seen.pid}), but leads to ${seen.to}`,
        reason: `forwarder leads to ${seen.to}`,
        why: 'The container has another address than when the forwarder was started.',
        todo: 'Restart the forwarder.',
      }
    case 'hung': {
      const who = `${seen.program}, pid ${seen.pid}`
      return {
        ...own,
        says: `${key} is ours (${who}), but takes no connection`,
        reason: `forwarder on port ${port} ${seen.hung === 'suspended' ? 'is suspended' : 'hangs'}`,
        why:
          seen.hung === 'suspended'
            ? `A signal suspended our forwarder (SIGSTOP): it holds the port, and whoever connects waits.`
            : 'Our forwarder holds the port and does not take what connects to it.',
        todo: 'Restart the forwarder; its connections end with it.',
      }
    }
    case 'foreign':
      return {
        ...base,
        says: `${key} is held by ${sayHolder(seen.holder)}`,
        reason: `${sayHolder(seen.holder)} has port ${port}`,
        why: `${sayHolder(seen.holder)} listens there; it is not ours, so it is left alone.`,
        todo: adviseHolder(seen.holder, 'put the forwarder back'),
        fix: { label: `Take port ${port} back`, command: 'maculactl up', action: { kind: 'forward' } },
      }
    case 'refused':
      return {
        ...base,
        cause: 'ports',
        says: `${key} may not be opened by this user (${seen.code})`,
        reason: `port ${port} is closed to this user`,
        why: 'This machine lets only root listen on low ports.',
        todo: 'Allow ports from 80 with set-up.',
        fix: {
          label: 'Allow low ports…',
          command: 'maculactl setup',
          action: { kind: 'setup', changes: ['low-ports'] },
        },
      }
    case 'free':
      return {
        ...own,
        says: `nothing listens on ${key}`,
        reason: `no forwarder on port ${port}`,
        why: 'Our forwarder for it is not running.',
        todo: 'Restart the forwarder.',
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
): Rung {
  if (noAddress && looks.length > 0)
    return { id: 'forwarder', state: 'unreached', says: 'cannot listen on an address that is not there' }
  if (looks.length === 0) return { id: 'forwarder', state: 'unused', says: 'needs no forwarder' }
  const found = looks.map(lookAt)
  const bad = found.find((one) => !one.good)
  const ms = Math.max(...looks.map(({ seen }) => seen?.ms ?? 0))
  if (!bad) return { id: 'forwarder', state: 'ok', ms, says: found.map((one) => one.says).join('; ') }
  if (bad.unknown) return { id: 'forwarder', state: 'unknown', says: bad.says }
  const good = found.find((one) => one.good)
  return {
    id: 'forwarder',
    state: good !== undefined || otherWay ? 'round' : 'stop',
    ms,
    says: good === undefined ? bad.says : `${bad.says}; ${good.says}`,
    reason: bad.reason,
    why: bad.why,
    todo: bad.todo,
    ...(bad.fix === undefined ? {} : { fix: bad.fix }),
    ...(bad.cause === undefined ? {} : { cause: bad.cause }),
  }
}
