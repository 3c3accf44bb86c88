import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** `npm start` as a newcomer has it on a bare machine: what is printed must lead on. */

const root = fileURLToPath(new URL('../../..', import.meta.url))
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-start-'))
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true })
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  mkdirSync(join(folder, 'bin'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function start(npm: string | undefined) {
  if (npm !== undefined) writeFileSync(join(folder, 'bin', 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 })
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'scripts', 'run.mjs'), 'start'],
    { env: { PATH: join(folder, 'bin'), HOME: folder }, encoding: 'utf8' },
  )
  return { code: status, out: stdout, err: stderr }
}

test('without a network: what could not be fetched, npm’s own reason, and what to do', () => {
  const { code, out, err } = start(
    'echo "npm ERR! code ENOTFOUND" >&2; echo "npm ERR! network request to the registry failed, reason: getaddrinfo ENOTFOUND" >&2; exit 1',
  )
  expect(code).toBe(1)
  expect(out).toContain('installing dependencies (npm ci)')
  expect(err).toContain('What Macula is built with (npm ci) could not be fetched from the npm registry.')
  expect(err).toContain('npm says: network request to the registry failed')
  expect(err).toContain('Check the connection')
  expect(err).not.toMatch(/^\s+at /m)
})

test('without npm: where it comes from', () => {
  const { code, err } = start(undefined)
  expect(code).toBe(1)
  expect(err).toContain('npm is not on your PATH.')
  expect(err).toContain('sudo apt install npm')
})
