import { userInfo } from 'node:os'
import { realpath } from 'node:fs/promises'
import { readIfThere } from '../files.ts'
import { homeIfAny } from '../home.ts'
import type { Paths } from '../paths.ts'
import { mountsOf } from '../setup/mounts.ts'

/** What a folder may neither be nor hold when it is moved. Whole paths, links followed. */
export interface Untouchable {
  /** Where Macula Desktop keeps its own, and the product itself. */
  readonly own: readonly string[]
  /** Home folders of everybody whom this machine lists. */
  readonly homes: readonly string[]
  /** Where something is mounted. */
  readonly mounts: readonly string[]
}

/** Folders that belong to the system on Linux and macOS; what is above them is covered by them. */
const SYSTEM = `
  /bin /boot /dev /etc /home /lib /lib32 /lib64 /media /mnt /opt /proc /root /run/user /sbin /srv /sys /tmp
  /usr/bin /usr/include /usr/lib /usr/libexec /usr/local/bin /usr/local/lib /usr/local/sbin /usr/local/share /usr/sbin /usr/share
  /var/cache /var/lib /var/log /var/mail /var/run /var/spool /var/tmp
  /Applications /Library /System /Users /Volumes /private/etc /private/tmp /private/var`
  .trim()
  .split(/\s+/)

/** Whether one whole path is the other, or lies in it. */
const isIn = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`)

/** Why nothing is written into a folder whatever it holds, after "it …"; undefined when it may be written. */
export function whyNotInto(folder: string, { own }: Pick<Untouchable, 'own'>): string | undefined {
  // Making a folder in the kernel's trees never ends.
  if (/^\/(?:proc|sys|dev)(?:\/|$)/.test(folder)) return 'is a folder of the kernel'
  const mine = own.find((path) => isIn(folder, path))
  return mine === undefined ? undefined : `lies in ${mine}, where Macula Desktop keeps its own files`
}

/** Why a folder that eject wrote is not moved aside all the same, after "it …"; undefined when it may be moved. */
export function whyNotAside(folder: string, { own, homes, mounts }: Untouchable): string | undefined {
  const within = (paths: readonly string[]): string | undefined => paths.find((path) => isIn(path, folder))
  const is = (path: string, what: string, holds: string): string =>
    path === folder ? what : `${holds} ${path}`
  const mount = within(mounts)
  if (mount !== undefined) return is(mount, 'is a mount point', 'holds the mount point')
  const system = within(SYSTEM)
  if (system !== undefined) return is(system, 'is a folder of the system', 'holds the folder of the system')
  const home = within(homes)
  if (home !== undefined) return is(home, 'is a home folder', 'holds the home folder')
  const mine = within(own)
  return mine === undefined ? undefined : `holds ${mine}, where Macula Desktop keeps its own files`
}

/** What this machine has of that. What cannot be read (no /proc on macOS) is left out. */
export async function untouchable(
  paths: Paths,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Untouchable> {
  const [passwd, mountinfo] = await Promise.all(
    ['/etc/passwd', '/proc/self/mountinfo'].map(async (file) => await readIfThere(file).catch(() => '')),
  )
  const homes = [
    homeIfAny(env),
    listedHome(),
    ...(passwd ?? '').split('\n').map((line) => line.split(':')[5]),
  ]
  return {
    own: await followed([paths.config, paths.state, paths.data, paths.assets, paths.ledger]),
    homes: await followed(homes.filter((path) => path?.startsWith('/') === true)),
    mounts: mountsOf(mountinfo).map(({ at }) => at),
  }
}

function listedHome(): string | undefined {
  try {
    return userInfo().homedir
  } catch {
    // A user without an entry.
    return undefined
  }
}

/** The paths, and where they lead. */
async function followed(paths: readonly (string | undefined)[]): Promise<readonly string[]> {
  const whole = paths.filter((path) => path !== undefined)
  const real = await Promise.all(whole.map(async (path) => await realpath(path).catch(() => path)))
  return [...new Set([...whole, ...real])]
}
