import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Licences {
  readonly packages: readonly { readonly name: string; readonly licence: string; readonly text: number }[]
  readonly texts: readonly string[]
}

const lib = new URL('../../../scripts/lib/licences.mjs', import.meta.url).href
const { collectLicences, licencesFile } = (await import(/* @vite-ignore */ lib)) as {
  readonly collectLicences: () => Licences
  readonly licencesFile: string
}

test('what About shows is what is bundled: after a change of dependencies run npm run licences', () => {
  const written = JSON.parse(readFileSync(licencesFile, 'utf8')) as Licences
  expect(written).toEqual(collectLicences())
})

test('every dependency is named with a licence that asks for no more than its text, and nearly all bring it', () => {
  const { packages, texts } = collectLicences()
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const names = packages.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)))
  expect(new Set(packages.map(({ licence }) => licence))).toEqual(
    new Set(['Apache-2.0', 'MIT', 'BSD-3-Clause', 'ISC', '0BSD']),
  )
  expect(packages.filter(({ text }) => texts[text] === '').length).toBeLessThan(5)
  // Left out by the build.
  expect(names.filter((name) => name === 'ssh2' || name.startsWith('@grpc/'))).toEqual([])
})
