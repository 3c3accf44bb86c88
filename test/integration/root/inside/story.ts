/** What the stories share: the real paths of this sandbox, its picture, and changes to make. */
import { defaultSettings } from '../../../../main/system/keep/settings.ts'
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pathsOf, type Paths } from '../../../../main/system/paths.ts'
import { openRoot } from '../../../../main/system/root/open-root.ts'
import type { Settings } from '../../../../main/model/service.ts'

export const assets = fileURLToPath(new URL('../../../../assets', import.meta.url))
export const paths: Paths = pathsOf(
  { ...process.env, HOME: process.env['HOME'] ?? '/root', MACULA_HOME: '/tmp/macula-story' },
  assets,
)
export const userPaths: Paths = pathsOf(process.env, assets)

export const settings: Settings = {
  ...defaultSettings,
  suffix: 'macula.local',
  subnet: '172.23.0.0/24',
  project: 'macula',
  addresses: '127.0.0.0/24',
  dnsPort: 15_354,
  dockerHost: '',
}
export const names = new Map([
  ['grafana.macula.local', '127.0.0.4'],
  ['s3.macula.local', '127.0.0.9'],
])

/** Mode, owner and content of everything in /etc, and the kernel's value: what undo must give back. */
export function machine(): readonly string[] {
  return [...folder('/etc'), `port ${readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')}`]
}

function folder(path: string): readonly string[] {
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => {
      const one = join(path, name)
      const stat = lstatSync(one)
      const head = `${one} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${stat.nlink > 1 && stat.isFile() ? 'linked' : ''}`
      if (stat.isDirectory()) return [head, ...folder(one)]
      if (stat.isSymbolicLink()) return [`${head} -> ${readlinkSync(one)}`]
      return stat.isFile() ? [`${head} ${readFileSync(one).toString('base64')}`] : [head]
    })
}

/** A machine that never saw Macula: what a set-up of this machine left is undone in the sandbox, its ledger forgotten. */
export async function forget(): Promise<void> {
  await openRoot(paths).undo(undefined, { evenIfDrifted: true }, () => undefined)
  rmSync(paths.ledger, { recursive: true, force: true })
}

/** Ends the story with what was seen, on a line of its own: a prompt may stand on the last one. */
export function end(seen: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`\n${JSON.stringify(seen)}\n`)
}
