import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Link } from '../../../main/system/docker/link.ts'
import { isOwn, ownUid } from '../../../main/system/docker/container.ts'
import { whose } from '../../../main/system/docker/whose.ts'

type Labels = Readonly<Record<string, string>>

const project = 'macula'
const own = ownUid()
const other = own + 4711

/** What a Docker engine has of the project: an object of labels for each container, network and volume. */
interface Has {
  readonly containers?: readonly Labels[]
  readonly networks?: readonly Labels[]
  readonly volumes?: readonly Labels[]
}

function linkTo({ containers = [], networks = [], volumes = [] }: Has): Link {
  const labelled = (all: readonly Labels[]) => all.map((Labels) => ({ Labels, Name: 'x', Id: 'x' }))
  const calls = {
    listContainers: async () => await Promise.resolve(labelled(containers)),
    listNetworks: async () => await Promise.resolve(labelled(networks)),
    // The daemon says null where there are none.
    listVolumes: async () =>
      await Promise.resolve({ Volumes: volumes.length === 0 ? null : labelled(volumes) }),
  }
  return { calls } as unknown as Link
}

const mark = (uid: number): Labels => ({ 'dev.macula.project': project, 'dev.macula.owner': String(uid) })
const compose = (folder: string): Labels => ({
  'dev.macula.project': project,
  'com.docker.compose.project': project,
  'com.docker.compose.project.working_dir': folder,
})
const wish = { project, file: '/home/me/.config/macula-desktop/settings.json', folder: '/home/me/stack' }
const root = await mkdtemp(join(tmpdir(), 'macula-whose-'))
await mkdir(join(root, 'moved/stack'), { recursive: true })

test.each<readonly [string, Has, number | undefined]>([
  ['nothing there: nobody’s', {}, undefined],
  [
    'all with our mark: ours',
    { containers: [mark(own)], networks: [mark(own)], volumes: [mark(own)] },
    undefined,
  ],
  ['containers of another person', { containers: [mark(other)] }, other],
  ['only the network of another person is left', { networks: [mark(other)] }, other],
  ['only the data of another person is left, as after down --remove', { volumes: [mark(other)] }, other],
  ['one of another person among ours', { containers: [mark(own)], volumes: [mark(other)] }, other],
  ['of an earlier version, made from our folder: ours', { containers: [compose(wish.folder)] }, undefined],
  [
    'of an earlier version, made from a folder of ours that is another now (a moved home): ours',
    { containers: [compose(join(root, 'moved/stack'))] },
    undefined,
  ],
  [
    'of an earlier version, made from a folder that is gone: ours, its passwords show the rest',
    { containers: [compose(join(root, 'gone/stack'))] },
    undefined,
  ],
  ['of an earlier version, without a folder (volumes): ours', { volumes: [compose('')] }, undefined],
  [
    'a mark that is none counts as an earlier version’s',
    { volumes: [{ ...mark(own), 'dev.macula.owner': 'x' }] },
    undefined,
  ],
])('%s', async (_, has, uid) => {
  expect((await whose(linkTo(has), wish, {}))?.uid).toBe(uid)
})

test('of an earlier version, made from another person’s folder: that person’s', async () => {
  // As seen by somebody else than who owns the folder.
  const found = await whose(linkTo({ containers: [compose(join(root, 'moved/stack'))] }), wish, {}, other)
  expect(found?.uid).toBe(own)
})

test('says what is there, and settings that nothing is in the way of', async () => {
  const has = { containers: [mark(other), mark(other)], networks: [mark(other)], volumes: [mark(own)] }
  const found = await whose(linkTo(has), wish, { SUDO_UID: '1' })
  expect(found).toMatchObject({
    uid: other,
    project,
    has: '2 containers and 1 network',
    bySudo: false,
    file: wish.file,
  })
  expect(found?.beside.project).toMatch(/^macula-[a-z0-9]+$/)
  expect(found?.beside.subnet).toMatch(/^(?:172|10|192)\.[\d.]+\.0\/24$/)
  expect(found?.beside.addresses).toMatch(/^127\.0\.[1-9]\d*\.0\/24$/)
  expect(found?.beside.dnsPort).toBeGreaterThan(5354)
})

test.each([
  ['ours', { 'dev.macula.project': project, 'dev.macula.owner': String(own) }, true],
  ['an earlier version’s', { 'dev.macula.project': project }, true],
  ['another person’s', mark(other), false],
  ['another instance’s', { ...mark(own), 'dev.macula.project': 'beside' }, false],
  ['a stranger’s', {}, false],
  ['without labels', null, false],
])('a container that is %s', (_, said, isOurs) => {
  expect(isOwn(said, project)).toBe(isOurs)
})
