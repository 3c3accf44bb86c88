import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ownUid } from '../../../main/system/docker/container.ts'
import type { Link } from '../../../main/system/docker/link.ts'
import { openData } from '../../../main/system/migration/data/open-data.ts'

/** Whose scratch volumes a sweep and a discard remove, on an engine (values) that several people share. */

const project = 'macula'
const state = await mkdtemp(join(tmpdir(), 'macula-sweep-'))
afterAll(async () => await rm(state, { recursive: true, force: true }))

const marks = (uid: number, of = project): Readonly<Record<string, string>> => ({
  'dev.macula.project': of,
  'dev.macula.owner': String(uid),
  'dev.macula.taking': of,
})

function engine(all: ReadonlyMap<string, Readonly<Record<string, string>>>) {
  const removed: string[] = []
  const calls = {
    listContainers: async () => await Promise.resolve([]),
    // As the daemon does it: by this one label.
    listVolumes: async () =>
      await Promise.resolve({
        Volumes: [...all]
          .filter(([, labels]) => labels['dev.macula.taking'] === project)
          .map(([Name, Labels]) => ({ Name, Labels })),
      }),
    getVolume: (name: string) => ({
      inspect: async () => await Promise.resolve({ Name: name, Labels: all.get(name) ?? null }),
      remove: async () => await Promise.resolve(void removed.push(name)),
    }),
  }
  const link = { calls, long: calls } as unknown as Link
  return { removed, data: openData(() => Promise.resolve(link), project, { state }) }
}

test('of scratch volumes under the same project only one’s own go', async () => {
  const { data, removed } = engine(
    new Map([
      ['own', marks(ownUid())],
      ['theirs', marks(ownUid() + 1)],
      ['marked by hand', { 'dev.macula.taking': project }],
      ['of another instance', marks(ownUid(), 'macula-two')],
    ]),
  )
  await data.sweep()
  expect(removed).toEqual(['own'])
  await data.session(async (hands) => {
    await hands.discard('theirs')
    await hands.discard('of another instance')
  })
  expect(removed).toEqual(['own'])
})
