import { defineConfig } from 'vitest/config'

/**
 * The unit tests that a mutation of the rules or of the engine could turn red, for Stryker (`npm run mutate`). It runs
 * them once for each mutant, so those of other folders (root's program, servers, real child processes) are left out.
 */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  define: { MACULA_VERSION: JSON.stringify('0.1.0') },
  test: {
    name: 'unit',
    include: ['test/unit/{model,engine,cluster}/**/*.test.{ts,tsx}'],
    testTimeout: 10_000,
  },
})
