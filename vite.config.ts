import { builtinModules } from 'node:module'
import { basename } from 'node:path'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runnerImport, type UserConfig } from 'vite'
import { defineConfig } from 'vitest/config'
import type { ownWords } from './main/cli/own-words.ts'
import type { makeReady } from './main/system/catalog/make-ready.ts'
import {
  asciiOnly,
  fewFacades,
  lateSchemas,
  lateTables,
  layersIn,
  leftOut,
  quietModem,
  startIn,
} from './vite.plugins.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

const product = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}

/** The window's tokens and state shapes, for the page of all services that the ingress shows. */
const sheets = ['tokens', 'shapes']
  .map((name) => readFileSync(new URL(`renderer/styles/${name}.css`, import.meta.url), 'utf8'))
  .join('\n')

/** Some CommonJS dependencies (of dockerode) read these; ES modules have none. */
const commonNames = 'const { filename: __filename, dirname: __dirname } = import.meta;'

/**
 * Bundled for Node, so that an installed copy needs no node_modules: only Node and assets/ beside dist/. In one file, or `split`
 * into files beside it that are read when they are first needed: reading and compiling is most of what a short command costs.
 * What runs for long is one file, so that a newer version that takes its place never mixes with it.
 */
function forNode(entry: string, name: string, split = false): UserConfig {
  return {
    plugins: [leftOut, quietModem, lateTables, lateSchemas, fewFacades, asciiOnly],
    build: {
      ssr: entry,
      target: 'node22',
      outDir: 'dist',
      emptyOutDir: false,
      minify: false,
      rollupOptions: {
        external: [...builtinModules, /^node:/],
        output: {
          entryFileNames: name,
          // Without spaces and comments half as much is read; names stay, for whoever reads a stack.
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
          chunkFileNames: `${basename(name, '.mjs')}-[name]-[hash].mjs`,
          codeSplitting: split && {
            includeDependenciesRecursively: false,
            groups: [{ name: layersIn(root) }],
          },
          format: 'es',
          banner: commonNames,
        },
      },
    },
    ssr: { noExternal: true },
    // Those who use it bring four versions of it along, with a pattern of all emoji each.
    resolve: { dedupe: ['string-width'] },
  }
}

/**
 * Bundled for Electron: CommonJS, because a sandboxed preload is, and because an older Electron's main must be. In one file, or
 * `split`: what is needed for the first thing that is seen, and what is read after it.
 */
function forElectron(entry: string, name: string, target: string, split = false): UserConfig {
  return {
    build: {
      ssr: entry,
      target,
      outDir: 'dist/app',
      emptyOutDir: false,
      minify: false,
      rollupOptions: {
        external: ['electron', ...builtinModules, /^node:/],
        output: {
          entryFileNames: name,
          chunkFileNames: `${basename(name, '.cjs')}-[name]-[hash].cjs`,
          codeSplitting: split,
          format: 'cjs',
        },
      },
    },
    ssr: { noExternal: true },
  }
}

/** What `vite build --mode NAME` makes of dist/; scripts/lib/build.mjs runs them all. */
const builds: Readonly<Record<string, () => UserConfig>> = {
  cli: () => forNode('main/cli.ts', 'maculactl.mjs', true),
  // Our own forwarders, which run for days: small, and started by the other two.
  forward: () => forNode('main/system/forward/entry.ts', 'forward.mjs'),
  // The desktop: the engine's process, the shell and the bridge. Lowered to what the tests' Electron 22 understands.
  engine: () => forNode('main/app/engine-process.ts', 'engine.mjs'),
  app: () => forElectron('main/index.ts', 'main.cjs', 'node16', true),
  preload: () => forElectron('preload/bridge.ts', 'preload.cjs', 'chrome108'),
  // The window, for the desktop and the browser alike. The oldest Chromium it is shown in is the tests' Electron 22.
  renderer: () => ({
    root: 'renderer',
    plugins: [asciiOnly],
    // The page is served at the address of each of its views.
    base: '/',
    build: {
      target: 'chrome108',
      outDir: '../dist/renderer',
      emptyOutDir: true,
      // Nothing inline: the policy of the page allows only files of its own.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // One style sheet, there from the beginning: a view's script can be asked for again, a lost style sheet is not.
      cssCodeSplit: false,
      rollupOptions: {
        output: {
          codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: startIn(root) }] },
        },
      },
    },
  }),
}

/** The product as a person uses it, with the one stack of the test machine. */
const whole = ['test/integration/whole/**/*.test.ts']

/** A machine of its own without Docker: it goes beside the suites of the one stack. */
const room = 'test/window/real/no-docker.test.ts'

/** Tests of the Applications tier on the real kind. */
const cluster = [
  // That one needs no cluster: it is among the parts.
  'test/integration/cluster/!(manifests).test.ts',
  'test/window/real/cluster.test.ts',
  'test/desktop/cluster.test.ts',
]

/** What keeps, moves and brings back data: instances and containers of their own, beside those of `integration`. */
const data = ['backup', 'major', 'migration', 'migration-data'].map(
  (folder) => `test/integration/${folder}/**/*.test.ts`,
)

/** Unit tests that stand in for modules of Node: each reads all modules anew. */
const alone = [
  'test/unit/place/follow-far.test.ts',
  'test/unit/docker/registry-lines.test.ts',
  // What these take of memory is measured.
  'test/unit/docker/frames.test.ts',
  'test/unit/ui-server/load.test.ts',
]

/** Our own descriptions as they are after they were read and checked, which every command would do again. */
async function readyText(): Promise<string> {
  const { module } = await runnerImport<{ readonly makeReady: typeof makeReady }>(
    fileURLToPath(new URL('main/system/catalog/make-ready.ts', import.meta.url)),
  )
  return JSON.stringify(await module.makeReady(fileURLToPath(new URL('assets', import.meta.url))))
}

/** The words of the command line's commands, for completion. */
async function wordsText(): Promise<string> {
  const { module } = await runnerImport<{ readonly ownWords: typeof ownWords }>(
    fileURLToPath(new URL('main/cli/own-words.ts', import.meta.url)),
  )
  return JSON.stringify(module.ownWords())
}

export default defineConfig(async ({ mode }) => ({
  define: {
    MACULA_VERSION: JSON.stringify(product.version),
    MACULA_SHEETS: JSON.stringify(sheets),
    ...(mode === 'cli' || mode === 'engine' ? { MACULA_READY: JSON.stringify(await readyText()) } : {}),
    ...(mode === 'cli' ? { MACULA_WORDS: JSON.stringify(await wordsText()) } : {}),
  },
  ...builds[mode]?.(),
  test: {
    // A loaded machine takes its time, and what is wrong stays wrong: deadlines only end what hangs.
    expect: { poll: { timeout: 120_000 } },
    setupFiles: [fileURLToPath(new URL('test/patience.ts', import.meta.url))],
    ...(mode === 'test' ? { sequence: { sequencer: (await import('./test/order.ts')).Order } } : {}),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}', 'test/*.test.ts'],
          exclude: alone,
          // One process reads the modules once for all files: a process a file spent most of its time on reading them.
          isolate: false,
          // What a test put in place of something goes before the next.
          restoreMocks: true,
          unstubGlobals: true,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'unit-alone',
          include: alone,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'window',
          include: ['test/window/**/*.test.ts'],
          exclude: ['test/window/real/**', 'test/window/ingress/**'],
          globalSetup: ['test/window/set-up.ts'],
          fileParallelism: false,
          testTimeout: 400_000,
          hookTimeout: 400_000,
        },
      },
      {
        extends: true,
        test: {
          // Parts of the engine on the real thing, each with containers, networks and addresses of its own.
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/window/ingress/**/*.test.ts', room],
          exclude: [...whole, ...cluster, ...data],
          globalSetup: ['test/integration/support/leftovers.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'data',
          include: data,
          globalSetup: ['test/integration/support/leftovers.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: whole,
          globalSetup: ['test/integration/support/begin.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          // The window as a person uses it: Chromium over the real engine and the real stack.
          name: 'real',
          include: ['test/window/real/**/*.test.ts'],
          exclude: [room, ...cluster],
          globalSetup: ['test/window/real/support/leave.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          // Apart from the others: npm test runs it on a machine of its own, once its node image is compiled.
          name: 'cluster',
          include: cluster,
          globalSetup: ['test/desktop/support/packed.ts', 'test/window/real/support/leave.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'desktop',
          include: ['test/desktop/**/*.test.ts'],
          exclude: cluster,
          globalSetup: ['test/desktop/support/packed.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
}))
