import type { ListenerSeen } from '../../model/observation.ts'

/** How long a port that others left waits for the next try (ms), and how often it is tried. */
const GAP_MS = 4000
const TRIES = 24

interface Owed {
  readonly tries: number
  /** Epoch ms of the last try. */
  readonly at: number
}

/**
 * Ports of ours that somebody else had. Once they are free their forwarders are to be put back, without a press; where that fails
 * (another of ours had the lock, or the kernel keeps the port for closed connections of who had it, up to a minute), it is tried
 * again, until the forwarder is there, nobody wants it any more, or it was tried often enough.
 */
export function freedPorts(now: () => number) {
  const held = new Set<string>()
  const owed = new Map<string, Owed>()
  let last: ReadonlyMap<string, ListenerSeen> | undefined

  /** What a port became. */
  function saw(key: string, kind: ListenerSeen['kind']): void {
    if (kind === 'foreign') {
      held.add(key)
      owed.delete(key)
    } else if (kind !== 'free') {
      held.delete(key)
      owed.delete(key)
    } else if (held.delete(key)) owed.set(key, { tries: 0, at: Number.NEGATIVE_INFINITY })
  }

  return {
    /** Whether a port is somebody else's, or free and not taken back yet: no event tells what becomes of it. */
    isAwaited: (): boolean => held.size > 0 || owed.size > 0,
    /** Whether forwarders are to be put right now. `listeners`: the last reading; `wanted`: listeners that should be there. */
    isDue(listeners: ReadonlyMap<string, ListenerSeen>, wanted: () => ReadonlySet<string>): boolean {
      if (listeners !== last) for (const [key, { kind }] of listeners) saw(key, kind)
      last = listeners
      if (owed.size === 0) return false
      const keys = wanted()
      let isDue = false
      for (const [key, { tries, at }] of owed)
        if (!keys.has(key) || tries >= TRIES) owed.delete(key)
        else if (Math.abs(now() - at) >= GAP_MS) {
          owed.set(key, { tries: tries + 1, at: now() })
          isDue = true
        }
      return isDue
    },
  }
}
