import type { App } from 'electron'

/** So many faults within a minute, and the shell begins anew. */
const MOST = 10
const MINUTE_MS = 60_000

/**
 * A fault nobody caught is written down and the shell goes on: engine and services live elsewhere. When faults do not
 * end it begins anew, unless it has only just begun.
 */
export function createFaults(app: App, log: (says: string) => void): void {
  const began = Date.now()
  let faults: readonly number[] = []
  const take = (kind: string) => (error: unknown) => {
    const now = Date.now()
    log(`${kind}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    faults = [...faults.filter((at) => now - at < MINUTE_MS), now]
    if (faults.length < MOST) return
    if (now - began > MINUTE_MS) app.relaunch()
    app.exit(1)
  }
  process.on('uncaughtException', take('uncaught'))
  process.on('unhandledRejection', take('unhandled'))
}
