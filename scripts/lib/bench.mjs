import { ensureBuilt } from './build.mjs'
import { say } from './process.mjs'
import { clear, done, openActor, setUp, whyNotNow } from './bench/prepare.mjs'

/** What is measured, each with its peer beside it. The stack is up before all but `start`, `rows`, `udp`, `cli` and `app`. */
const benches = {
  start: async (...given) => (await import('./bench/start.mjs')).start(...given),
  repaint: async (...given) => (await import('./bench/repaint.mjs')).repaint(...given),
  memory: async (...given) => (await import('./bench/memory.mjs')).memory(...given),
  log: async (...given) => (await import('./bench/log.mjs')).log(...given),
  idle: async (...given) => (await import('./bench/idle.mjs')).idle(...given),
  udp: async (...given) => (await import('./bench/udp.mjs')).udp(...given),
  rows: async (...given) => (await import('./bench/rows.mjs')).rows(...given),
  cli: async (...given) => (await import('./bench/cli.mjs')).cli(...given),
  status: async (...given) => (await import('./bench/status.mjs')).status(...given),
  app: async (...given) => (await import('./bench/app.mjs')).app(...given),
  tls: async (...given) => (await import('./bench/tls.mjs')).tls(...given),
  appends: async (...given) => (await import('./bench/appends.mjs')).appends(...given),
  snapshot: async (...given) => (await import('./bench/snapshot.mjs')).snapshot(...given),
}

/** What of the stack is started for those that need no more. */
const some = {
  tls: ['ingress'],
  appends: ['timescaledb'],
  snapshot: ['timescaledb', 'object-store'],
}

const USAGE = `Usage: npm run bench [-- NAME…] [--rounds N] [--kills N] [--seconds N]
  start    maculactl up against docker compose up --wait, N rounds (5)
  repaint  a container killed until its row is painted, against docker events, N kills (50)
  memory   the page against a blank page, N rounds at most 3
  log      a log of 1 GB opened at its end
  idle     CPU while nothing happens, hidden and shown, against docker ps every 3 s, over N seconds (60)
  udp      datagrams a second and added latency of the UDP forwarder against socat UDP4-LISTEN, N rounds (5)
  rows     one change of a state with 250 services against 19, processor time of the page; frames and keys in a stream of
           50 changes a second, N rounds (5)
  cli      maculactl --version, completion and --help against node -e 0, N rounds of 10 (5)
  status   maculactl status against docker compose ps, N rounds of 5 at most 3
  app      the desktop application's start and the first click on its tray icon against a minimal Electron, N rounds (5)
  tls      https requests a second through forwarder and ingress against nginx alone, N rounds (5)
  appends  appends a second to the event store through its name against straight to its container, N rounds (5)
  snapshot maculactl snapshot create of 1 GB of rows and objects against pg_dump and tar by hand, N rounds at most 3
Without names all of them.`

/** The number after an option, or a default. */
function option(args, name, otherwise) {
  const at = args.indexOf(name)
  return at < 0 ? otherwise : Number(args[at + 1]) || otherwise
}

export async function main(args) {
  if (args.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const options = new Set(['--rounds', '--kills', '--seconds'])
  const names = args.filter((arg, index) => !options.has(arg) && !options.has(args[index - 1]))
  const unknown = names.filter((name) => !Object.hasOwn(benches, name))
  if (unknown.length > 0) {
    console.error(`bench: there is no ${unknown.join(', ')}.\n${USAGE}`)
    return 2
  }
  const rounds = option(args, '--rounds', 5)
  // No stack, no machine: beside whatever runs here.
  if (names.length > 0 && names.every((name) => name === 'rows')) {
    await ensureBuilt()
    await benches.rows({ rounds })
    return 0
  }
  const actor = await openActor()
  const why = await whyNotNow()
  if (why !== undefined) {
    console.error(`bench: ${why}`)
    return 4
  }
  try {
    for (const name of names.length > 0 ? names : Object.keys(benches)) {
      if (name === 'start') await benches.start(actor, { rounds })
      else if (['udp', 'rows', 'cli', 'app'].includes(name)) await benches[name]({ rounds })
      else if (Object.hasOwn(some, name)) {
        say(`${name}: ${some[name].join(' and ')} started (not measured)`)
        await setUp(actor)
        await done(actor.maculactl(['up', ...some[name]]))
        await benches[name](actor, { rounds: name === 'snapshot' ? Math.min(rounds, 3) : rounds })
      } else {
        say(`${name}: everything is started (not measured)`)
        await setUp(actor)
        await done(actor.maculactl(['up']))
        await benches[name](actor, {
          kills: option(args, '--kills', 50),
          seconds: option(args, '--seconds', 60),
          rounds: name === 'idle' ? 1 : Math.min(rounds, 3),
        })
      }
    }
  } finally {
    await clear(actor)
  }
  return 0
}
