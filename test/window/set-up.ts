import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

/** Builds the window that the tests draw, when its sources changed: as they are now, as they are shipped. */
export async function setup(): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  await execa(process.execPath, ['scripts/run.mjs', 'build', '--if-changed'], {
    cwd: root,
    // The tests' own environment would build the libraries with their warnings in.
    env: { NODE_ENV: 'production' },
    timeout: 400_000,
  })
}
