// The access of `npm start`, `npm test` and `npm run …`: sees to a Node that is new enough and to the dependencies, then runs
// the verb. Needs nothing but some Node >= 18 and npm.
import { ensureNode } from './lib/node.mjs'

const verbs = {
  start: ['./lib/start.mjs', 'Build if needed, open the desktop application, or its window in a browser'],
  link: ['./lib/link.mjs', 'Build if needed, make maculactl of this clone a command of your shell'],
  try: ['./lib/try.mjs', 'Bring the whole stack up with locally built images (Debian 12, as root)'],
  test: ['./lib/test.mjs', 'Run every suite that this machine can run'],
  'test:published': [
    './lib/published.mjs',
    'Run our scripts in the published images, and the suite of the Applications tier with the published node image',
  ],
  mutate: ['./lib/mutate.mjs', 'Break the rules one by one and see whether a unit test notices'],
  bench: ['./lib/bench.mjs', 'Measure against the peer, interleaved in one run'],
  dist: ['./lib/dist.mjs', 'Pack the desktop application (-- --dir: only its folder)'],
  icons: ['./lib/icons.mjs', 'Draw the icons from assets/icons/source again'],
  licences: ['./lib/licences-verb.mjs', 'Write what About shows of the packages that are shipped'],
  dashboards: ['./lib/dashboards.mjs', 'Write Grafana’s dashboards from their modules'],
  build: ['./lib/build-all.mjs', 'Build everything into dist/'],
  dev: ['./lib/dev.mjs', 'Build again on every change'],
}

const [verb = '--help', ...args] = process.argv.slice(2)
const known = verbs[verb]
if (!known) {
  const list = Object.entries(verbs).map(([name, [, says]]) => `  npm run ${name.padEnd(14)} ${says}`)
  console.log(`Usage: node scripts/run.mjs VERB [arguments]\n\n${list.join('\n')}`)
  process.exitCode = verb === '--help' ? 0 : 2
} else {
  try {
    // Under an older Node this runs the whole again under a newer one and comes back with its exit code.
    const code = await ensureNode()
    if (code === undefined) {
      const { ensureDependencies } = await import('./lib/dependencies.mjs')
      await ensureDependencies()
      const { main } = await import(known[0])
      process.exitCode = await main(args)
    } else process.exitCode = code
  } catch (error) {
    console.error(`\n${verb}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
