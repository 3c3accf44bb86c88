import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './process.mjs'

const USAGE = `Usage: npm run mutate [-- FILE…]
  Breaks the rules of main/model and main/engine one by one and runs the unit tests over each (Stryker); takes hours
  for all, minutes for a file. What no test noticed is listed in .cache/reports/mutation.json.
  FILE   only these, e.g. main/model/graph.ts or "main/model/rungs/*.ts"`

/** Runs the mutation tester, and tells by folder how much survived. */
export async function main(args) {
  if (args.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const stryker = join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js')
  const code = await run(process.execPath, [
    stryker,
    'run',
    ...(args.length > 0 ? ['--mutate', args.join(',')] : []),
  ])
  if (code !== 0) return code
  for (const line of tell(JSON.parse(readFileSync(join(root, '.cache', 'reports', 'mutation.json'), 'utf8'))))
    console.log(line)
  return 0
}

/** A line for each file and for all: how many of the mutants that a test could notice survived. */
function tell(report) {
  const rows = Object.entries(report.files).map(([file, { mutants }]) => {
    const count = (...states) => mutants.filter(({ status }) => states.includes(status)).length
    return {
      file,
      survived: count('Survived', 'NoCoverage'),
      all: count('Survived', 'NoCoverage', 'Killed', 'Timeout'),
    }
  })
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0)
  const percent = ({ survived, all }) => (all === 0 ? 0 : (100 * survived) / all).toFixed(1)
  return [...rows, { file: 'all', survived: sum('survived'), all: sum('all') }].map(
    (row) =>
      `${row.file.padEnd(44)} ${String(row.survived).padStart(5)} of ${String(row.all).padStart(5)} survived, ${percent(row)} %`,
  )
}
