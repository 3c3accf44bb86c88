import { createHash } from 'node:crypto'
import { isLabel } from '../../model/atoms.ts'
import type { Change, RootVerb, TakenLine } from '../../model/change.ts'
import { MaculaError } from '../../model/errors.ts'
import { isStoppable } from '../../model/release.ts'
import { STORES } from './stores.ts'

/** What root is handed: the plan's bytes and their SHA-256, which goes with the command. */
export interface Plan {
  readonly text: string
  readonly sha256: string
}

/** The files root may write whole; the same list, with the grammar of their lines, is in assets/root/macula-root. */
const FILES: ReadonlySet<string> = new Set([
  '/etc/sysctl.d/60-macula.conf',
  '/etc/systemd/resolved.conf.d/macula.conf',
  '/etc/systemd/dns-delegate.d/macula-desktop.dns-delegate',
  '/etc/NetworkManager/dnsmasq.d/macula-desktop.conf',
  '/etc/dnsmasq.d/macula-desktop.conf',
  ...STORES.map(({ file }) => file),
])
/** The files of the platform's own set-up that root may take away. */
const REMOVED: ReadonlySet<string> = new Set([
  '/etc/dnsmasq.d/macula.conf',
  '/etc/NetworkManager/conf.d/dnsmasq.conf',
  '/etc/NetworkManager/dnsmasq.d/macula.conf',
  '/etc/systemd/system/macula-port-forwarding.service',
])
const RELOADED: ReadonlySet<string> = new Set([
  'systemd-resolved',
  'NetworkManager',
  'dnsmasq',
  ...STORES.map(({ tool }) => tool),
])
const STOPPED: ReadonlySet<string> = new Set(['macula-port-forwarding.service', 'dnsmasq.service'])
const INSTALLED: ReadonlySet<string> = new Set([
  'docker.io',
  'docker-cli',
  'docker-compose',
  'docker-compose-v2',
  'moby-engine',
  'docker',
  'docker-cli-compose',
])
const MODE = 0o644
const MAX_BYTES = 256 * 1024

/**
 * The plan that makes `changes` so: one line a verb, words separated by one space, titles and contents in
 * base64. The same changes give the same bytes. `project`: whose they are, for root's record; absent: not told. Throws
 * MaculaError `invalid` for what root would refuse.
 */
export function planOf(changes: readonly Change[], project?: string): Plan {
  if (project !== undefined && !isLabel(project)) throw refused(`"${project}" is not the name of a project.`)
  return seal(
    changes.flatMap((change) => change.verbs.map((verb) => lineOf(change, verb))),
    project === undefined ? [] : [`project ${project}`],
  )
}

/** The plan that undoes these ledger entries, newest first; all that are applied when undefined. */
export function undoPlanOf(
  entries: readonly string[] | undefined,
  options: { readonly evenIfDrifted: boolean; readonly evenOthers?: boolean },
): Plan {
  const flags = [
    ...(options.evenIfDrifted ? ['evenifdrifted'] : []),
    ...(options.evenOthers === true ? ['evenothers'] : []),
  ]
  const flag = flags.length === 0 ? '' : ` ${flags.join(',')}`
  return seal(
    (entries?.toSorted((one, other) => Number(other) - Number(one)) ?? ['all']).map((id) => {
      if (entries && !/^[1-9][0-9]{0,5}$/.test(id)) throw refused(`"${id}" is not the number of a change.`)
      return `undo ${id}${flag}`
    }),
  )
}

function seal(lines: readonly string[], head: readonly string[] = []): Plan {
  if (lines.length === 0) throw refused('It has no steps.')
  const text = ['macula-plan 1', ...head, ...lines, ''].join('\n')
  if (text.length > MAX_BYTES) throw refused(`It is longer than ${MAX_BYTES / 1024} KiB.`)
  return { text, sha256: createHash('sha256').update(text).digest('hex') }
}

function lineOf(change: Change, verb: RootVerb): string {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(change.id)) throw refused(`"${change.id}" is not the name of a change.`)
  if (change.title === '' || Buffer.byteLength(change.title) > 290)
    throw refused(`The title of ${change.id} is empty or too long.`)
  return [verb.verb, change.id, base64(change.title), ...wordsOf(verb)].join(' ')
}

function wordsOf(verb: RootVerb): readonly string[] {
  switch (verb.verb) {
    case 'file':
      if (!FILES.has(verb.path)) throw refused(`Root does not write ${verb.path}.`)
      if (verb.mode !== MODE) throw refused(`Root does not write files of mode ${verb.mode.toString(8)}.`)
      return [verb.path, verb.mode.toString(8), contentOf(verb.content)]
    case 'block':
      if (verb.path !== '/etc/hosts') throw refused(`Root puts no block into ${verb.path}.`)
      return [verb.path, contentOf(verb.content)]
    case 'sysctl':
      if (verb.key !== 'net.ipv4.ip_unprivileged_port_start' || !isLowPort(verb.value))
        throw refused(`Root does not set ${verb.key} to "${verb.value}".`)
      return [verb.key, verb.value]
    case 'reload':
      if (!RELOADED.has(verb.unit)) throw refused(`Root does not reload ${verb.unit}.`)
      if (verb.again === true && verb.unit.startsWith('update-ca-'))
        throw refused(`Root does not make ${verb.unit} again.`)
      return verb.again === true ? [verb.unit, 'again'] : [verb.unit]
    case 'packages':
      if (verb.names.length === 0 || !verb.names.every((name) => /^[a-z0-9][a-z0-9.-]{0,40}$/.test(name)))
        throw refused(`Root does not install "${verb.names.join(' ')}".`)
      return [verb.names.join(',')]
    case 'remove':
      if (!REMOVED.has(verb.path)) throw refused(`Root does not take ${verb.path} away.`)
      if (!/^(?:link-)?[0-9a-f]{64}$/.test(verb.shown))
        throw refused(`What ${verb.path} holds was not shown.`)
      return [verb.path, verb.shown]
    case 'lines':
      if ((verb.path as string) !== '/etc/hosts') throw refused('Root takes lines out of /etc/hosts only.')
      return [verb.path, linesOf(verb.lines)]
    case 'unit-off':
      if (!STOPPED.has(verb.unit)) throw refused(`Root does not stop ${verb.unit}.`)
      return [verb.unit]
    case 'install':
      if (verb.names.length === 0 || !verb.names.every((name) => INSTALLED.has(name)))
        throw refused(`Root does not install "${verb.names.join(' ')}".`)
      return [verb.names.join(',')]
    case 'start':
      if (!['docker.service', 'podman.socket'].includes(verb.unit))
        throw refused(`Root does not start ${verb.unit}.`)
      return [verb.unit]
    case 'enable':
      if ((verb.unit as string) !== 'docker.service') throw refused(`Root does not enable ${verb.unit}.`)
      return [verb.unit]
    case 'group':
      if ((verb.group as string) !== 'docker') throw refused(`Root adds nobody to ${verb.group}.`)
      return [verb.group]
    case 'stop':
      if (!isStoppable(verb.unit) || !Number.isInteger(verb.port) || verb.port < 1 || verb.port > 65_535)
        throw refused(`Root does not stop ${verb.unit}.`)
      return [verb.unit, String(verb.port)]
    case 'end':
      if (
        !Number.isSafeInteger(verb.pid) ||
        verb.pid < 2 ||
        !Number.isSafeInteger(verb.started) ||
        verb.started < 1
      )
        throw refused(`${verb.pid} is not the number of a process.`)
      return [String(verb.pid), String(verb.started), argvOf(verb.argv)]
  }
}

/** "NUMBER:TEXT:STAYS" of each line, texts in base64; the numbers rise. Root looks at the texts themselves. */
function linesOf(lines: readonly TakenLine[]): string {
  const sorted = lines.toSorted((one, other) => one.line - other.line)
  const words = sorted.map(({ line, text, stays }, at) => {
    if (!Number.isSafeInteger(line) || line < 1 || line > 999_999 || line === sorted[at - 1]?.line)
      throw refused(`${line} is not the number of a line, or is there twice.`)
    if (text === '' || text === stays || /[\n\0]/.test(text + stays))
      throw refused(`Line ${line} is not one that names can be taken out of.`)
    return `${line}:${base64(text)}:${base64(stays)}`
  })
  if (words.length === 0) throw refused('There are no lines to take out.')
  return words.join(',')
}

/** The words of a program as the kernel shows them, each ended by a NUL. */
function argvOf(argv: readonly string[]): string {
  if (!/^(?:.*\/)?socat1?$/.test(argv[0] ?? '') || argv.some((word) => !/^[ -~]+$/.test(word)))
    throw refused(`Root does not end "${argv.join(' ')}".`)
  return base64(argv.map((word) => `${word}\0`).join(''))
}

/** The range root accepts: a lower start would free ports that other system services trust. */
function isLowPort(value: string): boolean {
  return /^[1-9][0-9]{1,3}$/.test(value) && Number(value) >= 53 && Number(value) <= 1024
}

/** Whole printable ASCII lines only: whatever else there is could read differently on root's side. */
function contentOf(content: string): string {
  if (!/^(?:[ -~]+\n)+$/.test(content)) throw refused('A content is not whole lines of plain text.')
  return base64(content)
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

function refused(why: string): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: 'The plan for root was not made.',
    why,
    todo: 'Leave this step out, or correct the setting it comes from.',
  })
}
