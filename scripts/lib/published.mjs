import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { asTestUser, buildImages, installCopy, setUpMachine, testUser, whyNoMachine } from './machine.mjs'
import { root, run, say } from './process.mjs'
import { publishedStack, settings } from './published-stack.mjs'
import { clearReports, project, tell, timed } from './test.mjs'

const USAGE = `Usage: npm run test:published [-- FILTER…]
  What our scripts and configurations do in the published images of the object store, PowerDNS-Admin, the registry and
  Alloy, and whether the metrics that dashboards read are there; then the suite of the Applications tier with the published node image, pulled by its digest, and the images that
  it pulls itself (the stack outside runs on the test images there). Needs an image registry, Debian 12 and root.
  FILTER   only test files whose path has this in it (vitest)`

/** The node image of our cluster, with its digest. */
function pinnedNode() {
  const file = join(root, 'assets', 'cluster', 'clusters', 'hub', 'kind.yaml')
  const image = /^ +image: (\S+@sha256:[0-9a-f]{64})$/m.exec(readFileSync(file, 'utf8'))?.[1]
  if (!image) throw new Error(`${file} names no image with a digest`)
  return image
}

/** Runs a program to its end; nothing is shown of it. */
function heard(program, words, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...options })
    const said = { out: '', err: '' }
    child.stdout.on('data', (data) => (said.out += data))
    child.stderr.on('data', (data) => (said.err += data))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, ...said }))
  })
}

/** The cases over an instance of its own, whose folder is gone afterwards. */
async function stackSuite() {
  const home = `/home/${testUser}/.local/${settings.project}`
  rmSync(home, { recursive: true, force: true })
  mkdirSync(join(home, 'config'), { recursive: true })
  writeFileSync(join(home, 'config', 'settings.json'), JSON.stringify(settings), { mode: 0o600 })
  await run('chown', ['-R', `${testUser}:`, home])
  // Types are left out of it by Node itself.
  const { exporters } = await import('../dashboards/metrics.ts')
  try {
    return await publishedStack({
      docker: (...words) => heard('docker', words),
      maculactl: (...words) => heard(...asTestUser(['maculactl', ...words], { MACULA_HOME: home })),
      now: Date.now,
      sleep: setTimeout,
      exporters,
      tell: say,
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** Runs what is stood in for elsewhere on the published thing; without it nothing is run, which is a failure. */
export async function main(args) {
  if (args.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  clearReports()
  const notRun = (why, ...others) => {
    console.error(`\ncluster: not run, because ${why}`)
    return tell([...others, { name: 'cluster', passed: 0, failed: 1, skipped: 0, seconds: 0 }], true)
  }
  const why = whyNoMachine()
  if (why !== undefined) return notRun(`${why}.`)
  await setUpMachine()
  await installCopy()
  const outside = await stackSuite()
  const image = pinnedNode()
  say(`pulling ${image}`)
  if ((await run('docker', ['pull', image])) !== 0)
    return notRun('the published node image cannot be pulled (Docker said why).', outside)
  await buildImages()
  // Seen by the tests: nothing is stood in for.
  process.env['MACULA_TEST_PUBLISHED'] = '1'
  return tell([outside, await timed(() => project('cluster', args))], true)
}
