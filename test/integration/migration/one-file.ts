import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'vite'

/**
 * Makes one file of a program of a story, as the product is made: fifty processes that begin with one each are fifty times as fast
 * as with two hundred. Returns its path.
 */
export async function oneFile(entry: string, folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        // Of dockerode, and never used: Docker over ssh, BuildKit.
        name: 'left-out',
        enforce: 'pre',
        resolveId: (id) => (id.startsWith('@grpc/') || id === 'ssh2' ? '\0left-out' : undefined),
        load: (id) => (id === '\0left-out' ? 'export {}' : undefined),
      },
    ],
    build: {
      ssr: entry,
      target: 'node24',
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rollupOptions: {
        external: [...builtinModules, /^node:/],
        output: { entryFileNames: 'story-run.mjs', format: 'es', codeSplitting: false },
      },
    },
    ssr: { noExternal: true },
  })
  return join(folder, 'story-run.mjs')
}
