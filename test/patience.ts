import { vi } from 'vitest'

/**
 * `vi.waitFor` gives up after a second, which a loaded machine may take for one process to start. Here it waits as long as
 * `expect.poll` does (vite.config.ts) unless a test says otherwise.
 */
const PATIENCE_MS = 60_000

const waitFor = vi.waitFor.bind(vi)
vi.waitFor = async (check, options) =>
  await waitFor(
    check,
    typeof options === 'number' ? options : { timeout: PATIENCE_MS, interval: 20, ...options },
  )
