/** Whose a Compose project is, by real files: a person who is not their owner stands in for another one. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { leftPart } from '../../../main/system/migration/compose.ts'
import { whyLeft } from '../../../main/system/migration/whose.ts'

const OWN = 4711
const OTHER = 4712
let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'macula-whose-')), 'infrastructure')
  mkdirSync(folder)
  writeFileSync(join(folder, 'compose.yml'), 'services: {}\n')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

const project = () => ({ folder, files: [join(folder, 'compose.yml')] })

test('what belongs to oneself, to root, or is gone, may be taken over', async () => {
  const { uid } = statSync(folder)
  expect(await whyLeft(project(), uid)).toBeUndefined()
  if (uid === 0) expect(await whyLeft(project(), OWN)).toBeUndefined()
  expect(await whyLeft({ folder: '/nowhere/at-all', files: ['/nowhere/at-all/x.yml'] }, OWN)).toBeUndefined()
  expect(await whyLeft({ folder: '', files: [] }, OWN)).toBeUndefined()
})

test.runIf(process.getuid?.() === 0)('a folder or one file of another person is left', async () => {
  const { chownSync } = await import('node:fs')
  chownSync(join(folder, 'compose.yml'), OTHER, OTHER)
  expect(await whyLeft(project(), OWN)).toBe(`${join(folder, 'compose.yml')} belongs to uid ${OTHER}`)
  expect(await whyLeft(project(), OTHER)).toBeUndefined()
  chownSync(folder, OTHER, OTHER)
  expect(await whyLeft(project(), OWN)).toBe(`${folder} belongs to uid ${OTHER}`)
  expect(await whyLeft(project(), 0)).toBeUndefined()
})

test('what is left is told with why, and how it ends', () => {
  const part = { id: 'compose', title: 'x', holds: [], costs: 'It holds ports.', envFile: '/a/.env' } as const
  const left = leftPart(part, { project: 'infrastructure' }, '/a belongs to bob')
  expect(left.costs).toBe(
    'It holds ports. It stays: /a belongs to bob. Whoever started it ends it: docker compose --project-name infrastructure down.',
  )
  expect(left).not.toHaveProperty('envFile')
})
