import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { MigrationPart, PlannedStep, RootAdapter } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { dnsmasqFileOf, isEjectedNames, isOnlyDnsmasq, type DnsmasqFile } from '../../model/before/names.ts'
import { inert } from '../../model/atoms.ts'
import type { OldPart } from '../../model/migration.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { readBytes, readIfThere } from '../files.ts'
import { shownFile, shownLink } from '../root/shown.ts'
import { byRoot } from './hosts.ts'
import { nameServers } from '../setup/name-service.ts'
import { isRead } from './dnsmasq-readers.ts'
import { rootStep } from './root-step.ts'

const SYSTEM = '/etc/dnsmasq.d/macula.conf'
const MANAGED = '/etc/NetworkManager/dnsmasq.d/macula.conf'
const SWITCH = '/etc/NetworkManager/conf.d/dnsmasq.conf'

/** A name server of resolv.conf on this machine itself; the unspecified address is one too. */
const IS_HERE = /^(?:127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$)/i

export interface NamesInput {
  readonly suffix: string
  readonly below?: string
  /** What root wrote of ours: a route of ours may have one of these very files. */
  readonly ledger: RootAdapter['ledger']
  /** Whether a dnsmasq runs that reads this file; tests say it. */
  readonly isRead?: (path: string) => Promise<boolean>
}

interface Found {
  readonly path: string
  /** Where it leads, when it is a link. */
  readonly link?: string
  readonly has: DnsmasqFile
  /** What stands for it in root's plan. */
  readonly shown: string
  /** Whether a dnsmasq runs that reads it; else nobody answers its names now. */
  readonly read: boolean
}

/** The system's dnsmasq, or NetworkManager's, where a script led names of ours to old addresses. */
export function namesPart(input: NamesInput): MigrationPart {
  const below = input.below ?? ''
  const reading = input.isRead ?? isRead

  /** Files that root wrote for a person's Macula are none of the old world. */
  async function written(): Promise<ReadonlySet<string>> {
    const entries = await input.ledger().catch(() => [])
    return new Set(
      entries.flatMap(({ verb, target, state }) => (verb === 'file' && state !== 'undone' ? [target] : [])),
    )
  }

  async function look(path: string): Promise<Found | undefined> {
    const info = await lstat(join(below, path)).catch(() => undefined)
    if (!info) return undefined
    const link = info.isSymbolicLink() ? await readlink(join(below, path)).catch(() => '') : undefined
    // A link to what is gone, or lies below another root, is told by where it leads.
    const bytes = await readBytes(join(below, path)).catch(() => undefined)
    const shown = link === undefined ? bytes && shownFile(bytes) : shownLink(link)
    if (shown === undefined) return undefined
    const text =
      bytes?.toString('utf8') ??
      (link === SYSTEM ? await readIfThere(join(below, SYSTEM)).catch(() => undefined) : undefined)
    if (isEjectedNames(text ?? '')) return undefined
    const has = dnsmasqFileOf(text ?? '', input.suffix)
    const read = await reading(path)
    if (has) return { path, has, shown, read, ...(link === undefined ? {} : { link }) }
    return link === SYSTEM ? { path, link, shown, read, has: { names: 0, zones: [], others: [] } } : undefined
  }

  async function find() {
    const ours = await written()
    const seen = await Promise.all(
      [SYSTEM, MANAGED].map(async (path) => (ours.has(path) ? undefined : await look(path))),
    )
    const files = seen.filter((one) => one !== undefined)
    const managed = files.some(({ path }) => path === MANAGED)
    const turning = ours.has(SWITCH) ? undefined : await readBytes(join(below, SWITCH)).catch(() => undefined)
    // A link there is somebody's own doing: it is not what a script left.
    const isFile = (await lstat(join(below, SWITCH)).catch(() => undefined))?.isFile() === true
    const others = (await readdir(join(below, '/etc/NetworkManager/dnsmasq.d')).catch(() => [])).filter(
      (name) => name.endsWith('.conf') && name !== 'macula.conf',
    )
    // It only serves the platform where nothing else is answered by it. Where programs ask it, it stays: Macula's names are
    // led through it too (system/setup/networkmanager.ts).
    const asked = nameServers(await readIfThere(join(below, '/etc/resolv.conf')).catch(() => undefined))
    const isAsked = IS_HERE.test(asked[0] ?? '')
    const isOnly = isFile && turning !== undefined && isOnlyDnsmasq(turning.toString('utf8'))
    const turned = managed && isOnly && others.length === 0 && !isAsked ? shownFile(turning) : undefined
    // What is for more than these names cannot be taken out whole.
    const stay = files.filter(({ has }) => has.others.length > 0)
    return {
      files: files.filter((one) => !stay.includes(one)),
      stay,
      ...(turned !== undefined && stay.length === 0 ? { turned } : {}),
    }
  }

  return {
    id: 'names',
    ...byRoot,
    async detect() {
      const { files, stay, turned } = await find()
      return [
        ...(files.length === 0 ? [] : [partOf(files, turned !== undefined, input.suffix)]),
        ...(stay.length === 0 ? [] : [stayingOf(stay, input.suffix)]),
      ]
    },
    async plan() {
      const { files, turned } = await find()
      return files.length === 0 ? [] : [stepOf(files, turned, input.suffix)]
    },
  }
}

const sayFile = ({ path, link }: Found): string => (link === undefined ? path : `${path} (a link to ${link})`)

function partOf(files: readonly Found[], turned: boolean, suffix: string): OldPart {
  const names = files[0]?.has.names ?? 0
  const who = files.some(({ path }) => path === MANAGED)
    ? 'NetworkManager’s dnsmasq'
    : 'The dnsmasq of this machine'
  const isRead = files.some(({ read }) => read)
  return {
    id: 'names',
    title: isRead
      ? `${who} with names under ${suffix}`
      : `${files.length === 1 ? 'A file' : 'Files'} for dnsmasq with names under ${suffix}`,
    holds: [
      ...files.map((one) => `${sayFile(one)}: ${sayCount(one.has.names, 'name')}`),
      ...(turned ? [`${SWITCH}: dns=dnsmasq`] : []),
    ],
    costs: isRead
      ? `dnsmasq answers ${sayCount(names, 'name')} under ${suffix} with addresses of before: a name that Macula moved reaches nothing.`
      : `No dnsmasq that reads ${files.length === 1 ? 'it' : 'them'} runs now. One that is started later answers ${sayCount(names, 'name')} under ${suffix} with addresses of before.`,
  }
}

/** It is told, and nothing is done: its other lines may be what this machine has names by. */
function stayingOf(files: readonly Found[], suffix: string): OldPart {
  const others = [...new Set(files.flatMap(({ has }) => has.others))]
  const paths = sayList(files.map(({ path }) => path))
  return {
    id: 'names',
    title: `A dnsmasq with names under ${suffix}, in a file that has more than them`,
    holds: files.map((one) => `${sayFile(one)}: ${sayCount(one.has.names, 'name')}`),
    costs: `${files.some(({ read }) => read) ? 'dnsmasq answers' : 'No dnsmasq that reads it runs now; one that is started later answers'} names under ${suffix} with addresses of before. ${paths} ${files.length === 1 ? 'stays' : 'stay'}, because of lines that are for more than these names: ${sayList(
      others.map((line) => `“${inert(line)}”`),
      9,
    )}. Take the lines with ${suffix} out by hand (or move these lines to a file of your own beside it, and run maculactl migrate again), then restart dnsmasq.`,
  }
}

/** `turned`: what stands for the file that turns NetworkManager's dnsmasq on, where it is to go too. */
function stepOf(files: readonly Found[], turned: string | undefined, suffix: string): PlannedStep {
  const removed = [...files, ...(turned === undefined ? [] : [{ path: SWITCH, shown: turned }])]
  const zones = [
    ...new Map(files.flatMap(({ has }) => has.zones).map((one) => [one.zone, one] as const)).values(),
  ]
  const units = [
    ...(files.some(({ path }) => path === MANAGED) ? (['NetworkManager'] as const) : []),
    ...(files.some(({ path, read }) => path === SYSTEM && read) ? (['dnsmasq'] as const) : []),
  ]
  // A link goes before what it leads to: half done, nothing leads to a file that is gone.
  const ordered = removed.toSorted((one, two) => Number(two.path === MANAGED) - Number(one.path === MANAGED))
  const verbs: readonly RootVerb[] = [
    ...ordered.map(({ path, shown }): RootVerb => ({ verb: 'remove', path, shown })),
    ...units.map((unit): RootVerb => ({ verb: 'reload', unit })),
  ]
  const prices = zones.map(
    ({ zone, to }) =>
      `Names under .${zone} are no longer asked from ${to}, until "zones" in settings.json names ${zone}.`,
  )
  return rootStep({
    id: 'before-dnsmasq',
    part: 'names',
    title: `Take names under ${suffix} out of dnsmasq`,
    reason: 'They hold the addresses from before and take precedence over Macula’s own.',
    effects: [
      ...ordered.map(({ path }) => {
        const file = files.find((one) => one.path === path)
        return `${file ? sayFile(file) : path} is taken out${file && file.has.names > 0 ? ` (${sayCount(file.has.names, 'name')})` : ''}`
      }),
      ...(units.length === 0
        ? []
        : [`${sayList(units)} ${units.length === 1 ? 'reads its' : 'read their'} files again`]),
    ],
    ...(prices.length === 0 ? {} : { price: prices.join(' ') }),
    without: files.some(({ read }) => read)
      ? `programs go on asking it, so names under ${suffix} keep their addresses of before.`
      : `a dnsmasq that is started later answers names under ${suffix} with addresses of before.`,
    verbs,
  })
}
