import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshKubeconfig } from '../../../main/system/kind/kubeconfig.ts'
import { takeOut, userMark } from '../../../main/system/kind/life.ts'
import type { KindContext } from '../../../main/system/kind/context.ts'
import { clusterSpec } from './spec.ts'

/** Our context goes from where it was put, and from nowhere else. */

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-take-out-'))
  await mkdir(join(folder, 'clusters'))
})
afterEach(async () => await rm(folder, { recursive: true }))

const context = (env: Readonly<Record<string, string>>): KindContext =>
  ({
    paths: { state: folder },
    env: { HOME: folder, ...env },
    now: () => 1_795_430_549_000,
  }) as unknown as KindContext
const ours = (): string =>
  freshKubeconfig({ name: 'kind-macula-hub', cluster: { server: 'https://x' }, user: {} })

test('what was never put anywhere is looked for nowhere, however many files KUBECONFIG names', async () => {
  const file = join(folder, 'config')
  await writeFile(file, ours())
  expect(await takeOut(context({ KUBECONFIG: `${file}:/elsewhere` }), clusterSpec)).toMatchObject({
    kind: 'same',
  })
  expect(await readFile(file, 'utf8')).toBe(ours())
})

test('it goes from the file it was put into, whatever KUBECONFIG names by now; the file before is kept', async () => {
  const file = join(folder, 'config')
  const other = join(folder, 'other')
  for (const one of [file, other]) await writeFile(one, ours())
  const at = context({ KUBECONFIG: `${other}:/elsewhere` })
  await writeFile(userMark(at, clusterSpec), `${file}\n`)
  const taken = await takeOut(at, clusterSpec)
  expect(taken).toMatchObject({ kind: 'written', file })
  expect(await readFile(file, 'utf8')).not.toContain('kind-macula-hub')
  expect(await readFile(other, 'utf8')).toBe(ours())
  expect(taken.kind === 'written' && (await readFile(taken.backup ?? '', 'utf8'))).toBe(ours())
  // Once out, there is nothing more to take.
  expect(await takeOut(at, clusterSpec)).toMatchObject({ kind: 'same' })
})
