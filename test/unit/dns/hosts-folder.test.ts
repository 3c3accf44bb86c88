import { execa } from 'execa'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hostsFiles } from '../../../main/system/dns/config.ts'
import { servedIn, writeNames } from '../../../main/system/dns/hosts-folder.ts'
import { besideName, HALF } from '../../../main/system/files.ts'

let beside: string
let hostsDir: string
beforeEach(async () => {
  beside = await mkdtemp(join(tmpdir(), 'macula-hosts-'))
  hostsDir = join(beside, 'dns', 'hosts.d')
})
afterEach(async () => {
  await rm(beside, { recursive: true, force: true })
})

const suffix = 'macula.local'
const some = (...ids: readonly string[]): ReadonlyMap<string, string> =>
  hostsFiles(new Map(ids.map((id, at) => [`${id}.${suffix}`, `127.0.0.${at + 2}`])), suffix)

test('what is there is replaced, what went is told, and nothing is left beside', async () => {
  await writeNames({ hostsDir, beside }, some('a', 'b'))
  expect(await writeNames({ hostsDir, beside }, some('b', 'c'))).toEqual(['a.macula.local'])
  expect(await servedIn(hostsDir)).toEqual(
    new Map([
      ['b.macula.local', '127.0.0.2'],
      ['c.macula.local', '127.0.0.3'],
    ]),
  )
  expect(await readdir(beside)).toEqual(['dns'])
})

/** Another process that writes the same names again and again, each time with other addresses. */
const writer = `
const [, module, hostsDir, beside] = process.argv
const { writeNames } = await import(module)
for (let round = 2; round < 32; round += 1)
  await writeNames({ hostsDir, beside }, new Map(['a', 'b', 'c'].map((name) => [name, '127.0.0.' + round + ' ' + name + '\\n'])))
`

test('two processes that write at once: neither fails, and each file has its own line', async () => {
  const module = fileURLToPath(new URL('../../../main/system/dns/hosts-folder.ts', import.meta.url))
  const argv = [
    '--experimental-strip-types',
    '--input-type=module',
    '--eval',
    writer,
    module,
    hostsDir,
    beside,
  ]
  await Promise.all([1, 2].map(async () => await execa(process.execPath, argv)))
  expect(await servedIn(hostsDir)).toEqual(new Map(['a', 'b', 'c'].map((name) => [name, '127.0.0.31'])))
  for (const name of ['a', 'b', 'c'])
    expect(await readFile(join(hostsDir, name), 'utf8')).toBe(`127.0.0.31 ${name}\n`)
})

test('what a killed one leaves is swept with the other halves', () => {
  expect(HALF.test(besideName('grafana.macula.local'))).toBe(true)
  expect(besideName('x')).not.toBe(besideName('x'))
})
