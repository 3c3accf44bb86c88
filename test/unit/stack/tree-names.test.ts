import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
