import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installCopy, prepareMachine, whyNoMachine } from './machine.mjs'
import { quietly, root, run, say } from './process.mjs'

const reports = join(root, '.cache', 'reports')
const bin = (name, ...path) => join(root, 'node_modules', name, ...path)

/** A check of the sources: one test that passes or fails. */
async function check(name, steps) {
  try {
    for (const [program, ...args] of steps) await quietly(program, args)
    say(`${name}: passed`)
    return { name, passed: 1, failed: 0, skipped: 0 }
  } catch (error) {
    console.error(`\n${name}: ${error.message}\n`)
    return { name, passed: 0, failed: 1, skipped: 0 }
  }
}

/** One vitest project, counted from its JSON report. A run without tests or without a report has failed. */
async function project(name, args) {
  mkdirSync(reports, { recursive: true })
  const report = join(reports, `${name}.json`)
  rmSync(report, { force: true })
  const code = await run(process.execPath, [
    bin('vitest', 'vitest.mjs'),
    'run',
    '--project',
    name,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
    ...args,
  ])
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined
  const passed = counts?.numPassedTests ?? 0
  const failed = counts?.numFailedTests ?? 0
  // A suite that broke before its tests, an unhandled error, or nothing run at all.
  const broken = (code !== 0 && failed === 0) || passed + failed === 0
  if (broken) console.error(`${name}: the run itself failed (exit code ${code}, ${passed + failed} tests).`)
  return {
    name,
    passed,
    failed: failed + (broken ? 1 : 0),
    skipped: (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0),
  }
}

/** Runs everything that this machine can run. In CI, what cannot be run counts as failed. */
export async function main(args) {
  const ci = process.env['CI'] === 'true'
  const only = args.includes('--unit') ? 'unit' : undefined
  const rest = args.filter((arg) => arg !== '--unit')
  const why = only === 'unit' ? 'only the unit tests were asked for' : whyNoMachine()
  const machine =
    why === undefined
      ? prepareMachine().then(
          () => undefined,
          (error) => error,
        )
      : undefined
  const results = [
    await check('lint', [
      [process.execPath, bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'],
      [process.execPath, bin('prettier', 'bin', 'prettier.cjs'), '--check', '.'],
    ]),
    await check('typecheck', [[process.execPath, bin('typescript', 'bin', 'tsc'), '-b']]),
    await project('unit', rest),
  ]
  if (machine) {
    const trouble = await machine
    if (trouble) {
      console.error(`integration: ${trouble.message}`)
      results.push({ name: 'integration', passed: 0, failed: 1, skipped: 0 })
    } else {
      await installCopy()
      say('integration: the real engine, dnsmasq, socat and the whole stack')
      results.push(await project('integration', rest))
    }
  } else {
    console.log(`\nSKIPPED: integration, because ${why}.`)
    if (ci) results.push({ name: 'integration', passed: 0, failed: 1, skipped: 0 })
  }
  console.log()
  for (const { name, passed, failed, skipped } of results)
    say(`${name.padEnd(12)} ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  // In CI nothing may be skipped: a skipped step would look green.
  const failed = sum('failed') + (ci ? sum('skipped') : 0)
  console.log(`${sum('passed')} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
