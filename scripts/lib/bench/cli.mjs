import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt } from '../build.mjs'
import { root } from '../process.mjs'
import { median } from './prepare.mjs'

const AIM = 1.5

/** Starts in a round: one alone takes too short a time to compare. */
const STARTS = 10

const lines = [['--version'], ['completion', 'bash'], ['__complete', '--', 'st'], ['--help']]

/** What is answered without a look at the machine, from start to end, against `node -e 0`, taking turns. */
export async function cli({ rounds }) {
  await ensureBuilt()
  const script = join(root, 'dist', 'maculactl.mjs')
  const ways = new Map([
    ['node -e 0', ['-e', '0']],
    ...lines.map((words) => [`maculactl ${words.join(' ')}`, [script, ...words]]),
  ])
  const took = new Map([...ways.keys()].map((name) => [name, []]))
  for (let turn = 0; turn < rounds * STARTS; turn++)
    for (const [name, args] of ways) took.get(name).push(await ms(args))
  const peer = median(took.get('node -e 0'))
  console.log(`\ncli: ${rounds * STARTS} starts each`)
  for (const [name, values] of took) {
    const ratio = median(values) / peer
    const aim = name.includes('help') ? '' : `  (aim: below ${AIM})`
    const says = name === 'node -e 0' ? '' : `, ratio ${ratio.toFixed(2)}${aim}`
    console.log(`${name.padEnd(29)} ${median(values).toFixed(0)} ms${says}`)
  }
}

function ms(args) {
  const began = performance.now()
  return new Promise((resolve, reject) =>
    execFile(process.execPath, args, { cwd: '/' }, (error) =>
      error ? reject(error) : resolve(performance.now() - began),
    ),
  )
}
