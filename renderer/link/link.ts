import { MaculaError } from '../../main/model/errors.ts'
import { createFollower } from '../../main/model/snapshot-changes.ts'
import type { Input, Output, Reply, RequestName, Told } from '../../preload/contract.ts'

/**
 * One way to the engine, whichever transport is under it. `connected` false: nothing comes for now; true again: what
 * was watched is watched again, but log and load streams are gone and are opened anew by whoever shows them.
 */
export interface Link {
  /** Rejects with a MaculaError: the reply's trouble, or what became of the way there. */
  request<Name extends RequestName>(name: Name, input: Input<Name>): Promise<Output<Name>>
  /** Tells all events in their order; returns its undo. */
  listen(tell: (told: Told) => void): () => void
}

/** The value of a reply; throws the error it carries, made again on this side. */
export function valueOf<Name extends RequestName>(reply: Reply): Output<Name> {
  // Typed by the contract on the other side, where both are made from the same handlers.
  if (reply.ok) return reply.value as Output<Name>
  throw new MaculaError(reply.trouble)
}

/**
 * Those who listen, told one after the other; one that throws does not keep the others from hearing it. They hear whole
 * snapshots only. `missed`: changes came that do not fit, so the whole has to be asked for (the request `wholeSnapshot`).
 */
export function createAudience(missed: () => Promise<unknown>): {
  readonly tell: (told: Told) => void
  readonly listen: Link['listen']
} {
  const audience = new Set<(told: Told) => void>()
  const follow = createFollower(missed)
  const whole = (told: Told): Told | undefined => {
    if (told.event !== 'snapshot' && told.event !== 'changes') return told
    const payload = follow(told)
    return payload && { event: 'snapshot', payload }
  }
  return {
    tell(given) {
      const told = whole(given)
      if (told === undefined) return
      for (const one of audience)
        try {
          one(told)
        } catch (error) {
          reportError(error)
        }
    },
    listen(tell) {
      // A function of its own, so that the same one given twice is two listeners.
      const own = (told: Told): void => tell(told)
      audience.add(own)
      return () => audience.delete(own)
    },
  }
}
