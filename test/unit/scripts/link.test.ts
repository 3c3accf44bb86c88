import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL, fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** From a clone to a command on the PATH. */

const lib = pathToFileURL(fileURLToPath(new URL('../../../scripts/lib/link.mjs', import.meta.url))).href
const { link, whyNotFound } = (await import(/* @vite-ignore */ lib)) as {
  readonly link: (folder: string, node: string, script: string) => string
  readonly whyNotFound: (folder: string, path: string) => string | undefined
}

let folder: string
let script: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-link-'))
  // As hostile as a folder's name may be.
  mkdirSync(join(folder, "it's a $clone"))
  script = join(folder, "it's a $clone", 'maculactl.mjs')
  writeFileSync(script, 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 3')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('npm run link', () => {
  test('the command runs what was built, with its words and its exit code, from any folder', () => {
    const file = link(join(folder, 'deep', 'bin'), process.execPath, script)
    expect(file).toBe(join(folder, 'deep', 'bin', 'maculactl'))
    const ended = spawnSync(file, ['logs', '--since', 'two words'], { cwd: tmpdir(), encoding: 'utf8' })
    expect(ended).toMatchObject({ status: 3, stdout: '["logs","--since","two words"]\n', stderr: '' })
  })

  test('it is made anew where it was made before', () => {
    link(folder, '/old/node', script)
    expect(spawnSync(link(folder, process.execPath, script)).status).toBe(3)
  })

  test.each([
    ['a program of somebody else', (file: string) => writeFileSync(file, '#!/bin/sh\n')],
    ['a link', (file: string) => symlinkSync(script, file)],
  ])('%s stays, and it is said what to do', (_, put) => {
    put(join(folder, 'maculactl'))
    const before = readFileSync(join(folder, 'maculactl'), 'utf8')
    expect(() => link(folder, process.execPath, script)).toThrow(
      /is there already and was not made here\. Remove it, or name another folder of your PATH/,
    )
    expect(readFileSync(join(folder, 'maculactl'), 'utf8')).toBe(before)
  })

  test('a folder that no shell looks into is told, with the line that mends it', () => {
    expect(whyNotFound('/home/ada/.local/bin', '/usr/bin:/home/ada/.local/bin')).toBeUndefined()
    expect(whyNotFound('/home/ada/.local/bin', '/usr/bin:/home/ada/.local')).toContain(
      'export PATH="/home/ada/.local/bin:$PATH"',
    )
  })
})
