import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'

/** Where tools lie that a plain user's PATH often lacks (Debian keeps dnsmasq in /usr/sbin, Homebrew its own folder). */
const more = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
  '/usr/local/bin',
]

/** The path of a program, or undefined. */
export async function findTool(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const folders = [...(env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/')), ...more]
  for (const folder of folders) {
    const path = join(folder, name)
    try {
      await access(path, constants.X_OK)
      return path
    } catch {
      // Not here.
    }
  }
  return undefined
}
