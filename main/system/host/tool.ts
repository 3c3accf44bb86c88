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

type Environment = Readonly<Record<string, string | undefined>>

/** Every path under which a program lies, in the order they are looked at. */
export async function findTools(name: string, env: Environment): Promise<string[]> {
  const folders = [...(env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/')), ...more]
  const found: string[] = []
  for (const folder of new Set(folders)) {
    const path = join(folder, name)
    try {
      await access(path, constants.X_OK)
      found.push(path)
    } catch {
      // Not here.
    }
  }
  return found
}

/** The path of a program, or undefined. */
export async function findTool(name: string, env: Environment): Promise<string | undefined> {
  return (await findTools(name, env))[0]
}
