import type { ErrorKind, Trouble } from './trouble.ts'

/** What the system's codes of failures mean to a person: the one table, for every place where a failure is told. */

interface Meaning {
  /** A clause, after "Docker cannot be reached: ". */
  readonly says: string
  /** What to do, as a sentence; `at`: path or address, or empty. */
  readonly todo: (at: string) => string
  readonly kind: ErrorKind
}

const allow = (at: string): string =>
  `See who owns it and what may be done there${at === '' ? '' : ` (ls -ld ${at})`}, and allow it, or set another folder (MACULA_HOME).`
const limit = (): string =>
  'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf, then try again.'
const route = (at: string): string =>
  `See where it is routed (ip route get ${at === '' ? 'ADDRESS' : at.split(':', 1).join()}), and whether a VPN or a firewall is in the way.`
const again = (): string => 'Try again; maculactl doctor looks at everything.'
const names = (): string => 'See whether this machine knows that name (getent hosts NAME), and correct it.'

/** errno(3) as Linux gives them to programs, and the codes of getaddrinfo(3) as Node.js spells them. */
const meanings: Readonly<Record<string, Meaning>> = {
  // Files
  ENOSPC: { says: 'there is no space left', todo: again, kind: 'outside' },
  EDQUOT: { says: 'this user’s share of the disk is used up', todo: again, kind: 'outside' },
  EROFS: { says: 'it lies on a disk that is read-only', todo: again, kind: 'outside' },
  EACCES: { says: 'this user may not do that there', todo: allow, kind: 'outside' },
  EPERM: { says: 'the system does not permit it', todo: allow, kind: 'outside' },
  EEXIST: { says: 'something else is there', todo: allow, kind: 'failed' },
  EBUSY: {
    says: 'it is in use, or something is mounted there',
    todo: (at) => `See what is mounted${at === '' ? '' : ` (findmnt ${at})`} and undo that, then try again.`,
    kind: 'outside',
  },
  ENOENT: { says: 'it is not there', todo: again, kind: 'failed' },
  ENOTDIR: { says: 'a part of its path is a file, not a folder', todo: allow, kind: 'failed' },
  EISDIR: { says: 'there is a folder where a file should be', todo: allow, kind: 'failed' },
  ELOOP: { says: 'its links form a loop', todo: allow, kind: 'failed' },
  ENAMETOOLONG: { says: 'its path is too long', todo: allow, kind: 'failed' },
  EIO: {
    says: 'the disk gave an error',
    todo: () => 'Look at the disk (sudo dmesg | tail), then try again.',
    kind: 'outside',
  },
  // Limits
  EMFILE: { says: 'this process may not open any more files', todo: limit, kind: 'outside' },
  ENFILE: {
    says: 'all programs of this machine together have too many files open',
    todo: () => 'Close programs, or raise the limit (sysctl fs.file-max).',
    kind: 'outside',
  },
  ENOMEM: {
    says: 'there is not enough memory',
    todo: () => 'Close programs, then try again.',
    kind: 'outside',
  },
  ENOBUFS: {
    says: 'the kernel has no buffers left',
    todo: () => 'Close programs, then try again.',
    kind: 'outside',
  },
  EAGAIN: {
    says: 'this user may not start any more processes',
    todo: () => 'Close programs, or raise the limit (ulimit -u), then try again.',
    kind: 'outside',
  },
  // Connections
  ECONNREFUSED: { says: 'nothing listens there', todo: again, kind: 'outside' },
  ECONNRESET: { says: 'the connection was cut', todo: again, kind: 'outside' },
  EPIPE: { says: 'the other side has closed the connection', todo: again, kind: 'outside' },
  ETIMEDOUT: { says: 'nothing answered in time', todo: route, kind: 'outside' },
  ENETUNREACH: { says: 'this machine has no route there', todo: route, kind: 'outside' },
  EHOSTUNREACH: { says: 'no host answers on the route there', todo: route, kind: 'outside' },
  ENETDOWN: { says: 'the network interface on the way there is down', todo: route, kind: 'outside' },
  EHOSTDOWN: { says: 'the machine there is down', todo: route, kind: 'outside' },
  EINVAL: { says: 'the system refuses it', todo: route, kind: 'outside' },
  EADDRINUSE: { says: 'another program has that port', todo: again, kind: 'outside' },
  EADDRNOTAVAIL: {
    says: 'this machine does not have that address, or no port of its own is left',
    todo: route,
    kind: 'outside',
  },
  // Names
  ENOTFOUND: { says: 'its name is not known to this machine', todo: names, kind: 'outside' },
  EAI_AGAIN: { says: 'no name server answered', todo: names, kind: 'outside' },
  ESERVFAIL: { says: 'the name server failed', todo: names, kind: 'outside' },
}

/** Why nothing can be written at a place, and what to do, as sentences; undefined for codes that tell of something else. */
export function sayPlace(
  code: string,
  place: string,
): { readonly why: string; readonly todo: string } | undefined {
  switch (code) {
    case 'ENOSPC':
      return {
        why: `The disk of ${place} is full (${code}).`,
        todo: `Free some space: df -h ${place} and df -i ${place} show what is used.`,
      }
    case 'EDQUOT':
      return {
        why: `Your quota on the disk of ${place} is used up (${code}).`,
        todo: 'Remove something of yours there, or have the quota raised.',
      }
    case 'EROFS':
      return {
        why: `The disk of ${place} is read-only (${code}).`,
        todo: 'After a fault of the disk Linux makes it so (see dmesg). Mount it for writing again.',
      }
    case 'EACCES':
    case 'EPERM':
      return {
        why: `${place} does not let you write (${code}).`,
        todo: `ls -ld ${place} shows who may. A folder that root made there becomes yours again with: sudo chown -R "$USER" ${place}`,
      }
    case 'ENOTDIR':
    case 'EEXIST':
      return {
        why: `Something in the path ${place} is not a folder (${code}).`,
        todo: 'Move it away, then try again.',
      }
    default:
      return undefined
  }
}

/** Calls that write; of others the same code tells of reading. */
const writing: ReadonlySet<string> = new Set([
  'mkdir',
  'write',
  'fsync',
  'close',
  'rename',
  'link',
  'symlink',
])

/** Codes of a connect(2) that says: the way there is closed, whatever is at its end. */
const blocked: ReadonlyMap<string, string> = new Map([
  ['ENETUNREACH', 'this machine has no route there'],
  ['EHOSTUNREACH', 'no host answers on the route there'],
  ['ENETDOWN', 'the network interface on the way there is down'],
  ['EHOSTDOWN', 'the machine there is down'],
  // A firewall of this machine, or a route of the kind "prohibit" or "blackhole" (ip-route(8)).
  ['EPERM', 'a firewall of this machine does not permit it'],
  ['EACCES', 'a route of this machine prohibits it'],
  ['EINVAL', 'a route of this machine swallows it'],
])

/** Codes that tell of this process or machine running out of something, not of what was asked. */
const limits: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EAGAIN'])

/** Whether a connection failed on its way, before anything could refuse it. */
export const isBlocked = (code: string): boolean => blocked.has(code)

/** Whether a failure tells of our own limits. */
export const isLimit = (code: string): boolean => limits.has(code)

/** Whether a connection that failed with this code was never answered by what is at its end. */
export const isNoAnswer = (code: string): boolean =>
  code === 'ECONNREFUSED' || code === 'EADDRNOTAVAIL' || isBlocked(code) || isLimit(code)

/** Why a connection could not be made, as a clause with its code: "this machine has no route there (ENETUNREACH)". */
export function sayConnect(code: string): string {
  const says = blocked.get(code) ?? meanings[code]?.says
  return says === undefined ? `the system says ${code}` : `${says} (${code})`
}

/** A code as a clause: "there is no space left (ENOSPC)"; undefined for one that is not in the table. */
export function sayErrno(code: string): string | undefined {
  const meaning = meanings[code]
  return meaning && `${meaning.says} (${code})`
}

interface SystemError {
  readonly code: string
  readonly syscall?: string
  readonly path?: string
  readonly address?: string
  readonly port?: number
}

/** An error that the system gave: it has a code of the table. */
function systemError(error: unknown): SystemError | undefined {
  const code = codeOf(error)
  return Object.hasOwn(meanings, code) ? { ...(error as object), code } : undefined
}

/** Numbers of errno(3) that Node.js gives without their names where libuv does; the same on Linux and macOS. */
const numbers: ReadonlyMap<number, string> = new Map([
  [12, 'ENOMEM'],
  [23, 'ENFILE'],
  [24, 'EMFILE'],
])

/** The code of a failure; empty when it has none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { code, info } = error as { readonly code?: unknown; readonly info?: { readonly errno?: unknown } }
  const named = code === 'ERR_SYSTEM_ERROR' ? numbers.get(Math.abs(Number(info?.errno))) : undefined
  return named ?? (typeof code === 'string' ? code : '')
}

/** What could not be done, by the call that failed. */
const failed: Readonly<Record<string, string>> = {
  mkdir: 'cannot be created',
  open: 'cannot be opened',
  write: 'cannot be written',
  fsync: 'cannot be written',
  close: 'cannot be written',
  read: 'cannot be read',
  scandir: 'cannot be read',
  rename: 'cannot be replaced',
  link: 'cannot be created',
  symlink: 'cannot be created',
  unlink: 'cannot be removed',
  rmdir: 'cannot be removed',
  rm: 'cannot be removed',
  connect: 'cannot be reached',
  bind: 'cannot be listened on',
  listen: 'cannot be listened on',
  getaddrinfo: 'cannot be found',
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

/** The words of a failure that the system gave; undefined for any other error. */
export function errnoTrouble(error: unknown): Trouble | undefined {
  const found = systemError(error)
  if (!found) return undefined
  const { code, syscall = '', address, port } = found
  const meaning = meanings[code] as Meaning
  const [call = '', program] = syscall.split(' ')
  const at = found.path ?? (address === undefined ? '' : port === undefined ? address : `${address}:${port}`)
  if (call === 'spawn' && program !== undefined)
    return {
      kind: 'outside',
      what: `${program} cannot be started.`,
      why:
        code === 'ENOENT'
          ? `It is not installed, or not where it is looked for (${code}).`
          : `${capital(meaning.says)} (${code}).`,
      todo: code === 'ENOENT' ? 'Install it, then try again.' : meaning.todo(''),
    }
  const isConnect = call === 'connect'
  const place = at !== '' && writing.has(call) ? sayPlace(code, at) : undefined
  if (place) return { kind: meaning.kind, what: `${at} ${failed[call] ?? 'cannot be used'}.`, ...place }
  return {
    kind: meaning.kind,
    what: isLimit(code)
      ? `${capital(meaning.says)}.`
      : `${at === '' ? (isConnect ? 'A program' : 'A file') : at} ${failed[call] ?? 'cannot be used'}.`,
    why: isLimit(code)
      ? `The system says ${code}${at === '' ? '' : ` for ${at}`}.`
      : `${capital(isConnect ? sayConnect(code) : `${meaning.says} (${code})`)}.`,
    todo: isConnect && isBlocked(code) ? route(at) : meaning.todo(at),
  }
}
