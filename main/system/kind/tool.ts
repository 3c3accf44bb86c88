import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { KindTool } from '../../engine/adapters.ts'
import { oldestKind } from '../../model/node-image.ts'
import { isAtLeast } from '../../model/version.ts'
import { findTools } from '../host/tool.ts'
import { bringKind, broughtKind, type KindRelease } from './bring.ts'
import type { kindVersion } from './commands.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Which kinds there are on a machine, and which of them is run. */
export function openTools(input: {
  readonly env: Environment
  /** Where ours is put. */
  readonly folder: string
  readonly release: KindRelease | undefined
  readonly versionOf: typeof kindVersion
  /** How the machine's own are looked for. */
  readonly find?: typeof findTools
}) {
  const { env, folder, release, versionOf, find = findTools } = input

  /** The machine's own kinds first, in the order of the PATH; then ours. */
  async function all(): Promise<readonly { readonly path: string; readonly version: string }[]> {
    const paths = [...(await find('kind', env))]
    const ours = release && broughtKind(folder, release)
    if (ours !== undefined && (await isThere(ours))) paths.push(ours)
    return await Promise.all(
      paths.map(async (path) => ({ path, version: (await versionOf(path, env)) ?? 'of an unknown version' })),
    )
  }

  async function look(image: string): Promise<KindTool> {
    const found = await all()
    const oldest = oldestKind(image)
    const used = found.find(({ version }) => isAtLeast(version, oldest))
    return {
      used,
      old: found.filter(({ version }) => !isAtLeast(version, oldest)),
      brings: release?.version,
    }
  }

  return {
    all,
    look,
    /** The kind for a node image, brought when none fits. Throws MaculaError as bringKind does. */
    async have(
      image: string,
      onStep: (says: string) => void,
      signal: AbortSignal,
    ): Promise<string | undefined> {
      const { used, old } = await look(image)
      if (used || !release) return used?.path
      if (old[0]) onStep(`kind ${old[0].version} is too old for this node image`)
      return await bringKind({ folder, release, env, onStep, signal })
    },
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** Where programs of ours lie, in our data folder. */
export function toolFolder(data: string): string {
  return join(data, 'bin')
}
