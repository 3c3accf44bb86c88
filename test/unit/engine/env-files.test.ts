import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  existsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { createEnvFileCalls } from '../../../main/engine/run/env-files.ts'
import type { RunContext } from '../../../main/engine/run/context.ts'
import { openEnvFiles } from '../../../main/system/project/env-files.ts'

/** Variables in a project's file, over real files: what is written goes out again, however it was left meanwhile. */

let home: string
let file: string
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'macula-env-files-')))
  mkdirSync(join(home, 'shop'))
  file = join(home, 'shop', '.env')
})

const ids = ['timescaledb', 'object-store', 'loki', 'tempo', 'grafana']

/** As another process opens it: each has its own. */
function calls() {
  const context = {
    adapters: { envFiles: openEnvFiles({ state: join(home, 'state') }), clock: { now: () => 1 } },
    catalog: () => ({ services: ids.map((id) => ({ id })) }),
  } as unknown as RunContext
  return createEnvFileCalls(context, async (service) =>
    Promise.resolve([
      {
        service,
        name: `${service.toUpperCase().replace('-', '_')}_URL`,
        value: `http://${service}`,
        secret: false,
      },
    ]),
  )
}

test.each(['', 'A=1', 'A=1\n', 'A=1\r\nB=2', '\n'])(
  '%j is as it was, in whatever order blocks go',
  async (text) => {
    writeFileSync(file, text)
    const { envFile } = calls()
    for (const id of ids.slice(0, 3)) await envFile(id, file, 'write')
    for (const id of ids.slice(0, 3)) expect((await envFile(id, file, 'clear')).names).toHaveLength(1)
    expect(readFileSync(file, 'utf8')).toBe(text)
  },
)

test('several that write one file at once lose nothing of each other', async () => {
  const all = ids.map(() => calls())
  await Promise.all(ids.map(async (id, at) => await all[at]?.envFile(id, file, 'write')))
  const text = readFileSync(file, 'utf8')
  for (const id of ids) expect(text).toContain(`=http://${id}\n`)
})

test('what was written is forgotten where the project’s folder is gone', async () => {
  const { envFile, envFiles } = calls()
  await envFile('loki', file, 'write')
  rmSync(join(home, 'shop'), { recursive: true })
  expect((await envFiles()).map(({ state }) => state)).toEqual(['gone'])
  expect(await envFile('loki', file, 'clear')).toMatchObject({ exists: false, names: [] })
  expect(await envFiles()).toEqual([])
})

test('a file that somebody made in the place of ours stays, though nothing else is in it', async () => {
  const { envFile } = calls()
  await envFile('loki', file, 'write')
  rmSync(file)
  writeFileSync(file, '')
  await envFile('loki', file, 'write')
  await envFile('loki', file, 'clear')
  expect(existsSync(file)).toBe(true)
})

test.each(['look', 'write', 'clear'] as const)(
  'a line that the person wrote between our marks outlives a %s',
  async (how) => {
    const { envFile } = calls()
    await envFile('loki', file, 'write')
    const text = readFileSync(file, 'utf8').replace('\n# <<<', '\nMINE=secret\n# <<<')
    writeFileSync(file, text)
    await expect(envFile('loki', file, how)).rejects.toThrow(/Line 3 .*: MINE/)
    expect(readFileSync(file, 'utf8')).toBe(text)
  },
)

test('what an earlier version wrote is ours still, also of a service that is gone', async () => {
  const { envFile, envFiles } = calls()
  const of = async (service: string, ...names: string[]) => {
    const text = names.map((name) => `${name}=1\n`).join('')
    writeFileSync(file, `# >>> macula-desktop ${service}: x\n${text}# <<< macula-desktop ${service}\n`)
    const files = openEnvFiles({ state: join(home, 'state') })
    await files.remember(() => [{ path: file, service, at: 1, made: true, names }])
  }
  await of('loki', 'LOKI_OLD', 'LOKI_URL')
  expect(await envFiles()).toEqual([{ path: file, service: 'loki', at: 1, made: true, state: 'written' }])
  await envFile('loki', file, 'write')
  expect(readFileSync(file, 'utf8')).not.toContain('LOKI_OLD')
  await of('gone-shop', 'SHOP_URL')
  expect(await envFile('gone-shop', file, 'clear')).toMatchObject({ exists: false, names: ['SHOP_URL'] })
})

test('a block that would make a file too large to be read again is not written', async () => {
  writeFileSync(file, `#${'x'.repeat(1024 * 1024 - 2)}\n`)
  const { envFile } = calls()
  await expect(envFile('loki', file, 'write')).rejects.toThrow(/larger than 1 MB|is not written/)
  expect(readFileSync(file).length).toBe(1024 * 1024)
})
