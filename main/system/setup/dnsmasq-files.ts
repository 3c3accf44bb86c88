import { dnsmasqFileOf, isEjectedNames } from '../../model/before/names.ts'
import { sayCount, sayList } from '../../model/say.ts'
import type { Settings } from '../../model/service.ts'
import type { Machine } from './machine.ts'
import { checkedSettings, OURS } from './wording.ts'

/** What a dnsmasq that is not ours reads, and how it is told to ask our name server (dnsmasq(8)). */

/** The lines of our file for a dnsmasq: one server for the suffix and the further zones. */
export function forwardLine(settings: Settings): string {
  const { domains, port } = checkedSettings(settings)
  return `${OURS}\nserver=/${domains.join('/')}/127.0.0.1#${port}\n`
}

/** Where a dnsmasq reads its configuration from. */
export interface DnsmasqReads {
  readonly files: readonly string[]
  readonly folders: readonly DnsmasqFolder[]
  /** It answers DNS at all: `port=0` turns that off. */
  readonly answers: boolean
}

/** `conf-dir=/etc/dnsmasq.d,.rpmnew,*.conf`: all but what ends so, or only what fits a pattern with a star. */
interface DnsmasqFolder {
  readonly path: string
  readonly patterns: readonly string[]
}

/** From the words that it was started with, and the configuration file that they name. */
export async function dnsmasqReads(machine: Machine, argv: readonly string[]): Promise<DnsmasqReads> {
  const given = optionsOf(argv)
  const files = given.flatMap(([name, value]) => (name === 'conf-file' ? [value] : []))
  // Without one of its own it reads this; an empty or absent file is no error there.
  const main = files.length > 0 ? files : ['/etc/dnsmasq.conf']
  const read = new Set<string>()
  const options = [...given]
  for (const file of main) {
    if (file === '' || read.has(file) || read.size > 20) continue
    read.add(file)
    const inFile = fileOptions((await machine.text(file)) ?? '')
    options.push(...inFile)
    main.push(...inFile.flatMap(([name, value]) => (name === 'conf-file' ? [value] : [])))
  }
  const folders = options.flatMap(([name, value]): readonly DnsmasqFolder[] => {
    if (name !== 'conf-dir') return []
    const [path = '', ...patterns] = value.split(',').map((part) => part.trim())
    return [{ path: path.replace(/(?<=.)\/+$/, ''), patterns: patterns.filter((one) => one !== '') }]
  })
  const port = options.findLast(([name]) => name === 'port')?.[1]
  return { files: [...read], folders, answers: port !== '0' }
}

type Option = readonly [name: string, value: string]
const SHORT: Readonly<Record<string, string>> = { '7': 'conf-dir', C: 'conf-file', p: 'port' }

/** "--conf-dir=X", "-7 X", "-7X"; whatever else there is is left out. */
function optionsOf(argv: readonly string[]): readonly Option[] {
  return argv.flatMap((word, at): readonly Option[] => {
    const long = /^--(conf-dir|conf-file|port)=(.*)$/.exec(word)
    if (long) return [[long[1] ?? '', long[2] ?? '']]
    const short = /^-([7Cp])(.*)$/.exec(word)
    const name = SHORT[short?.[1] ?? '']
    if (name === undefined) return []
    return [[name, short?.[2] === '' ? (argv[at + 1] ?? '') : (short?.[2] ?? '')]]
  })
}

function fileOptions(text: string): readonly Option[] {
  return text.split('\n').flatMap((line): readonly Option[] => {
    const match = /^\s*(conf-dir|conf-file|port)\s*=\s*([^#\s]*)/.exec(line)
    return match ? [[match[1] ?? '', match[2] ?? '']] : []
  })
}

/** Whether a folder's patterns take a file of this name in; what begins with a dot or ends with ~ is never read. */
export function takesIn({ patterns }: DnsmasqFolder, name: string): boolean {
  if (name.startsWith('.') || name.endsWith('~') || (name.startsWith('#') && name.endsWith('#'))) return false
  const only = patterns.filter((one) => one.startsWith('*')).map((one) => one.slice(1))
  const never = patterns.filter((one) => !one.startsWith('*'))
  if (never.some((end) => name.endsWith(end))) return false
  return only.length === 0 || only.some((end) => name.endsWith(end))
}

/**
 * The files of others among these that answer names under our suffix themselves, in a sentence: what is nearer to a name
 * goes before a server for all of them. Undefined: none.
 */
export async function answeredBefore(
  machine: Machine,
  { files, folders }: Pick<DnsmasqReads, 'files' | 'folders'>,
  ours: string,
  suffix: string,
): Promise<string | undefined> {
  const inFolders = await Promise.all(
    folders.map(async (folder) =>
      (await machine.list(folder.path))
        .filter((name) => takesIn(folder, name))
        .map((name) => `${folder.path}/${name}`),
    ),
  )
  const said: string[] = []
  let isEjected = false
  for (const path of new Set([...files, ...inFolders.flat()])) {
    const text = path === ours ? undefined : await machine.text(path)
    const found = text === undefined ? undefined : dnsmasqFileOf(text, suffix)
    if (!found || text === undefined) continue
    said.push(`${path} (${sayCount(found.names, 'name')})`)
    if (isEjectedNames(text)) isEjected = true
  }
  return said.length === 0
    ? undefined
    : `Names under ${suffix} are answered by ${sayList(said)} itself, and that takes precedence over Macula: ${isEjected ? 'setup-dnsmasq.sh --undo takes out what maculactl eject wrote' : 'maculactl migrate takes the platform’s own files out'}.`
}
