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
    'two folders of one name',
    [source('/a', ['/a/c.yml'], 'macula-registry'), source('/b', ['/b/c.yml'], 'bobdb')],
    'its containers were not made alike: macula-registry from /a; bobdb from /b',
  ],
  [
    'an overlay that only some have',
    [source('/a', ['/a/c.yml'], 'x'), source('/a', ['/a/c.yml', '/a/lan.yml'], 'y')],
    'its containers were not made alike: x from /a/c.yml; y from /a/c.yml and /a/lan.yml',
  ],
])('%s', async (_, sources, why) => {
  expect((await whyMixed({ project: 'infrastructure', sources }, OWN))?.why).toBe(why)
})

test.runIf(process.getuid?.() === 0)(
  'of two folders the one of another person is named, with what that person does there',
  async () => {
    const { chownSync } = await import('node:fs')
    chownSync(folder, OTHER, OTHER)
    const sources = [source(folder, [], 'bobdb'), source('/nowhere/infrastructure', [], 'macula-registry')]
    expect(await whyMixed({ project: 'infrastructure', sources }, OWN)).toEqual({
      why: `its containers were not made alike: bobdb from ${folder} (${folder} belongs to uid ${OTHER}); macula-registry from /nowhere/infrastructure`,
      todo: `Two projects have the name infrastructure. In ${folder}, by its owner: docker compose down, then docker compose --project-name OTHER up -d. After that, maculactl migrate takes over the rest.`,
    })
    const own = await whyMixed({ project: 'infrastructure', sources }, OTHER)
    expect(own?.todo).toContain('In the folder that is not to be taken over: docker compose down')
  },
)
