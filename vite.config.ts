import { builtinModules } from 'node:module'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const product = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}

/**
 * What dockerode loads and we never use: BuildKit sessions over gRPC (only image builds), and Docker over ssh
 * (main/system/docker/endpoint.ts refuses such addresses). Left out, the file is half as large, which every
 * command's start feels.
 */
const leftOut: Plugin = {
  name: 'left-out',
  apply: 'build',
  enforce: 'pre',
  resolveId: (id) => (id.startsWith('@grpc/') || id === 'ssh2' ? '\0left-out' : undefined),
  load: (id) => (id === '\0left-out' ? 'export {}' : undefined),
}

/**
 * docker-modem formats every request with util.inspect for a debug line that is off: some milliseconds each, a third
 * of a second for a start of the whole stack (measured by a CPU profile). The line is left out.
 */
const quietModem: Plugin = {
  name: 'quiet-modem',
  apply: 'build',
  transform(code, id) {
    if (!id.includes('/docker-modem/lib/modem.js')) return undefined
    const quiet = code.replace(/debug\('Sending: %s', util\.inspect\(options, \{[^}]*\}\)\);/, '')
    if (quiet === code) this.error('docker-modem has changed: look whether it still formats every request')
    return { code: quiet, map: null }
  },
}

// One bundled file, so that an installed copy needs no node_modules: only Node and assets/ beside dist/.
export default defineConfig({
  plugins: [leftOut, quietModem],
  define: { MACULA_VERSION: JSON.stringify(product.version) },
  build: {
    ssr: 'main/cli.ts',
    target: 'node22',
    outDir: 'dist',
    minify: false,
    rollupOptions: {
      external: [...builtinModules, /^node:/],
      output: {
        entryFileNames: 'maculactl.mjs',
        format: 'es',
        // One file: what is imported when needed stays unevaluated inside it until then.
        codeSplitting: false,
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
