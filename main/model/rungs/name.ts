import type { Fix, Rung } from '../ladder.ts'
import type { NameLine, NameSeen } from '../observation.ts'
import { sayCount, sayDuration, sayList } from '../say.ts'

/** Slower than this is a stall, not a network: local answers take milliseconds, the `.local` stall takes 5 s. */
export const SLOW_NAME_MS = 1000

/** The whole answer of the resolver; empty: it gave none. */
export function addressesOf(seen: NameSeen): readonly string[] {
  return seen.kind === 'answer' ? seen.addresses : []
}

/** Whether programs are led to our address, however slowly: they take the first of an answer. */
export function isNameRight(seen: NameSeen | undefined, address: string): boolean {
  return seen?.kind === 'answer' && seen.addresses[0] === address
}

/** Whether an answer is right and quick. */
export function isNameGood(seen: NameSeen | undefined, address: string): boolean {
  return seen !== undefined && seen.ms < SLOW_NAME_MS && isNameRight(seen, address)
}

/** "/etc/hosts:12 says "127.0.0.1 grafana.macula.local"." for the first of the lines that lead elsewhere. */
export function sayLine(lines: readonly NameLine[] | undefined): string | undefined {
  if (lines === undefined) return undefined
  const [first, ...others] = lines
  if (first === undefined) return undefined
  const more = others.length === 0 ? '' : ` (and ${sayCount(others.length, 'line')} more)`
  return `${first.file}:${first.line}${first.ours ? ', in Macula’s own block,' : ''} says “${first.text}”${more}`
}

/** "line 3 of /etc/hosts", "lines 3 and 9 of /etc/hosts" */
function sayWhichLines(lines: readonly NameLine[]): string {
  const numbers = lines.flatMap(({ step, line }) => (step === 'hosts-lines' ? [String(line)] : []))
  return `${numbers.length === 1 ? 'line' : 'lines'} ${sayList(numbers)} of /etc/hosts`
}

/** What takes such a line out, where set-up has a step for it. */
export function lineFix(lines: readonly NameLine[] | undefined): Fix | undefined {
  const step = lines?.[0]?.step
  if (step === undefined) return undefined
  const label = step === 'hosts-lines' ? 'Take the line out…' : 'Take the file out…'
  return { label, command: 'maculactl setup', action: { kind: 'setup', changes: [step] } }
}

/** What to do about such a line. `routed`: names are led here in another way than by our block in the hosts file. */
export function sayLineTodo(lines: readonly NameLine[] | undefined, address: string, routed = false): string {
  const [first] = lines ?? []
  // Without its line our own block would lack the name; set-up writes the block whole.
  if (first?.ours)
    return routed
      ? `maculactl undo route-hosts takes that block out, which nothing needs any more; or use ${address}.`
      : `maculactl setup writes the block again; until then use ${address}.`
  if (first === undefined) return `Take out the other entry, or use ${address}.`
  if (first.step !== undefined) {
    const what = first.step === 'hosts-lines' ? sayWhichLines(lines ?? []) : first.file
    return `maculactl setup takes ${what} out; until then use ${address}.`
  }
  switch (first.file) {
    case '/etc/hostname':
      return `Give this machine another name (hostnamectl hostname NAME), or use ${address}.`
    case '/etc/nsswitch.conf':
      return `Write “files” before the others in line ${first.line} of ${first.file}, or use ${address}.`
    default:
      return `Take line ${first.line} out of ${first.file} (sudoedit ${first.file}), or use ${address}.`
  }
}

/** A whole answer against the one address it should be. */
function sayAddresses(addresses: readonly string[], address: string): string {
  const others = [...new Set(addresses)].filter((one) => one !== address)
  const [first = 'nothing'] = addresses
  if (first === address) return `${address}, and ${sayList(others)} after it`
  return addresses.includes(address)
    ? `${sayList(others)} first, and only then ${address}`
    : `${addresses.length === 0 ? 'nothing' : sayList(others)}, not ${address}`
}

/** What to say of a name of ours that PowerDNS answers differently; undefined: it does not. */
export function sayTwice(
  name: string,
  address: string,
  theirs: readonly string[] | undefined,
): { readonly why: string; readonly todo: string } | undefined {
  if (theirs === undefined || theirs.length === 0 || theirs[0] === address) return undefined
  return {
    why: `Macula’s own names go first, so this machine never sees ${sayList(theirs)}; programs that ask PowerDNS directly do.`,
    todo: `Take the record ${name} out of PowerDNS, or give it ${address} there (ExternalDNS writes it from an Ingress).`,
  }
}

/** The first rung: does the OS resolver return our address, in good time? */
export function nameRung(input: {
  readonly name: string | undefined
  readonly address: string | null
  readonly seen: NameSeen | undefined
  readonly byNameOnly: boolean
  /**
   * It answers at its address, or nobody asked it there yet: then a name that is bad keeps nobody else from it and is no failure
   * of the service, also for what opens by name only. Absent: it does not.
   */
  readonly answers?: boolean | undefined
  /** Whether the resolver is led to our names as set-up wrote it; if not, set-up is what repairs a name. */
  readonly routed: boolean
  /** Has the resolver read our route again, where a program reads it. */
  readonly again?: Fix | undefined
  /** What our own name server has to do with it, when it does not answer and the resolver is led to it. */
  readonly server?: string | undefined
  /** What PowerDNS answers to it, where it answers it at all. */
  readonly theirs?: readonly string[] | undefined
}): Rung {
  const { name, address, seen, byNameOnly, answers = false, routed, again, server, theirs } = input
  if (name === undefined || address === null)
    return { id: 'name', state: 'unused', says: 'no name of its own' }
  if (!seen) return { id: 'name', state: 'unknown', says: `${name} was not looked up yet` }
  const bad = byNameOnly && !answers ? 'stop' : 'round'
  const fix: Fix = routed
    ? { label: 'Restore names', command: 'maculactl up', action: { kind: 'forward' } }
    : { label: 'Set up names…', command: 'maculactl setup', action: { kind: 'setup', changes: [] } }
  const { ms } = seen
  const told = sayLine(seen.lines)
  const line = told === undefined ? undefined : `${told}.`
  const takes = lineFix(seen.lines)
  // A line of our own block is set-up's to write again; what set-up can take out has a step of its own.
  const ofOurs: { readonly fix?: Fix } =
    takes !== undefined ? { fix: takes } : !routed && seen.lines?.[0]?.ours ? { fix } : {}
  if (seen.kind === 'timeout')
    return {
      id: 'name',
      state: bad,
      ms,
      says: `${name} was not answered within ${sayDuration(ms)}`,
      reason: `name not answered in ${sayDuration(ms)}`,
      ...(server === undefined ? {} : { why: server }),
      todo: byNameOnly
        ? 'Repair the names; it opens by name only.'
        : 'Open and Copy use the address until the name is quick again.',
      fix,
    }
  if (seen.kind === 'none')
    return {
      id: 'name',
      state: bad,
      ms,
      says: `${name} is not known to this machine (${seen.code})`,
      reason: byNameOnly ? 'needs its name, which is not known' : 'name not known',
      why: line ?? server ?? 'The resolver of this machine gives no address for it.',
      ...(line === undefined
        ? { todo: 'Put the name back.', fix }
        : { todo: sayLineTodo(seen.lines, address, routed), ...ofOurs }),
    }
  if (!isNameRight(seen, address))
    return {
      id: 'name',
      state: bad,
      ms,
      says: `${name} is ${sayAddresses(seen.addresses, address)}`,
      reason: `name resolves to ${seen.addresses[0] ?? 'nothing'}`,
      why:
        line ??
        'Another source answers for this name before ours (a VPN, another name server, or a line for it elsewhere).',
      todo: sayLineTodo(seen.lines, address, routed),
      // Nothing of ours can be put back while another line goes first, and our names are right where another source answers.
      ...(line !== undefined ? ofOurs : routed ? (again === undefined ? {} : { fix: again }) : { fix }),
    }
  if (ms >= SLOW_NAME_MS)
    return {
      id: 'name',
      state: 'round',
      ms,
      says: `${name} is ${address}, after ${sayDuration(ms)}`,
      reason: byNameOnly ? `needs its name, ${sayDuration(ms)}` : `name takes ${sayDuration(ms)}`,
      why: server ?? 'Something on the way to our name server makes each question wait.',
      todo: byNameOnly ? 'It opens by name only, slowly.' : 'Open and Copy use the address.',
    }
  if (seen.addresses.some((one) => one !== address))
    return {
      id: 'name',
      state: 'round',
      ms,
      says: `${name} is ${sayAddresses(seen.addresses, address)}`,
      reason: `name also resolves to ${seen.addresses.find((one) => one !== address) ?? ''}`,
      why: line ?? 'Another source answers for this name too; some programs take any of the addresses.',
      todo: sayLineTodo(seen.lines, address, routed),
      ...ofOurs,
    }
  const twice = sayTwice(name, address, theirs)
  if (twice !== undefined)
    return {
      id: 'name',
      state: 'ok',
      ms,
      says: `${name} is ${address}; PowerDNS has ${sayList(theirs ?? [])} for it`,
      ...twice,
    }
  return { id: 'name', state: 'ok', ms, says: `${name} is ${address}` }
}
