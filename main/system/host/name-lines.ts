import { hostname } from 'node:os'
import { readIfThere } from '../files.ts'
import { inert } from '../../model/atoms.ts'
import type { NameLine } from '../../model/observation.ts'
import { readBlock } from '../root/block.ts'

const HOSTS = '/etc/hosts'
const SWITCH = '/etc/nsswitch.conf'

/** More of a line is not shown. */
const MOST = 160

function told(file: string, line: number, text: string): NameLine {
  return { file, line, text: inert(text.replaceAll(/\s+/g, ' ').trim()).slice(0, MOST) }
}

/** The lines of a hosts file that give `name` another address than `address` (hosts(5): case does not matter). */
export function hostsLines(text: string, name: string, address: string): readonly NameLine[] {
  const wanted = name.toLowerCase()
  const block = readBlock(text)
  const last = block.kind === 'block' ? block.first + block.text.split('\n').length - 2 : 0
  const isOurs = (line: number): boolean => block.kind === 'block' && line >= block.first && line <= last
  return text.split('\n').flatMap((row, index) => {
    const [first, ...names] = (row.split('#')[0] ?? '').trim().split(/\s+/)
    const isOther = first !== undefined && first !== address
    if (!isOther || !names.some((one) => one.toLowerCase() === wanted)) return []
    return [{ ...told(HOSTS, index + 1, row), ...(isOurs(index + 1) ? { ours: true as const } : {}) }]
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

/**
 * Which line of this machine's files gives a name another address than `address`: of /etc/hosts, which goes before our
 * names; else of nsswitch.conf, when it leaves the hosts file out; else the machine's own name. Empty: none of them.
 */
export async function nameLines(name: string, address: string): Promise<readonly NameLine[]> {
  const read = async (file: string): Promise<string> => (await readIfThere(file).catch(() => undefined)) ?? ''
  const lines = hostsLines(await read(HOSTS), name, address)
  if (lines.length > 0) return lines
  if (hostname().toLowerCase() === name.toLowerCase()) return [told('/etc/hostname', 1, hostname())]
  return switchLines(await read(SWITCH))
}
