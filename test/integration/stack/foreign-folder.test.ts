import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

/** Folders that Docker made as root in place of missing mounts, met by the plain user whose copy it is. */

const source = new URL('../../../main/system/stack/rendered-copy.ts', import.meta.url).pathname
const NOBODY = 65_534

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'macula-foreign-'))
  chmodSync(home, 0o755)
  execFileSync('chown', [`${NOBODY}:${NOBODY}`, home])
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** Writes one file of a service into the copy as the plain user; the modules are read before, as root. */
function write(base: string): {
  readonly keptAside?: readonly string[]
  readonly failed?: string
  readonly says?: string
} {
  const script = `
    const { writeCopy } = await import(${JSON.stringify(source)})
    process.setgid(${NOBODY}); process.setuid(${NOBODY})
    const files = new Map([['grafana/own.ini', { data: Buffer.from('x'), mode: 0o644 }]])
    try {
      const { keptAside, failed } = await writeCopy(${JSON.stringify(base)}, files, 0)
      console.log(JSON.stringify({ keptAside, failed: [...failed.values()].map(String).join() }))
    } catch (error) { console.log(JSON.stringify({ says: error.trouble?.what ?? String(error) })) }`
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
  return JSON.parse(out) as ReturnType<typeof write>
}

it('a folder of root in place of the copy is moved beside it, and told', () => {
  const base = join(home, 'stack')
  mkdirSync(join(base, 'grafana', 'own.ini'), { recursive: true })
  const { keptAside, failed } = write(base)
  expect(failed).toBe('')
  expect(keptAside).toEqual([expect.stringMatching(/\/stack\.not-ours-1970/)])
  expect(readdirSync(join(base, 'grafana'))).toEqual(['own.ini'])
})

it('one in place of a service’s folder too, and an empty one just goes', () => {
  const base = join(home, 'stack')
  mkdirSync(base)
  execFileSync('chown', [`${NOBODY}:${NOBODY}`, base])
  mkdirSync(join(base, 'grafana', 'own.ini'), { recursive: true })
  expect(write(base).keptAside).toEqual([expect.stringMatching(/\/stack\/grafana\.not-ours-1970/)])
  rmSync(join(base, 'grafana'), { recursive: true })
  mkdirSync(join(base, 'grafana'))
  expect(write(base)).toEqual({ keptAside: [], failed: '' })
})

it('where the parent is another user’s as well it is said who must give it back', () => {
  const parent = join(home, 'share')
  mkdirSync(join(parent, 'stack'), { recursive: true })
  writeFileSync(join(parent, 'stack', 'x'), '')
  expect(write(join(parent, 'stack')).says).toBe(
    `${join(parent, 'stack')} belongs to another user (uid 0), so nothing can be written there.`,
  )
})
