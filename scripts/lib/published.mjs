import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildImages, installCopy, setUpMachine, whyNoMachine } from './machine.mjs'
import { root, run, say } from './process.mjs'
import { clearReports, project, tell, timed } from './test.mjs'

const USAGE = `Usage: npm run test:published [-- FILTER…]
  The suite of the Applications tier with the published node image, pulled by its digest, and the images that it pulls
  itself; the stack outside runs on the test images. Needs an image registry, Debian 12 and root.
  FILTER   only test files whose path has this in it (vitest)`

/** The node image of our cluster, with its digest. */
function pinnedNode() {
  const file = join(root, 'assets', 'cluster', 'clusters', 'hub', 'kind.yaml')
  const image = /^ +image: (\S+@sha256:[0-9a-f]{64})$/m.exec(readFileSync(file, 'utf8'))?.[1]
  if (!image) throw new Error(`${file} names no image with a digest`)
  return image
}

/** Runs what is stood in for elsewhere on the published thing; without it nothing is run, which is a failure. */
export async function main(args) {
  if (args.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  clearReports()
  const notRun = (why) => {
    console.error(`\ncluster: not run, because ${why}`)
    return tell([{ name: 'cluster', passed: 0, failed: 1, skipped: 0, seconds: 0 }], true)
  }
  const why = whyNoMachine()
  if (why !== undefined) return notRun(`${why}.`)
  await setUpMachine()
  const image = pinnedNode()
  say(`pulling ${image}`)
  if ((await run('docker', ['pull', image])) !== 0)
    return notRun('the published node image cannot be pulled (Docker said why).')
  await buildImages()
  await installCopy()
  // Seen by the tests: nothing is stood in for.
  process.env['MACULA_TEST_PUBLISHED'] = '1'
  return tell([await timed(() => project('cluster', args))], true)
}
