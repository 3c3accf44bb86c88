import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { asTestUser, installCopy, prepareMachine, testUser, whyNoMachine } from './machine.mjs'
import { cache, quietly, root, say } from './process.mjs'

/** An instance of its own: containers, volumes, network and settings of a person's stack are not touched. */
const PROJECT = 'macula-bench'
const SETTINGS = { version: 1, project: PROJECT, subnet: '172.29.58.0/24', dnsPort: 5364 }
const AIM = 0.5

/** Who runs: the plain test user with an installed copy where this is a test machine, else the person. */
async function openActor() {
  if (whyNoMachine() === undefined) {
    await prepareMachine()
    await installCopy()
    const home = `/var/tmp/${PROJECT}`
    return {
      home,
      settle: () => quietly('chown', ['-R', `${testUser}:${testUser}`, home]),
      maculactl: (args) => asTestUser(['maculactl', ...args], { MACULA_HOME: home }),
      docker: (args) => asTestUser(['docker', ...args]),
    }
  }
  await ensureBuilt()
  const home = join(cache, PROJECT)
  return {
    home,
    settle: async () => undefined,
    maculactl: (args) => [
      process.execPath,
      [join(root, 'dist', 'maculactl.mjs'), ...args],
      { env: { ...process.env, MACULA_HOME: home } },
    ],
    docker: (args) => ['docker', args, {}],
  }
}

/**
 * The peer knows no `needs:` of ours, so it is given them in its own words: without them PowerDNS and Tempo would
 * crash and be restarted until what they need is there.
 */
async function writePeerOrder(stack) {
  const { parse, stringify } = await import('yaml')
  const services = {}
  for (const folder of readdirSync(join(root, 'assets', 'stack'))) {
    const file = join(root, 'assets', 'stack', folder, 'compose.yaml')
    for (const [id, service] of Object.entries(parse(readFileSync(file, 'utf8')).services)) {
      const needs = service['x-macula']?.needs ?? []
      if (needs.length > 0)
        services[id] = {
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

const median = (values) => values.toSorted((one, two) => one - two)[Math.floor(values.length / 2)]
const show = (values) =>
  `${median(values).toFixed(2)} s  (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`

/** Why the bench cannot run beside what runs now, or undefined. */
async function whyNotNow() {
  const running = await quietly('docker', ['ps', '-q', '--filter', 'label=com.docker.compose.project=macula'])
  return running.trim() === ''
    ? undefined
    : 'a stack runs here, whose forwarders hold the addresses. Stop it first: maculactl down'
}

/**
 * `maculactl up` against `docker compose up -d --wait` on the same containers, stopped before each run, taking
 * turns. Both are timed from the command's start to its end: then everything answers, or is healthy.
 */
export async function main(args) {
  const rounds = Number(args[args.indexOf('--rounds') + 1]) || 5
  if (args.includes('--help')) {
    console.log(
      'Usage: npm run bench [-- --rounds N]\nStarts the whole stack N times each way (5) and compares.',
    )
    return 0
  }
  const actor = await openActor()
  const why = await whyNotNow()
  if (why !== undefined) {
    console.error(`bench: ${why}`)
    return 4
  }
  rmSync(actor.home, { recursive: true, force: true })
  mkdirSync(join(actor.home, 'config'), { recursive: true })
  writeFileSync(join(actor.home, 'config', 'settings.json'), JSON.stringify(SETTINGS))
  await actor.settle()
  const stack = join(actor.home, 'data', 'stack')
  const files = ['-f', join(stack, 'compose.yaml'), '-f', join(stack, 'order.yaml')]
  const project = ['--project-name', PROJECT, '--project-directory', stack, '--env-file', join(stack, '.env')]
  const peer = ['compose', ...project, ...files, 'up', '-d', '--wait', '--pull', 'never']
  const down = () => seconds(actor.maculactl(['down']))
  const [ours, theirs, floor] = [[], [], []]
  try {
    say('making the containers (not measured)')
    await seconds(actor.maculactl(['up']))
    await writePeerOrder(stack)
    await down()
    // The peer's first run may make containers anew, and its second shows that it does not.
    await seconds(actor.docker(peer))
    await down()
    const label = `label=com.docker.compose.project=${PROJECT}`
    const made = await quietly('docker', ['ps', '-aq', '--filter', label])
    const containers = made.split('\n').filter(Boolean)
    for (let round = 1; round <= rounds; round++) {
      const turns = [
        async () => ours.push(await seconds(actor.maculactl(['up']))),
        async () => theirs.push(await seconds(actor.docker(peer))),
        // What the Docker engine itself takes for these containers, when nobody asks whether they answer.
        async () => floor.push(await seconds(actor.docker(['start', ...containers]))),
      ]
      for (const turn of round % 2 === 1 ? turns : turns.toReversed()) {
        await turn()
        await down()
      }
      const last = (values) => `${values.at(-1).toFixed(2)} s`
      say(`round ${round}: maculactl up ${last(ours)}, compose ${last(theirs)}, docker start ${last(floor)}`)
    }
  } finally {
    await clear(actor)
  }
  const ratio = median(ours) / median(theirs)
  console.log(`\nmaculactl up                  ${show(ours)}`)
  console.log(`docker compose up -d --wait   ${show(theirs)}`)
  console.log(`docker start, no waiting      ${show(floor)}`)
  console.log(`ratio of the medians          ${ratio.toFixed(2)}  (aim: at most ${AIM})`)
  return 0
}

/** Takes the instance away, its volumes too: they hold nothing but what the bench made. */
async function clear(actor) {
  const [program, args, options] = actor.maculactl(['down', '--remove'])
  await quietly(program, args, { ...options, cwd: '/' }).catch((error) => console.error(error.message))
  const filter = ['--filter', `label=com.docker.compose.project=${PROJECT}`]
  const volumes = (await quietly('docker', ['volume', 'ls', '-q', ...filter])).split('\n').filter(Boolean)
  if (volumes.length > 0) await quietly('docker', ['volume', 'rm', ...volumes])
  rmSync(actor.home, { recursive: true, force: true })
}
