import { vi } from 'vitest'

/**
 * `vi.waitFor` gives up after a second, which a loaded machine may take for one process to start. Here it waits as long as
 * `expect.poll` does (vite.config.ts) unless a test says otherwise.
 */
const PATIENCE_MS = 120_000

/** What waits so already: files that share a process share `vi` too. */
const patient = Symbol.for('macula-desktop patience')
const waitFor = vi.waitFor.bind(vi)
if (!(patient in vi.waitFor))
  vi.waitFor = Object.assign(
    (async (check, options) =>
      await waitFor(
        check,
        typeof options === 'number' ? options : { timeout: PATIENCE_MS, interval: 20, ...options },
      )) satisfies typeof vi.waitFor,
    { [patient]: true },
  )
