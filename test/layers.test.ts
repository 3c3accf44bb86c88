import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Which of our folders may import which others (docs/architecture.md). The first prefix that fits a file counts. */
const layers: readonly {
  readonly folder: string
  readonly may: readonly string[]
  readonly electron?: true
}[] = [
  { folder: 'main/model/', may: ['main/model/'] },
  { folder: 'main/engine/', may: ['main/engine/', 'main/model/'] },
  { folder: 'main/system/', may: ['main/system/', 'main/engine/', 'main/model/'] },
  {
    folder: 'main/gateway/',
    may: ['main/gateway/', 'main/engine/', 'main/model/', 'main/system/open-system', 'preload/contract'],
  },
  { folder: 'main/ui-server/', may: ['main/ui-server/', 'main/gateway/', 'main/model/', 'preload/contract'] },
  { folder: 'main/app/', may: ['main/', 'preload/'], electron: true },
  { folder: 'main/index.ts', may: ['main/app/', 'main/system/paths'], electron: true },
  {
    folder: 'main/cli',
    may: ['main/cli', 'main/ui-server/', 'main/gateway/', 'main/system/', 'main/engine/', 'main/model/'],
  },
  { folder: 'preload/', may: ['preload/', 'main/model/'], electron: true },
  { folder: 'renderer/', may: ['renderer/', 'preload/contract', 'main/model/'] },
]

/** What of the system may know of the engine: the interfaces it implements, how time is let pass, and who puts both together. */
const systemMeets = [/^main\/engine\/(adapters|engine|wait)\.ts$/]
const compositionRoot = 'main/system/open-system.ts'

/** Packages that only work with a window or a display. */
const pure = ['main/model/', 'main/engine/']
const outsideOfPure = /^(node:(?!path$)|dockerode|execa|electron|@vscode)/

interface Import {
  readonly file: string
  readonly target: string
}

function sources(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => ({
    file,
    target: target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target,
  }))
}

/** The imports that break a rule, as "file -> target". */
function broken(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ file, target }) => {
      const layer = layers.find(({ folder }) => file.startsWith(folder))
      if (!layer) return true
      if (target === 'electron') return layer.electron !== true
      if (pure.some((folder) => file.startsWith(folder)) && outsideOfPure.test(target)) return true
      if (!/^(main|preload|renderer|test|scripts)\//.test(target)) return false
      if (!layer.may.some((prefix) => target.startsWith(prefix))) return true
      if (layer.folder === 'main/system/' && target.startsWith('main/engine/') && file !== compositionRoot)
        return !systemMeets.some((allowed) => allowed.test(target))
      // Two faces of one engine: neither knows of the other.
      if (layer.folder === 'main/app/') return target.startsWith('main/cli')
      return layer.folder === 'main/cli' && target.startsWith('main/app/')
    })
    .map(({ file, target }) => `${file} -> ${target}`)
}

test('no import breaks the table of docs/architecture.md', () => {
  const all = ['main', 'preload', 'renderer'].flatMap(sources).flatMap(importsOf)
  expect(all.length).toBeGreaterThan(100)
  expect(broken(all)).toEqual([])
})

test.each([
  ['main/model/x.ts', 'main/engine/adapters.ts'],
  ['main/model/x.ts', 'node:fs'],
  ['main/engine/x.ts', 'main/system/files.ts'],
  ['main/engine/x.ts', 'dockerode'],
  ['main/system/dns/x.ts', 'main/engine/create-engine.ts'],
  ['main/system/x.ts', 'main/cli/run.ts'],
  ['main/cli/x.ts', 'electron'],
  ['main/app/x.ts', 'main/cli/face.ts'],
  ['renderer/x.ts', 'main/engine/engine.ts'],
  ['main/utils/x.ts', 'main/model/atoms.ts'],
])('the check sees a forbidden import: %s -> %s', (file, target) => {
  expect(broken([{ file, target }])).toHaveLength(1)
})

/** The circles among some imports, each as its files in order. Imports of types count: what needs each other is one part. */
function circles(imports: readonly Import[]): readonly string[] {
  const targets = new Map<string, string[]>()
  for (const { file, target } of imports) targets.set(file, [...(targets.get(file) ?? []), target])
  const done = new Set<string>()
  const found = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at >= 0) found.add([...path.slice(at), file].join(' -> '))
    if (at >= 0 || done.has(file)) return
    for (const target of targets.get(file) ?? []) walk(target, [...path, file])
    done.add(file)
  }
  for (const file of targets.keys()) walk(file, [])
  return [...found]
}

test('no file imports itself through others', () => {
  const all = ['main', 'preload', 'renderer'].flatMap(sources).flatMap(importsOf)
  expect(circles(all)).toEqual([])
})

test.each([
  ['itself', ['a -> a'], ['a -> a']],
  ['two', ['a -> b', 'b -> a'], ['a -> b -> a']],
  ['three, entered from outside', ['x -> a', 'a -> b', 'b -> c', 'c -> a'], ['a -> b -> c -> a']],
  ['none where two lead to one', ['a -> b', 'a -> c', 'b -> d', 'c -> d'], []],
])('the check sees a circle of %s', (_, arrows, said) => {
  const imports = arrows.map((arrow) => {
    const [file = '', target = ''] = arrow.split(' -> ')
    return { file, target }
  })
  expect(circles(imports)).toEqual(said)
})
