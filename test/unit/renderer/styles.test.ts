import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../renderer', import.meta.url))

const files = (end: string): readonly string[] =>
  readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The classes that a text of JSX gives to elements. */
function given(text: string): ReadonlySet<string> {
  const values = [...text.matchAll(/className=(?:"([^"]*)"|\{([^}]*)\})/g)].map(([, plain, code]) =>
    plain === undefined
      ? [...(code ?? '').matchAll(/['`]([^'`]*)['`]/g)].map(([, word]) => word).join(' ')
      : plain,
  )
  return new Set(values.join(' ').split(/[^A-Za-z0-9_-]+/))
}

/** The classes of the first element of each selector; one list a selector. */
function begins(css: string): readonly (readonly string[])[] {
  return [...css.replaceAll(/\/\*.*?\*\//gs, '').matchAll(/([^{}]+)\{/g)]
    .flatMap(([, selector = '']) => selector.split(','))
    .map((selector) => selector.trim().split(/[\s>+~]/)[0] ?? '')
    .map((first) => [...first.matchAll(/\.([A-Za-z][\w-]*)/g)].map(([, name = '']) => name))
    .filter((names) => names.length > 0)
}

/** All style sheets are one file: what a view styles must be its own. */
test('a style of a view begins with a class that no other part of the window gives', () => {
  const elsewhere = (folder: string): ReadonlySet<string> =>
    new Set(
      files('.tsx')
        .filter((file) => !file.startsWith(folder))
        .flatMap((file) => [...given(read(file))]),
    )
  const shared = files('.css')
    .filter((file) => file.startsWith('views/'))
    .flatMap((file) => {
      const others = elsewhere(file.slice(0, file.lastIndexOf('/') + 1))
      return begins(read(file))
        .filter((names) => names.every((name) => others.has(name)))
        .map((names) => `${file}: .${names.join('.')}`)
    })
  expect([...new Set(shared)]).toEqual([])
})
