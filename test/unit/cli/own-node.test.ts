import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ours = fileURLToPath(new URL('../../../main/cli/own-node.ts', import.meta.url))

test('what Node deprecates in a library is not written to a person’s stderr', () => {
  const stderr = (first: string): string =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `${first}process.emitWarning('url.parse()', 'DeprecationWarning', 'DEP0169')`,
      ],
      { encoding: 'utf8' },
    ).stderr
  expect(stderr('')).toContain('[DEP0169] DeprecationWarning')
  expect(stderr(`await import(${JSON.stringify(ours)}); `)).toBe('')
})
