import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepCompiled } from '../../../main/cli/compiled.ts'
import { productVersion } from '../../../main/system/product.ts'

let cache: string
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'macula-compiled-'))
})
afterEach(() => rmSync(cache, { recursive: true, force: true }))

const own = process.geteuid?.()

/** The folder that Node was told to keep things in; undefined: none was. */
function kept(uid = own): string | undefined {
  let told: string | undefined
  const says = keepCompiled({ XDG_CACHE_HOME: cache }, uid, (folder) => void (told = folder))
  expect(says).toBe(told)
  return told
}

const all = (): string => join(cache, 'macula-desktop', 'compiled')

test('a folder of this version, for nobody else; what another version left is gone', () => {
  mkdirSync(join(all(), '0.0.1'), { recursive: true, mode: 0o700 })
  chmodSync(join(cache, 'macula-desktop'), 0o700)
  const folder = join(all(), productVersion())
  expect(kept()).toBe(folder)
  expect(readdirSync(all())).toEqual([productVersion()])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  // The next command finds what the first one left.
  writeFileSync(join(folder, 'a'), '')
  expect(kept()).toBe(folder)
  expect(readdirSync(folder)).toEqual(['a'])
})

test('nothing where there is no cache folder, and none is made', () => {
  rmSync(cache, { recursive: true })
  expect(kept()).toBeUndefined()
  expect(existsSync(cache)).toBe(false)
})

test('nothing in the folder of another user', () => {
  expect(kept((own ?? 0) + 1)).toBeUndefined()
  expect(readdirSync(cache)).toEqual([])
})

test.each([
  ['the cache folder', () => cache],
  ['our folder in it', () => join(cache, 'macula-desktop')],
  ['the folder of what is compiled', () => all()],
  ['the folder of this version', () => join(all(), productVersion())],
])('nothing where others may write to %s', (_, folder) => {
  mkdirSync(join(all(), productVersion()), { recursive: true, mode: 0o700 })
  chmodSync(folder(), 0o777)
  expect(kept()).toBeUndefined()
})

test('nothing behind a link: it may lead to where others write', () => {
  const elsewhere = join(cache, 'elsewhere')
  mkdirSync(join(elsewhere, productVersion()), { recursive: true, mode: 0o700 })
  mkdirSync(join(cache, 'macula-desktop'), { mode: 0o700 })
  symlinkSync(elsewhere, all())
  expect(kept()).toBeUndefined()
})
