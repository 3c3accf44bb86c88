import type { About, OpenAnswer, Reply } from '../../preload/contract.ts'
import { troubleOf } from '../model/errors.ts'
import type { Special } from './ipc.ts'

/** What the desktop itself answers, or adds to the engine's answer. */
export function specials(desktop: {
  readonly tray: () => boolean | null
  readonly notes: () => readonly string[]
  /** Hands the URL to the desktop; throws when it is not one of ours. */
  readonly open: (url: string) => Promise<void>
  /** The program for a service's connection string, as the desktop has it now; null: none. */
  readonly client: () => Promise<{ readonly title: string } | null>
  /** Hands that program the string of a service. */
  readonly openClient: (service: string) => Promise<void>
  readonly hide: () => void
  readonly quit: () => void
  /** Stops everything, then quits; throws when something did not stop. */
  readonly stopAndQuit: () => Promise<void>
}): Readonly<Record<string, Special>> {
  /** Hands the address that the engine answered to the desktop. */
  const opened: Special = async (_input, ask) => {
    const reply = await ask()
    if (!reply.ok) return reply
    const answer = reply.value as OpenAnswer
    return await asReply(async () => {
      await desktop.open(answer.url)
      return { ...answer, opened: true }
    })
  }
  return {
    async about(_input, ask) {
      const reply = await ask()
      if (!reply.ok) return reply
      const about = reply.value as About
      return {
        ok: true,
        value: { ...about, tray: desktop.tray(), notes: [...about.notes, ...desktop.notes()] },
      }
    },
    open: opened,
    async client(_input, ask) {
      const reply = await ask()
      return reply.ok ? await asReply(desktop.client) : reply
    },
    async openClient(input, ask) {
      // What is no such request is refused by the engine, in its words; it has nothing to open.
      const service = serviceOf(input)
      if (service === undefined) return await ask()
      return await asReply(async () => {
        await desktop.openClient(service)
        return null
      })
    },
    explore: opened,
    async leave(input) {
      const how = typeof input === 'object' && input !== null && 'how' in input ? input.how : undefined
      return await asReply(async () => {
        if (how === 'hide') desktop.hide()
        else if (how === 'quit') desktop.quit()
        else if (how === 'stop') await desktop.stopAndQuit()
        else throw new Error('The application is left by hide, quit or stop.')
        return null
      })
    },
  }
}

/** The service of an input that is nothing but one. Not by the contract's schemas: reading them is half of a start. */
function serviceOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('service' in input)) return undefined
  const { service } = input
  return typeof service === 'string' && Object.keys(input).length === 1 ? service : undefined
}

async function asReply(work: () => Promise<unknown>): Promise<Reply> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return { ok: false, trouble: troubleOf(error) }
  }
}
