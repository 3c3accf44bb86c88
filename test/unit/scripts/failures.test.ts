import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

/** What a run tells of its failures at its end. */

const lib = pathToFileURL(fileURLToPath(new URL('../../../scripts/lib/test.mjs', import.meta.url))).href
const { failuresOf } = (await import(/* @vite-ignore */ lib)) as {
  readonly failuresOf: (
    report: object,
    broken: readonly { readonly test: string; readonly why: string }[],
  ) => readonly { readonly test: string; readonly why: string }[]
}

const reportOf = (...failureMessages: readonly string[]) => ({
  testResults: [
    {
      name: '/somewhere/a.test.ts',
      assertionResults: [
        { status: 'passed', fullName: 'works', failureMessages: [] },
        { status: 'failed', fullName: 'does not', failureMessages },
      ],
    },
  ],
})

test('a failure is told by file and name, in a few lines: how it begins and how it ends, without foreign programs’ stacks', () => {
  const foreign = '    at file:///x/node_modules/vitest/dist/run.js:2864:20'
  const story = [...Array.from({ length: 40 }, (_, index) => `line ${index}`), foreign].join('\n')
  const [one, two] = failuresOf(reportOf(story), [{ test: 'b.test.ts', why: `short\n${foreign}` }])
  expect(one?.test).toMatch(/a\.test\.ts: does not$/)
  const lines = one?.why.split('\n') ?? []
  expect(lines.length).toBeLessThanOrEqual(12)
  expect([lines[0], lines.at(-1)]).toEqual(['line 0', 'line 39'])
  expect(two).toEqual({ test: 'b.test.ts', why: 'short' })
  expect(failuresOf(reportOf('x'.repeat(10_000)), [])[0]?.why.length).toBeLessThan(500)
})
