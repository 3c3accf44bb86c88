/** Whose a Compose project is, by real files: a person who is not their owner stands in for another one. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { leftPart } from '../../../main/system/migration/compose.ts'
import { whyLeft, whyMixed } from '../../../main/system/migration/whose.ts'

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
  const left = leftPart(part, { why: '/a belongs to bob', todo: 'Whoever started it ends it.' })
  expect(left.costs).toBe('It holds ports. It stays: /a belongs to bob. Whoever started it ends it.')
  expect(left).not.toHaveProperty('envFile')
})

const source = (folder: string, files: readonly string[], ...containers: readonly string[]) => ({
  folder,
  files,
  containers,
})

test.each([
  ['one make', [source('/a', ['/a/c.yml'], 'x', 'y')], undefined],
  [
    'an overlay that only some have: each is kept as it was made',
    [source('/a', ['/a/c.yml'], 'x'), source('/a', ['/a/c.yml', '/a/lan.yml'], 'y')],
    undefined,
  ],
  [
    'two folders of one name: the one without the platform gives way',
    [
      source('/b', ['/b/c.yml', '/b/my file.yml'], 'bobdb', 'bobweb'),
      source('/a', ['/a/c.yml'], 'macula-registry'),
    ],
    {
      why: 'two Compose projects have the name infrastructure, because their folders have: bobdb and bobweb from /b; macula-registry from /a',
      todo: "docker compose --project-name infrastructure --project-directory /b --file /b/c.yml --file '/b/my file.yml' down ends that one. Then maculactl migrate.",
    },
  ],
  [
    'one whose folder is not told',
    [source('/a', ['/a/c.yml'], 'macula-registry'), source('', [], 'old-db')],
    {
      why: 'two Compose projects have the name infrastructure, because their folders have: macula-registry from /a; old-db from an unknown folder',
      todo: 'docker rm --force old-db ends that one. Then maculactl migrate.',
    },
  ],
])('%s', async (_, sources, left) => {
  const isTheirs = (name: string): boolean => name.startsWith('macula-')
  expect(await whyMixed({ project: 'infrastructure', sources }, OWN, isTheirs)).toEqual(left)
})

test.runIf(process.getuid?.() === 0)(
  'of two folders the one of another person is named, with what that person does there',
  async () => {
    const { chownSync } = await import('node:fs')
    chownSync(folder, OTHER, OTHER)
    const sources = [source(folder, [], 'bobdb'), source('/nowhere/infrastructure', [], 'macula-registry')]
    const left = await whyMixed({ project: 'infrastructure', sources }, OWN, () => false)
    expect(left).toEqual({
      why: `two Compose projects have the name infrastructure, because their folders have: bobdb from ${folder} (${folder} belongs to uid ${OTHER}); macula-registry from /nowhere/infrastructure`,
      todo: `By its owner: docker compose --project-name infrastructure --project-directory ${folder} down ends that one. Then maculactl migrate.`,
    })
    const own = await whyMixed({ project: 'infrastructure', sources }, OTHER, (name) => name === 'bobdb')
    expect(own?.todo).toContain('--project-directory /nowhere/infrastructure down ends that one.')
  },
)
