import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

test('several that write at once: each file has its own line', async () => {
  const names = some('a', 'b', 'c', 'd', 'e', 'f')
  const turned = new Map([...names].reverse())
  await Promise.all(
    [names, turned, names, turned].map(async (all) => await writeNames({ hostsDir, beside }, all)),
  )
  expect([...(await servedIn(hostsDir)).keys()].sort()).toEqual([...names.keys()])
})

test('what a killed one leaves is swept with the other halves', () => {
  expect(HALF.test(besideName('grafana.macula.local'))).toBe(true)
  expect(besideName('x')).not.toBe(besideName('x'))
})
