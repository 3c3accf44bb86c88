import type { Reply, Told } from './contract.ts'

/** The names under which the bridge and the shell's one gateway speak; nobody else uses them. */
export const channels = {
  /** Page to shell: a request's name and input; answered with a reply. */
  request: 'macula:request',
  /** Shell to page: an event. */
  told: 'macula:told',
  /** Page to shell: the event has arrived. */
  took: 'macula:took',
} as const

/** `window.macula` in the desktop's window. */
export interface Bridge {
  /** Never rejects for what went wrong behind it: failures are data. */
  request(name: string, input: unknown): Promise<Reply>
  /** The returned function ends it. */
  listen(tell: (told: Told) => void): () => void
}
