import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodeOf, troubleOf } from '../../../main/model/errors.ts'
import { ownUid } from '../../../main/system/docker/container.ts'
import { refuseForeignFolders } from '../../../main/system/keep/folder-owner.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'

const own = ownUid()

/** Folders of ours in a home of ours; `made`: which of them are there. */
async function homeWith(...made: readonly ('config' | 'state' | 'data')[]): Promise<Paths> {
  const paths = pathsOf(
    { MACULA_HOME: join(await mkdtemp(join(tmpdir(), 'macula-folders-')), 'home') },
    '/assets',
  )
  for (const one of made) await mkdir(paths[one], { recursive: true })
  return paths
}

test.each<readonly [string, readonly ('config' | 'state' | 'data')[]]>([
  ['all', ['config', 'state', 'data']],
  ['only the data', ['data']],
  ['none yet', []],
])('our own folders are fine: %s', async (_, made) => {
  await expect(refuseForeignFolders(await homeWith(...made), {})).resolves.toBeUndefined()
})

test.each<readonly [string, readonly ('config' | 'state' | 'data')[]]>([
  ['config', ['config']],
  ['state', ['state']],
])('another person’s %s is refused, whoever asks', async (name, made) => {
  const paths = await homeWith(...made)
  // As somebody else sees them.
  const trouble = await refuseForeignFolders(paths, {}, own + 1).catch(troubleOf)
  expect(trouble).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining(paths[name as 'config']) as unknown,
  })
  expect(trouble && exitCodeOf(trouble.kind)).toBe(3)
})

test('folders of root’s below our data are Docker’s doing, and no reason', async () => {
  await expect(refuseForeignFolders(await homeWith('data'), {}, own + 1)).resolves.toBeUndefined()
})

test.runIf(own === 0)('what a sudo of long ago left to root is given back', async () => {
  const paths = await homeWith('config')
  await expect(refuseForeignFolders(paths, {}, 12_345)).rejects.toThrow(`sudo chown -R 12345 ${paths.config}`)
})

test.runIf(own === 0)(
  'root by sudo that kept HOME is told to leave sudo away, before anything is made',
  async () => {
    const { chown } = await import('node:fs/promises')
    const paths = await homeWith()
    const home = join(paths.config, '..')
    await mkdir(home)
    await chown(home, 12_345, 12_345)
    const asks = async (env: Readonly<Record<string, string>>) =>
      await refuseForeignFolders(paths, env).catch((error: unknown) => troubleOf(error).todo)
    expect(await asks({ SUDO_UID: '12345' })).toBe(
      'Run the same without sudo. For a Macula of root’s own: sudo -H.',
    )
    expect(await asks({})).toBe('Run the same as uid 12345. For a Macula of root’s own: sudo -H.')
  },
)
