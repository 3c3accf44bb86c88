import { silentTrouble } from '../../model/docker-silent.ts'
import { codeOf } from '../../model/errno.ts'
import { MaculaError } from '../../model/errors.ts'
import { CALL_DEADLINE_MS, within } from './link.ts'

/** What was not answered once is asked again with less patience (ms): one container must not make every look slow. */
const AGAIN_MS = 2000

/** Docker answers this without a look at any container (ms). */
const PING_MS = 2000

/**
 * Docker answers about all containers but one: it waits for a lock of that one's for ever (26.1: paused while the program of its
 * health check was being started). What it does not answer about is told from a Docker that does not answer at all.
 */
export function silentContainers(ping: (signal: AbortSignal) => Promise<unknown>, now: () => number) {
  const since = new Map<string, number>()
  const names = new Map<string, string>()

  return {
    /** What a container is called, for whoever is told that nothing is known of it. */
    named: (id: string, name: string): void => void names.set(id, name),
    /** Since when a container's questions are not answered, epoch ms; undefined: they are. */
    since: (id: string): number | undefined => since.get(id),
    /** A question about one container. Throws `MaculaError` outside once Docker leaves it without an answer, and it alone. */
    async ask<T>(id: string, question: (signal: AbortSignal) => Promise<T>): Promise<T> {
      const began = now()
      try {
        const answer = await within(since.has(id) ? AGAIN_MS : CALL_DEADLINE_MS, question)
        since.delete(id)
        return answer
      } catch (error) {
        if (codeOf(error) !== 'TIMEOUT') {
          since.delete(id)
          throw error
        }
        const others = await within(PING_MS, ping).then(
          () => true,
          () => false,
        )
        // Where Docker answers nothing at all, nothing is wrong with this one.
        if (!others) {
          since.delete(id)
          throw error
        }
        const from = since.get(id) ?? began
        since.set(id, from)
        throw new MaculaError(silentTrouble(names.get(id) ?? `container ${id.slice(0, 12)}`, now() - from), {
          cause: error,
        })
      }
    },
  }
}
