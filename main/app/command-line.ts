import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findTool } from '../system/host/tool.ts'

/** Where a packaged copy keeps its own Node, from the folder of the engine's file (resources/app.asar.unpacked/dist). */
const packaged = join('..', '..', 'node', 'bin', 'node')

/**
 * The program and arguments that run `maculactl` from here; the engine starts its own forwarders with it. A packaged
 * Electron does not run as Node (that fuse is off), so the package brings a Node; in a clone the person's own is taken.
 */
export async function commandLine(
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const here = dirname(fileURLToPath(import.meta.url))
  const script = join(here, 'maculactl.mjs')
  const brought = join(here, packaged)
  if (existsSync(brought)) return [brought, script]
  if (process.versions['electron'] === undefined) return [process.execPath, script]
  return [(await findTool('node', env)) ?? process.execPath, script]
}
