import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { missing } from './sandbox.ts'

const project = fileURLToPath(new URL('../../..', import.meta.url))

/** The built command in a sandbox whose home has no room any more. */
function told(how: string): string {
  const run = spawnSync(
    join(project, 'test/machine/sandbox.sh'),
    ['--', join(project, 'test/integration/root/inside/no-room.sh'), how],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        MACULACTL: `${process.execPath} ${join(project, 'dist/maculactl.mjs')}`,
        NO_COLOR: '1',
      },
      timeout: 500_000,
    },
  )
  return run.stdout + run.stderr
}

describe.skipIf(missing !== undefined)('stopping and undoing need no room', () => {
  it.each([
    ['full', /The disk of \S+ is full/],
    ['read-only', /The disk of \S+ is read-only/],
    ['read-only-home', /The disk of \S+ is read-only/],
  ])('with a home that is %s', (how, why) => {
    const said = told(how)
    expect(said).toMatch(/^setup 0$/m)
    expect(said.match(/^down 0$/gm), said).toHaveLength(2)
    expect(said).toMatch(/^undo --all 0$/m)
    expect(said).toContain('hosts as before')
    expect(said).toContain('empty locks: 0')
    expect(said).not.toContain('an error that it does not know')
    // The doctor names the folder and the reason.
    expect(said).toMatch(/\/run\/no-room\/home\/macula\/state cannot be written/)
    expect(said).toMatch(why)
  })
})
