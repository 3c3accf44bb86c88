import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ensureBuilt } from './build.mjs'
import {
  buildImages,
  buildNodeImage,
  installCopy,
  missingHere,
  setUpMachine,
  stackImages,
  whyNoMachine,
} from './machine.mjs'
import { quietly, root, run, say } from './process.mjs'

const reports = join(root, '.cache', 'reports')
const bin = (name, ...path) => join(root, 'node_modules', name, ...path)

/** Runs one suite and adds the seconds it took. */
export async function timed(suite) {
  const began = Date.now()
  const result = await suite()
  return { ...result, seconds: Math.round((Date.now() - began) / 100) / 10 }
}

/**
 * What only computes takes what the suites over real things leave of the cores: a stack or a cluster costs the processor something for
 * as long as it stands, so those end first.
 */
const BESIDE = ['nice', '-n', '5']
/** Parts of the engine over real things of their own: they wait more than they work, and hold no stack. */
const BESIDE_REAL = ['nice', '-n', '1']

/** A check of the sources: one test that passes or fails. */
async function check(name, steps, aside) {
  try {
    for (const step of steps) {
      const [program, ...args] = aside ? [...BESIDE, ...step] : step
      await quietly(program, args)
    }
    say(`${name}: passed`)
    return { name, passed: 1, failed: 0, skipped: 0 }
  } catch (error) {
    console.error(`\n${name}: ${error.message}\n`)
    return { name, passed: 0, failed: 1, skipped: 0 }
  }
}

/** Runs a program whose output is shown as a whole when it has ended; resolves with its exit code. */
async function runAside(name, program, args, options) {
  const file = join(reports, `${name}.txt`)
  const out = openSync(file, 'w')
  try {
    return await run(program, args, { ...options, stdio: ['ignore', out, out] })
  } finally {
    closeSync(out)
    process.stdout.write(readFileSync(file))
  }
}

/** A log of a run may be cut where it is kept: of each failure only so much is told again at the end. */
const LINES = 12
const WIDE = 400

/** The beginning of a story and its end, which says why; without the ways through programs that are not ours. */
function short(text) {
  const told = text.split('\n').filter((line) => !/^\s+at .*(?:node_modules|node:)/.test(line))
  const lines =
    told.length <= LINES ? told : [...told.slice(0, LINES / 2), '  […]', ...told.slice(1 - LINES / 2)]
  return lines.map((line) => (line.length > WIDE ? `${line.slice(0, WIDE)}…` : line)).join('\n')
}

/** What failed in a vitest report and in hooks (broken-suites.mjs): the test's file and name and a few lines of why. */
export function failuresOf(report, broken) {
  const tests = report.testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({
        test: `${relative(root, file)}: ${fullName}`,
        why: short(failureMessages.join('\n')),
      })),
  )
  return [...tests, ...broken.map(({ test, why }) => ({ test, why: short(why) }))]
}

/**
 * One vitest project, counted from its JSON report. A run without tests or without a report has failed. `aside`: others
 * run at the same time, so what it prints comes at its end; `before`: the program that runs it.
 */
export async function project(name, args, aside = false, before = []) {
  say(`${name}: begins`)
  const report = join(reports, `${name}.json`)
  const suites = join(reports, `${name}-broken.json`)
  for (const old of [report, suites]) rmSync(old, { force: true })
  const [program, ...words] = [
    ...before,
    process.execPath,
    bin('vitest', 'vitest.mjs'),
    'run',
    // Those that need a process of their own are a project beside (unit-alone).
    `--project=${name}`,
    `--project=${name}-*`,
    '--reporter=default',
    '--reporter=json',
    `--reporter=${join(root, 'scripts', 'lib', 'broken-suites.mjs')}`,
    `--outputFile=${report}`,
    // With a filter one of the projects may well have nothing to run.
    ...(args.length > 0 ? ['--passWithNoTests', ...args] : []),
  ]
  // What tests and the programs they run leave behind goes with it.
  const folder = mkdtempSync(join(tmpdir(), `macula-test-${name}-`))
  chmodSync(folder, 0o1777)
  // Every test file is a process of its own, and many start more: what Node compiled for one is read by the next.
  const options = {
    env: {
      ...process.env,
      TMPDIR: folder,
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      BROKEN_SUITES: suites,
    },
  }
  const code = await (aside ? runAside(name, program, words, options) : run(program, words, options)).finally(
    () => rmSync(folder, { recursive: true, force: true }),
  )
  const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)
  const counts = read(report)
  const passed = counts?.numPassedTests ?? 0
  const failed = counts?.numFailedTests ?? 0
  // A suite that broke before its tests, an unhandled error, or nothing run at all.
  const broken = (code !== 0 && failed === 0) || (args.length === 0 && passed + failed === 0)
  const why = `The run itself failed (exit code ${code}, ${passed + failed} tests).`
  if (broken) console.error(`${name}: ${why}`)
  return {
    name,
    passed,
    failed: failed + (broken ? 1 : 0),
    skipped: (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0),
    failures: [
      ...(counts ? failuresOf(counts, read(suites) ?? []) : []),
      ...(broken ? [{ test: 'the whole suite', why: `${why}${aside ? lastOf(name) : ''}` }] : []),
    ],
    code,
  }
}

/** The last lines of what a suite printed, which say why it did not even begin. */
function lastOf(name) {
  const lines = readFileSync(join(reports, `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
  return `\n${lines.slice(-LINES).join('\n')}`
}

let packing
/**
 * The application is packed for the suites of the desktop: once, for two at the same time would write over each other. What fails is
 * told by those suites, which pack where nothing is.
 */
const packed = () =>
  (packing ??= quietly(process.execPath, [join(root, 'test', 'desktop', 'pack.mjs')]).catch(() => undefined))

/** What engine-room.sh ends with when there is no room, and how often one is made again then. */
const NO_ROOM = 97
const ROOMS = 2

/** The same in an engine-room.sh, with the images that it needs. */
export async function inRoom(name, args, before = []) {
  const folder = mkdtempSync(join(tmpdir(), 'macula-room-'))
  const program = join(root, 'test', 'machine', 'engine-room.sh')
  try {
    if (name === 'cluster') await packed()
    const images = join(folder, 'images')
    await quietly('docker', ['save', '--output', images, ...(await stackImages(name === 'cluster'))])
    // As a shell redirects it: of the words none is read by the shell.
    const from = ['sh', '-c', 'exec "$@" <"$0"', images]
    for (let more = ROOMS; ; more -= 1) {
      const room = mkdtempSync(join(folder, 'room-'))
      const result = await project(name, args, true, [...before, ...from, program, room, root])
      // Nothing was tested yet, and the room says why: its engine may start too slowly on a machine that is busy.
      if (result.code !== NO_ROOM || more === 0) return result
      say(`${name}: once more, for its machine was not made${lastOf(name)}`)
    }
  } catch (error) {
    const why = `its machine could not be made: ${error.message}`
    console.error(`\n${name}: ${why}\n`)
    return { name, passed: 0, failed: 1, skipped: 0, failures: [{ test: 'the whole suite', why }] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What all cores together did since the machine started (ms): of a run it tells whether more could go side by side. */
function processor() {
  const times = cpus().map(({ times: { idle, ...others } }) => ({
    idle,
    busy: Object.values(others).reduce((sum, ms) => sum + ms, 0),
  }))
  const busy = times.reduce((sum, core) => sum + core.busy, 0)
  return { busy, all: busy + times.reduce((sum, core) => sum + core.idle, 0) }
}

/** A promise's trouble as a value: it may fail long before anybody waits for it. */
const settled = (work) =>
  work.then(
    () => undefined,
    (error) => error,
  )

/** Why the window cannot be drawn here; undefined: it can. The same places as test/window/browser.ts looks at. */
function whyNoChromium() {
  const places = [
    process.env['MACULA_CHROMIUM'],
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ]
  return places.some((place) => place && existsSync(place))
    ? undefined
    : 'there is no Chromium (on Debian: apt-get install chromium; elsewhere name one in MACULA_CHROMIUM).'
}

const USAGE = `Usage: npm test [-- --unit] [-- FILTER…]
  --unit   only lint, types and the unit tests: nothing is installed
  FILTER   only test files whose path has this in it (vitest)`

/** Runs everything that this machine can run. In CI, what cannot be run counts as failed. */
export async function main(args) {
  if (args.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const ci = process.env['CI'] === 'true'
  const unitOnly = args.includes('--unit')
  const rest = args.filter((arg) => arg !== '--unit')
  const why = unitOnly ? 'only the unit tests were asked for' : whyNoMachine()
  clearReports()
  const packages = why === undefined ? setUpMachine() : undefined
  const images = packages && packages.then(buildImages)
  const node = images && settled(images.then(buildNodeImage))
  const copied = images && settled(images.then(installCopy))
  const results = []
  const leftOut = (name, reason, counts) => {
    if (!unitOnly) console.log(`\nSKIPPED: ${name}, because ${reason}`)
    // What was asked for and could not be run, and in CI everything that could not, is no success.
    if (counts || ci) results.push({ name, passed: 0, failed: 1, skipped: 0, seconds: 0 })
  }
  /** Whether the machine is as the suites of the real thing need it; what is left out without says why. */
  const whyNot = async () => {
    if (!copied) return `${why}.${await missingHere()}`
    return (await copied) && 'the machine could not be prepared.'
  }
  const sources = async () => {
    const aside = why === undefined
    results.push(
      await timed(() =>
        check(
          'lint',
          [
            [process.execPath, bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'],
            [process.execPath, bin('prettier', 'bin', 'prettier.cjs'), '--check', '.'],
          ],
          aside,
        ),
      ),
      await timed(() =>
        check('typecheck', [[process.execPath, bin('typescript', 'bin', 'tsc'), '-b']], aside),
      ),
    )
    // The unit tests run the root program under dash and busybox too.
    if (packages) await settled(packages)
    const before = aside ? BESIDE : []
    results.push(await timed(() => project('unit', rest, aside, before)))
  }
  /** The window over a stand-in engine: the longest of what needs the processor all the time, so it waits for nothing. */
  const window = async () => {
    const aside = why === undefined
    const before = aside ? BESIDE : []
    const noChromium = whyNoChromium()
    if (noChromium === undefined) {
      // Built once, by whoever comes first.
      if (copied) await copied
      await ensureBuilt()
      results.push(await timed(() => project('window', rest, aside, before)))
    } else leftOut('window', noChromium, false)
  }
  /** Parts of the engine over real things of their own: half of it is waiting, which costs the others nothing. */
  const parts = async (name) => {
    const missing = await whyNot()
    if (missing) leftOut(name, missing, copied !== undefined)
    else results.push(await timed(() => project(name, rest, true, BESIDE_REAL)))
  }
  /** These share the one stack of the machine. */
  const stack = async () => {
    const missing = await whyNot()
    const broken = await copied
    if (broken) console.error(`the machine: ${broken.message}`)
    for (const name of ['whole', 'desktop']) {
      if (name === 'desktop' && !missing) await packed()
      if (missing) leftOut(name, missing, copied !== undefined)
      else results.push(await timed(() => project(name, rest)))
    }
  }
  /** In a machine of its own, which is no other's to leave as it was. */
  const real = async () => {
    const missing = await whyNot()
    const noChromium = whyNoChromium()
    if (missing) leftOut('real', missing, copied !== undefined)
    else if (noChromium !== undefined) leftOut('real', noChromium, false)
    else results.push(await timed(() => inRoom('real', rest)))
  }
  const cluster = async () => {
    const missing = await whyNot()
    const noNode = missing ? undefined : await node
    if (missing) leftOut('cluster', missing, copied !== undefined)
    else if (noNode) leftOut('cluster', noNode.message, true)
    else results.push(await timed(() => inRoom('cluster', rest)))
  }
  /** One after the other: of stacks in a machine of their own one fewer stands at a time. */
  const dataAndReal = async () => {
    await parts('data')
    await real()
  }
  // Side by side: what is in one shares no port, container or folder with what is in the other.
  const before = processor()
  await Promise.all(
    unitOnly ? [sources()] : [sources(), window(), parts('integration'), dataAndReal(), cluster(), stack()],
  )
  const { busy, all } = processor()
  say(
    `the processor was at work for ${Math.round((100 * (busy - before.busy)) / (all - before.all))} % of it`,
  )
  return tell(results, ci)
}

const summary = join(reports, 'summary.json')

/** No report of an earlier run is left. */
export function clearReports() {
  mkdirSync(reports, { recursive: true })
  rmSync(summary, { force: true })
}

/** Tells and writes down how the suites went; 0 when all is well. `ci`: what was skipped counts as failed. */
export function tell(results, ci) {
  // At the end once more: with several suites side by side, what failed is far up by now.
  for (const { name, failures = [] } of results)
    for (const { test, why } of failures) console.log(`\nFAILED in ${name}: ${test}\n${why}`)
  const names = results.flatMap(({ name, failures = [] }) => failures.map(({ test }) => `  ${name}: ${test}`))
  // By name once more, in as few lines as there are: of a long output often only the end is kept.
  if (names.length > 0) console.log(`\n${names.length} failed:\n${names.join('\n')}`)
  console.log()
  for (const { name, passed, failed, skipped, seconds } of results)
    say(
      `${name.padEnd(12)} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    )
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  // In CI nothing may be skipped: a skipped step would look green.
  const passed = sum('passed')
  const failed = sum('failed') + (ci ? sum('skipped') : 0)
  writeFileSync(summary, `${JSON.stringify({ passed, failed, suites: results }, null, 1)}\n`)
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
