import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ownPlaces } from '../../../main/system/catalog/own-places.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { openApps } from '../../../main/system/place/open-apps.ts'
import type { Paths } from '../../../main/system/paths.ts'
import { folderWith } from './folder.ts'

/** Services of a person's own are followed where they are described, on the real file system. */

let made: Awaited<ReturnType<typeof folderWith>>
let over: AbortController
beforeEach(async () => {
  made = await folderWith({ 'config/settings.json': '{}', 'assets/stack/.keep': '' })
  over = new AbortController()
})
afterEach(async () => {
  over.abort()
  await made.end()
})

const paths = (): Paths =>
  ({
    assets: join(made.root, 'assets'),
    config: join(made.root, 'config'),
    state: join(made.root, 'state'),
    data: join(made.root, 'data'),
  }) as Paths

const hog = (title: string): string => `services:
  hog:
    image: example/hog:1
    networks: { macula: {} }
    x-macula: { title: ${title}, tier: tools, purpose: Eats, address: none, endpoints: [] }
networks: { macula: { name: macula, external: true } }
`

test('one that is made, changed and removed is in the catalog, changed in it, and out of it', async () => {
  const apps = openApps({ paths: paths(), settings: defaultSettings, env: {} })
  let titles = ''
  const read = async (): Promise<void> => {
    const { services, problems } = await apps.catalog()
    titles = [...services.map(({ title }) => title), ...problems.map(({ reason }) => reason)].join()
  }
  apps.follow(over.signal, () => {
    void read()
  })
  const shows = async (what: string): Promise<void> =>
    await expect.poll(() => titles, { timeout: 20_000, interval: 50 }).toBe(what)
  await made.put('config/services/hog/compose.yaml', hog('Hog'))
  await shows('Hog')
  await made.put('config/services/hog/compose.yaml', hog('Boar'))
  await shows('Boar')
  await rm(join(made.root, 'config/services/hog'), { recursive: true })
  await shows('')
})

test('what a service writes beside its description is not followed', async () => {
  await made.put('config/services/hog/compose.yaml', hog('Hog'))
  await made.put('config/services/hog/data/1', 'x')
  await made.put('config/services/boar/README.md', 'to come')
  await made.put('config/apps/shop/app.yaml', '')
  const places = await ownPlaces(paths())
  expect(places.map((path) => path.slice(paths().config.length + 1))).toEqual([
    'services',
    'services/boar',
    'services/boar/compose.yaml',
    'services/boar/.env',
    'services/hog/compose.yaml',
    'services/hog/.env',
    'apps',
    'apps/shop/app.yaml',
    'clusters',
  ])
})
