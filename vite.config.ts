import { builtinModules } from 'node:module'
import { defineConfig } from 'vitest/config'

// One bundled file, so that an installed copy needs no node_modules: only Node and assets/ beside dist/.
export default defineConfig({
  build: {
    ssr: 'main/cli.ts',
    target: 'node22',
    outDir: 'dist',
    minify: false,
    rollupOptions: {
      // cpu-features is an optional native speed-up of ssh2 (a dependency of docker-modem); absent is fine.
      external: [...builtinModules, /^node:/, 'cpu-features', /\.node$/],
      output: {
        entryFileNames: 'maculactl.mjs',
        format: 'es',
        // Some CommonJS dependencies (of dockerode) read these; ES modules have none.
        banner: [
          "import { fileURLToPath as __toPath } from 'node:url';",
          "import { dirname as __toFolder } from 'node:path';",
          'const __filename = __toPath(import.meta.url);',
          'const __dirname = __toFolder(__filename);',
        ].join('\n'),
      },
    },
  },
  ssr: { noExternal: true },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/*.test.ts'], testTimeout: 10_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
