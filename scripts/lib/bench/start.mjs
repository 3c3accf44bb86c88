import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quietly, root, say } from '../process.mjs'
import { clear, containers, median, openPeer } from './prepare.mjs'

const AIM = 0.6

/**
 * The peer knows no `needs:` of ours, so it is given them in its own words: without them PowerDNS and Tempo would
 * crash and be restarted until what they need is there. It waits by Docker's health checks, which are asked as often as the
 * fragments say; what our engine lays over them (less often) is taken back.
 */
async function writePeerOrder(stack) {
  const { parse, stringify } = await import('yaml')
  const services = {}
  for (const folder of readdirSync(join(root, 'assets', 'stack'))) {
    const file = join(root, 'assets', 'stack', folder, 'compose.yaml')
    for (const [id, service] of Object.entries(parse(readFileSync(file, 'utf8')).services)) {
      const needs = service['x-macula']?.needs ?? []
      const { start_interval } = service.healthcheck ?? {}
      services[id] = {
        ...(start_interval === undefined ? {} : { healthcheck: { start_interval } }),
        depends_on: Object.fromEntries(needs.map((need) => [need, { condition: 'service_healthy' }])),
      }
    }
  }
  writeFileSync(join(stack, 'order.yaml'), stringify({ services }))
}

async function seconds([program, args, options]) {
  const began = performance.now()
  await quietly(program, args, { ...options, cwd: '/' })
  return (performance.now() - began) / 1000
}

const show = (values) =>
  `${median(values).toFixed(2)} s  (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`

/**
 * `maculactl up` against `docker compose up -d --wait` on containers of the same fragments, stopped before each run, taking
 * turns. Both are timed from the command's start to its end: then everything answers, or is healthy. Each has containers
 * and volumes of its own, made as it makes them.
 */
export async function start(actor, { rounds }) {
  const other = await openPeer()
  try {
    await compare(actor, other, rounds)
  } finally {
    await clear(other)
  }
}

async function compare(actor, other, rounds) {
  const stack = join(other.home, 'data', 'stack')
  const files = ['-f', join(stack, 'compose.yaml'), '-f', join(stack, 'order.yaml')]
  const env = join(stack, '.env')
  const project = ['--project-name', other.project, '--project-directory', stack, '--env-file', env]
  const peer = ['compose', ...project, ...files, 'up', '-d', '--wait', '--pull', 'never']
  const down = async () => {
    await seconds(actor.maculactl(['down']))
    await seconds(actor.docker(['compose', ...project, ...files, 'stop']))
  }
  const [ours, theirs, floor] = [[], [], []]
  say('making the containers (not measured)')
  await seconds(other.maculactl(['up']))
  await seconds(other.maculactl(['down']))
  await writePeerOrder(stack)
  // The peer's first run makes its containers from its own order, and its second shows that it does not again.
  await seconds(actor.docker(peer))
  await down()
  await seconds(actor.maculactl(['up']))
  await down()
  const made = await containers(actor)
  for (let round = 1; round <= rounds; round++) {
    const turns = [
      async () => ours.push(await seconds(actor.maculactl(['up']))),
      async () => theirs.push(await seconds(actor.docker(peer))),
      // What the Docker engine itself takes for these containers, when nobody asks whether they answer.
      async () => floor.push(await seconds(actor.docker(['start', ...made]))),
    ]
    for (const turn of round % 2 === 1 ? turns : turns.toReversed()) {
      await turn()
      await down()
    }
    const last = (values) => `${values.at(-1).toFixed(2)} s`
    say(`round ${round}: maculactl up ${last(ours)}, compose ${last(theirs)}, docker start ${last(floor)}`)
  }
  const ratio = median(ours) / median(theirs)
  console.log(`\nmaculactl up                  ${show(ours)}`)
  console.log(`docker compose up -d --wait   ${show(theirs)}`)
  console.log(`docker start, no waiting      ${show(floor)}`)
  console.log(`ratio of the medians          ${ratio.toFixed(2)}  (aim: at most ${AIM})`)
}
