import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { homeIfAny } from '../home.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where tools lie that a PATH often lacks: a menu's, a timer's or a cron's is short, Debian keeps dnsmasq in /usr/sbin,
 * Homebrew has a folder of its own, and a person's own programs come last.
 */
function usualFolders(env: Environment): readonly string[] {
  const home = homeIfAny(env)
  return [
    '/usr/local/sbin',
    '/usr/local/bin',
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
    '/snap/bin',
    '/opt/homebrew/bin',
    '/opt/homebrew/sbin',
    ...(home === undefined ? [] : [join(home, '.local', 'bin'), join(home, '.docker', 'bin')]),
  ]
}

/**
 * The folders in which every tool is looked for, in order, each once: those of PATH, then the usual ones. A relative or
 * empty part of PATH would mean the folder that somebody happens to stand in; it is left out.
 */
export function searchPath(env: Environment): readonly string[] {
  const own = (env['PATH'] ?? '').split(':')
  return [...new Set([...own, ...usualFolders(env)].filter((folder) => folder.startsWith('/')))]
}

async function* toolsIn(name: string, env: Environment, below: string): AsyncGenerator<string> {
  for (const folder of searchPath(env)) {
    const path = join(below, folder, name)
    const isHere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isHere) yield path
  }
}

/** Every path under which a program lies, in the order they are looked at. `below`: the files of another machine. */
export async function findTools(name: string, env: Environment, below = ''): Promise<string[]> {
  const found: string[] = []
  for await (const path of toolsIn(name, env, below)) found.push(path)
  return found
}

/** The path of a program, or undefined. */
export async function findTool(name: string, env: Environment, below = ''): Promise<string | undefined> {
  for await (const path of toolsIn(name, env, below)) return path
  return undefined
}
