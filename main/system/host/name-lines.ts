import { hostname } from 'node:os'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfThere } from '../files.ts'
import { inert } from '../../model/atoms.ts'
import { BLANKS, hostsLinesOf, NO_SUFFIX, takable } from '../../model/before/names.ts'
import type { NameLine } from '../../model/observation.ts'
import { readBlock } from '../root/block.ts'
import { dnsmasqLines, resolvedLines, type Question } from './resolver-lines.ts'

const HOSTS = '/etc/hosts'
const SWITCH = '/etc/nsswitch.conf'

/** More of a line is not shown. */
const MOST = 160

function told(file: string, line: number, text: string): NameLine {
  return { file, line, text: inert(text.replaceAll(/\s+/g, ' ').trim()).slice(0, MOST) }
}

/**
 * The lines of a hosts file that give `name` another address than `address` (hosts(5): case does not matter). Those that set-up can
 * take out have its step.
 */
export function hostsLines(text: string, name: string, address: string): readonly NameLine[] {
  const wanted = name.toLowerCase()
  const block = readBlock(text)
  const last = block.kind === 'block' ? block.first + block.text.split('\n').length - 2 : 0
  const isOurs = (line: number): boolean => block.kind === 'block' && line >= block.first && line <= last
  const canGo = new Set(takable(hostsLinesOf(text, new Set([wanted]), NO_SUFFIX)).map(({ line }) => line))
  return text.split('\n').flatMap((row, index) => {
    const [first, ...names] = (row.split('#')[0] ?? '').split(BLANKS).filter((word) => word !== '')
    const isOther = first !== undefined && first !== address
    if (!isOther || !names.some((one) => one.toLowerCase() === wanted)) return []
    return [
      {
        ...told(HOSTS, index + 1, row),
        ...(isOurs(index + 1)
          ? { ours: true as const }
          : canGo.has(index + 1)
            ? { step: 'hosts-lines' as const }
            : {}),
      },
    ]
  })
}

/** The line of nsswitch.conf(5) for hosts when no program reads the hosts file by it. */
export function switchLines(text: string): readonly NameLine[] {
  return text.split('\n').flatMap((row, index) => {
    const sources = /^\s*hosts:([^#]*)/.exec(row)?.[1]
    return sources !== undefined && !/(?:^|\s)files(?:\s|$)/.test(sources)
      ? [told(SWITCH, index + 1, row)]
      : []
  })
}

/** Where the machine's own name services keep theirs, with how their lines are read. */
const FOLDERS: readonly {
  readonly folder: string
  readonly read: typeof dnsmasqLines
}[] = [
  { folder: '/etc/NetworkManager/dnsmasq.d', read: dnsmasqLines },
  { folder: '/etc/dnsmasq.d', read: dnsmasqLines },
  { folder: '/etc/systemd/resolved.conf.d', read: resolvedLines },
  { folder: '/etc/systemd/dns-delegate.d', read: resolvedLines },
  { folder: '/run/systemd/resolved.conf.d', read: resolvedLines },
]
const FILES = [
  { file: '/etc/dnsmasq.conf', read: dnsmasqLines },
  { file: '/etc/systemd/resolved.conf', read: resolvedLines },
]

/** dnsmasq reads none of these of a folder (dnsmasq(8), --conf-dir). */
const isLeftOut = (name: string): boolean =>
  name.startsWith('.') || name.startsWith('#') || name.endsWith('~')

/** Lines of what answers this machine's questions that lead a name elsewhere, those that give the answer that came first. */
async function serviceLines(question: Question): Promise<readonly NameLine[]> {
  const folders = await Promise.all(
    FOLDERS.map(async ({ folder, read }) =>
      (await readdir(folder).catch(() => []))
        .filter((name) => !isLeftOut(name))
        .toSorted()
        .map((name) => ({ file: join(folder, name), read })),
    ),
  )
  const all = await Promise.all(
    [...folders.flat(), ...FILES].map(async ({ file, read }) =>
      read(file, (await readIfThere(file).catch(() => undefined)) ?? '', question),
    ),
  )
  const isAnswer = ({ text }: NameLine): boolean => /^(?:address|host-record)/.test(text)
  return all.flat().toSorted((one, two) => Number(isAnswer(two)) - Number(isAnswer(one)))
}

/**
 * Which line of this machine's files gives a name another address than `address`: of /etc/hosts, which goes before our
 * names; else of what answers for this machine (dnsmasq, NetworkManager, systemd-resolved); else of nsswitch.conf, when it
 * leaves the hosts file out; else the machine's own name. `answers`: what the resolver said. Empty: none of them.
 */
export async function nameLines(
  name: string,
  address: string,
  answers: readonly string[],
  server: Question['server'],
): Promise<readonly NameLine[]> {
  const read = async (file: string): Promise<string> => (await readIfThere(file).catch(() => undefined)) ?? ''
  const lines = hostsLines(await read(HOSTS), name, address)
  if (lines.length > 0) return lines
  if (hostname().toLowerCase() === name.toLowerCase()) return [told('/etc/hostname', 1, hostname())]
  const services = await serviceLines({ name: name.toLowerCase(), address, answers, server })
  return services.length > 0 ? services : switchLines(await read(SWITCH))
}
