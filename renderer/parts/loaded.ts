import { pause } from './pause.ts'

/** Pauses before a file is asked for once more (ms). */
const PAUSES = [50, 200, 800, 2000]

/**
 * What a file of the page exports. Browsers end what is under way when the machine's networks change
 * (ERR_NETWORK_CHANGED), which Docker does whenever something starts: nothing of the page may be lost for that. Throws
 * what the last try threw.
 */
export async function loaded<T>(load: () => Promise<T>): Promise<T> {
  for (const wait of PAUSES)
    try {
      return await load()
    } catch {
      await pause(wait)
    }
  return await load()
}
