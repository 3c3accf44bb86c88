import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, say } from './process.mjs'

export const licencesFile = join(root, 'assets', 'licences.json')

/** What dockerode loads and the build leaves out (`leftOut` in vite.plugins.ts): and types, which vanish: nothing of them is shipped. */
const isLeftOut = (name) => name === 'ssh2' || name.startsWith('@grpc/') || name.startsWith('@types/')

/** Where Node finds a package from a folder; undefined: nowhere (an optional one of another platform). */
function folderOf(name, from) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
    if (at === dirname(at)) return undefined
  }
}

/** The licence text of a package, as it lies in its folder. */
function textOf(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(name))
  return names
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n')
}

/**
 * What is bundled into the product: the dependencies and theirs, with their licences. The same text stands once. Throws
 * where a package says no licence.
 */
export function collectLicences() {
  const found = new Map()
  const walk = (names, from) => {
    for (const name of names) {
      const folder = folderOf(name, from)
      if (folder === undefined || found.has(folder) || isLeftOut(name)) continue
      const {
        version,
        license,
        dependencies = {},
      } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      if (typeof license !== 'string') throw new Error(`${name} ${version} says no licence`)
      found.set(folder, { name, version, licence: license, text: textOf(folder) })
      walk(Object.keys(dependencies), folder)
    }
  }
  walk(Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies), root)
  const packages = [...found.values()].sort((one, other) =>
    `${one.name} ${one.version}` < `${other.name} ${other.version}` ? -1 : 1,
  )
  const texts = [...new Set(packages.map(({ text }) => text))]
  return {
    packages: packages.map(({ text, ...one }) => ({ ...one, text: texts.indexOf(text) })),
    texts,
  }
}

/** Writes what the window's About shows; a test compares it with what is installed. */
export function writeLicences() {
  const licences = collectLicences()
  writeFileSync(licencesFile, `${JSON.stringify(licences, null, 1)}\n`)
  say(`${licences.packages.length} packages, ${licences.texts.length} texts: ${licencesFile}`)
}
