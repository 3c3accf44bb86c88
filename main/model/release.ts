import type { Fix, Releasable } from './ladder.ts'
import type { Holder } from './observation.ts'
import { commandToEnd } from './say.ts'

/** Units that a machine needs; root's program refuses them too. */
const KEPT = /^(?:systemd-|dbus|user@|session|(?:docker|containerd|sshd?|NetworkManager)\.service$)/

/** Whether a unit may be stopped for its port: a plain service that the machine itself does not need. */
export function isStoppable(unit: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9@_.-]{0,120}\.service$/.test(unit) && !KEPT.test(unit)
}

/** What of a holder can be ended rightly; undefined: it is ours, another Macula's, or nothing that is known to be one. */
export function releasableOf(holder: Holder): Releasable | undefined {
  const { container, unknown, unit, macula, service } = holder
  if (macula || service || unknown === true) return undefined
  if (container !== undefined)
    return /^[A-Za-z0-9][\w.-]{0,200}$/.test(container) ? { kind: 'container', name: container } : undefined
  return unit && isStoppable(unit.name) ? { kind: 'unit', ...unit } : undefined
}

/** The button that ends who holds a port, after a question; `key`: its address and port. */
export function releaseFix(holder: Holder, key: string): Fix | undefined {
  const what = releasableOf(holder)
  return (
    what && {
      label: `Stop ${what.name}…`,
      command: commandToEnd(holder) ?? 'maculactl up',
      action: { kind: 'release', key, what },
    }
  )
}

/** The button beside a held port: the right end of who holds it; where nobody here has one, a look that takes what is free by then. */
export function heldFix(holder: Holder, key: string, port: string): Fix {
  return (
    releaseFix(holder, key) ?? {
      label: `Check port ${port} again`,
      command: 'maculactl up',
      action: { kind: 'forward' },
    }
  )
}

/** Whether a holder still is what was shown. */
export function isHeldBy(holder: Holder, what: Releasable): boolean {
  const now = releasableOf(holder)
  if (now?.kind !== what.kind || now.name !== what.name) return false
  return now.kind !== 'unit' || (what.kind === 'unit' && now.of === what.of)
}
