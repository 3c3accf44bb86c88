import { chmod, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fewAtOnce } from '../../model/few-at-once.ts'
import { besideName, makeFolder, readIfThere, writeWhole } from '../files.ts'

/** Hosts of Ingresses may be hundreds, and a process may have 1024 files. */
const AT_ONCE = 100

/** What the files of `hostsDir` say: addresses by name. */
export async function servedIn(hostsDir: string): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(hostsDir).catch(() => [])
  const lines = await fewAtOnce(
    files,
    AT_ONCE,
    async (file) => (await readIfThere(join(hostsDir, file))) ?? '',
  )
  return new Map(
    lines.map((line) => {
      const [address = '', name = ''] = line.trim().split(' ')
      return [name, address] as const
    }),
  )
}

/**
 * Makes `hostsDir` hold exactly these files (line by name), those that went last; returns the names that went. `beside`: a folder
 * on the same disk whose halves are swept: written there and moved in, as dnsmasq would read a temporary file in its own folder
 * and remember its name. Two processes may write at once: each has a name of its own there, else one would move in the
 * other's line.
 */
export async function writeNames(
  { hostsDir, beside }: { readonly hostsDir: string; readonly beside: string },
  files: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  await makeFolder(hostsDir)
  await chmod(hostsDir, 0o700)
  const before = await servedIn(hostsDir)
  for (const [name, line] of files) {
    if ((await readIfThere(join(hostsDir, name))) === line) continue
    const next = besideName(join(beside, name))
    await writeWhole(next, line)
    await rename(next, join(hostsDir, name))
  }
  for (const file of await readdir(hostsDir))
    if (!files.has(file)) await rm(join(hostsDir, file), { force: true })
  return [...before.keys()].filter((name) => !files.has(name))
}
