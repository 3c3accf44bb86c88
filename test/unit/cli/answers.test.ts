import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import * as words from '../../../main/cli/words.ts'

const folder = fileURLToPath(new URL('../../../main/cli/', import.meta.url))
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const)

test('an answer to a question says what it does: none is a bare Yes, No or OK', () => {
  expect(sources.length).toBeGreaterThan(100)
  const bare = sources.flatMap(([path, text]) =>
    [...text.matchAll(/label: '(?:Yes|No|OK|Ok)\.?'/g)].map(([found]) => `${path}: ${found}`),
  )
  expect(bare).toEqual([])
})

test('what more than one command says ends as a sentence does, or leaves its end to who says it', () => {
  for (const text of Object.values(words)) expect(text).not.toMatch(/:$/)
})
