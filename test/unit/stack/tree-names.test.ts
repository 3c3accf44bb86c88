import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTree } from '../../../main/system/stack/tree.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-tree-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(process.platform === 'darwin')(
  'a name that is not UTF-8 is called that, and not absent',
  async () => {
    mkdirSync(join(folder, 'conf'))
    writeFileSync(join(folder, 'conf', 'é.yaml'), 'x')
    expect([...(await readTree(folder)).keys()]).toEqual(['conf/é.yaml'])
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/conf/caf`), Buffer.from([0xe9])]), 'x')
    await expect(readTree(folder)).rejects.toMatchObject({
      trouble: {
        what: `${folder}/conf/caf\uFFFD cannot be read: its name is not UTF-8.`,
        todo: `Rename it (ls -b ${folder}/conf shows the bytes of its name).`,
      },
    })
    await expect(readTree(folder, { within: true, skip: (key) => key === 'conf' })).resolves.toEqual(
      new Map(),
    )
  },
)

test('what is not copied is told, each with its reason; what is copied or skipped is not', async () => {
  const at = (name: string): string => join(folder, 'own', name)
  mkdirSync(at('folder'), { recursive: true })
  mkdirSync(at('.git'))
  writeFileSync(at('file'), 'x')
  writeFileSync(join(folder, 'beside'), 'x')
  symlinkSync('file', at('good'))
  symlinkSync('nowhere', at('dangling'))
  symlinkSync(join(folder, 'beside'), at('out'))
  symlinkSync('folder', at('to-folder'))
  execFileSync('mkfifo', [at('fifo'), at('skipped')])
  const left: string[] = []
  const read = async (within: boolean): Promise<readonly string[]> => {
    left.length = 0
    const skip = (key: string): boolean => key === 'skipped'
    return [
      ...(await readTree(join(folder, 'own'), { within, skip, onLeft: (says) => left.push(says) })).keys(),
    ]
  }
  const told = [
    `${at('dangling')} is left out: it is a link to something that does not exist.`,
    `${at('fifo')} is left out: only files, folders and links to files are copied.`,
    `${at('out')} is left out: it is a link that points out of its folder, to ${join(folder, 'beside')}. Put the file itself there.`,
    `${at('to-folder')} is left out: it is a link to a folder, ${at('folder')}. Put the folder itself there.`,
  ]
  expect(await read(true)).toEqual(['file', 'good'])
  expect(left).toEqual(told)
  expect(await read(false)).toEqual(['file', 'good', 'out'])
  expect(left).toEqual(told.filter((says) => !says.includes('points out')))
})
