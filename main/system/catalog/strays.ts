import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import leven from 'leven'
import { isLabel } from '../../model/atoms.ts'
import { compareText } from '../../model/compare-text.ts'
import { awayOf, sayAway } from '../files.ts'

/**
 * The names of a folder, those of folders with a "/" at the end, links as what they lead to; none when it is absent. Hidden
 * ones are left out, and links to what is away: `awayIn`.
 */
export async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const names = entries
    .filter(({ name }) => !name.startsWith('.'))
    .map(async (entry) => {
      const found = entry.isSymbolicLink()
        ? await stat(join(folder, entry.name)).catch(() => undefined)
        : entry
      if (!found) return []
      return [found.isFile() ? entry.name : `${entry.name}/`]
    })
  return (await Promise.all(names)).flat().sort()
}

/** Links of a folder that lead to what is away, a clause each. */
export async function awayIn(folder: string): Promise<readonly string[]> {
  const names: readonly string[] = await readdir(folder).catch(() => [])
  const told = names.flatMap((name) => {
    const away = name.startsWith('.') ? undefined : awayOf(join(folder, name))
    return away === undefined ? [] : [sayAway(join(folder, name), away)]
  })
  return told.sort(compareText)
}

/** What is written for people only. */
export function isDocument(name: string): boolean {
  return /\.(?:md|txt)$|^(?:LICENSE|README)$/i.test(name)
}

/** What else a file is called by those who know Compose and kind from elsewhere. */
const othersWords: readonly (readonly [RegExp, string])[] = [
  [/^(?:docker-)?compose\.override\.ya?ml$/, 'compose.override.yaml'],
  [/^(?:docker-)?compose\.ya?ml$/, 'compose.yaml'],
  [/^(?:application|app)\.ya?ml$/, 'app.yaml'],
  [/^cluster\.ya?ml$/, 'cluster.yaml'],
  [/^kind(?:-config)?\.ya?ml$/, 'kind.yaml'],
]

/** The right name that is nearest to one that means nothing; undefined when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const other = othersWords.find(([sign]) => sign.test(name))?.[1]
  if (other !== undefined && other !== name && known.includes(other)) return other
  const lower = name.toLowerCase()
  const most = Math.max(1, Math.floor(lower.replace(/\/$/, '').length / 3))
  return known
    .map((one) => ({ one, distance: leven(lower, one.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((one, two) => one.distance - two.distance)[0]?.one
}

/** Without the mark of a folder. */
const plain = (path: string): string => path.replace(/\/$/, '')

const didYouMean = (near: string | undefined, folder: string): string =>
  near === undefined ? '' : ` Did you mean ${plain(join(folder, near))}?`

/** Names that mean nothing in a folder, each told once with the nearest that does. */
function strange(
  folder: string,
  names: readonly string[],
  known: readonly string[],
  why: string,
): readonly string[] {
  return names
    .filter((name) => !known.includes(name) && !isDocument(name))
    .map(
      (name) =>
        `${plain(join(folder, name))} is not used: ${why}.${didYouMean(nearestName(name, known), folder)}`,
    )
}

/** Names that mean something at the top of the configuration folder; backups of ours end in `.bad-…`. */
const TOP = [
  'settings.json',
  'secrets.json',
  'secrets.changing.json',
  'services/',
  'stack/',
  'apps/',
  'clusters/',
]

/** What a restore moved aside (`placesOf` in system/backup/put-own.ts): told by the restore, and nothing for a reader. */
const ASIDE = /^before-snapshot-\d{8}-\d{6}\/$/

/** Where the folders for state and data are the same, they lie beside. */
const BESIDE = ['state/', 'data/', 'shell/']

/** What it means that one of these folders is away. */
const AWAY = [
  ['services', 'no service in it is known'],
  ['stack', 'it is not known what is laid over services, and none is started'],
  ['apps', 'no application in it is known'],
  ['clusters', 'no cluster in it is known'],
] as const

/**
 * Everything in the configuration folder that nothing reads, a sentence each: a misspelt service in `stack/`, a Compose
 * file under another tool's name, a file where a folder belongs. `services`: ids of the services that can be laid over.
 */
export async function straysIn(config: string, services: readonly string[]): Promise<readonly string[]> {
  const at = (...steps: string[]): string => join(config, ...steps)
  const top = (await namesIn(config)).filter(
    (name) => !/\.(?:bad|kept)-/.test(name) && !ASIDE.test(name) && !BESIDE.includes(name),
  )
  const told = [...strange(config, top, TOP, 'nothing has this name')]
  // Files that are links to what is away are told where they are read.
  for (const [folder, so] of AWAY) {
    const away = awayOf(at(folder))
    if (away !== undefined) told.push(`${sayAway(at(folder), away)}: ${so} until it is.`)
  }
  told.push(
    ...strange(
      at('stack'),
      await namesIn(at('stack')),
      services.map((id) => `${id}/`),
      'a folder here is named as the service that it is laid over',
    ),
  )
  for (const [parent, file, rest] of [
    ['services', 'compose.yaml', []],
    ['apps', 'app.yaml', []],
    ['clusters', 'cluster.yaml', ['kind.yaml', 'base/']],
  ] as const) {
    const kind = { services: 'service', apps: 'application', clusters: 'cluster' }[parent]
    for (const name of await namesIn(at(parent))) {
      const bare = name.replace(/\.[^.]*$/, '')
      if (!name.endsWith('/') && !isDocument(name))
        told.push(
          `${at(parent, name)} is not used: each ${kind} has a folder of its own.${isLabel(bare) ? ` Did you mean ${at(parent, bare, file)}?` : ''}`,
        )
      else if (parent === 'clusters' && name.endsWith('/'))
        told.push(
          ...strange(at(parent, name), await namesIn(at(parent, name)), [file, ...rest], 'nothing reads it'),
        )
    }
  }
  return told
}

/**
 * Files beside a fragment that Compose reads when it is called by hand, and that are not read here: a person who lays
 * something over a service would wait for it in vain. `names`: of the folder.
 */
export function straysBeside(folder: string, names: readonly string[]): readonly string[] {
  const known = ['compose.yaml', 'compose.override.yaml']
  return names
    .filter((name) => /^(?:docker-)?compose(?:\..*)?\.ya?ml$/i.test(name) && !known.includes(name))
    .map((name) => {
      const near = nearestName(name, known) ?? (/override/i.test(name) ? known[1] : known[0])
      return `${join(folder, name)} is not used: another name is read.${didYouMean(near, folder)}`
    })
}

/** A file of the folder that means another under a name from elsewhere; undefined when there is none. */
export async function misnamed(folder: string, meant: string): Promise<string | undefined> {
  return (await namesIn(folder)).find((name) => nearestName(name, [meant]) === meant)
}
