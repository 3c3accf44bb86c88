import { lookup } from 'node:dns/promises'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quietly, say } from '../process.mjs'
import { done, median, PROJECT } from './prepare.mjs'

const AIM = 0.8
const SERVICE = 'timescaledb'
const NAME = 'postgres.macula.local'
/** Connections at a time, and how long each turn takes (s). */
const CLIENTS = [1, 16]
const TURN_S = 4

/** One append of one event to one of 50 streams, at whichever version it has; as an application does it. */
const script = String.raw`\set stream random(1, 50)
SELECT * FROM events.append('bench-' || :stream, NULL, ARRAY['{"kind": "seen", "payload": {"item": "tea", "many": 3}}']::jsonb[]);
`

/** Image and address of the running database, and how an application is told to reach it. */
async function facts(actor) {
  const format = `{{.Config.Image}} {{(index .NetworkSettings.Networks "${PROJECT}").IPAddress}}`
  const said = await quietly('docker', ['inspect', '-f', format, `${PROJECT}-${SERVICE}-1`])
  const [image, address] = said.trim().split(' ')
  const { variables } = JSON.parse(await done(actor.maculactl(['env', SERVICE, '--format', 'json'])))
  return { image, address, url: new URL(variables.find(({ name }) => name === 'APP_DATABASE_URL').value) }
}

/** Appends a second by pgbench of the database's own image, on the machine's network. `where`: an address and a port. */
async function rate({ image, password, folder }, { address, port }, clients) {
  const settled = { PGPASSWORD: password, PGHOSTADDR: address, PGPORT: `${port}`, PGUSER: 'macula_app' }
  const flags = [
    '-n',
    '-M',
    'prepared',
    '-c',
    `${clients}`,
    '-j',
    '1',
    '-T',
    `${TURN_S}`,
    '-f',
    '/bench/append.sql',
  ]
  const out = await quietly(
    'docker',
    [
      'run',
      '--rm',
      '--network',
      'host',
      '--volume',
      `${folder}:/bench:ro`,
      ...Object.keys(settled).flatMap((name) => ['--env', name]),
      '--entrypoint',
      'pgbench',
      image,
      ...flags,
      'macula',
    ],
    { env: { ...process.env, ...settled } },
  )
  const tps = Number(/^tps = ([\d.]+)/m.exec(out)?.[1])
  if (!(tps > 0) || !out.includes('number of failed transactions: 0 '))
    throw new Error(`pgbench says:\n${out}`)
  return tps
}

const show = (values) =>
  `${Math.round(median(values))}/s  (${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))})`

/**
 * Appends to the event store through its name and forwarder, as programs on the machine do it, against straight to its container:
 * one writer, which waits for each answer, and sixteen; taking turns.
 */
export async function appends(actor, { rounds }) {
  const { image, address, url } = await facts(actor)
  const folder = mkdtempSync(join(tmpdir(), 'macula-bench-appends-'))
  try {
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'append.sql'), script)
    const asked = { image, password: decodeURIComponent(url.password), folder }
    // The address that the name leads to, or, where the machine is not set up, the one that programs are given.
    const found = await lookup(NAME, 4).catch(() => lookup(url.hostname, 4))
    const through = { address: found.address, port: url.port }
    const straight = { address, port: 5432 }
    say(`appends: ${NAME} leads to ${through.address}:${through.port}, the container has ${address}:5432`)
    for (const where of [through, straight]) await rate(asked, where, 1)
    for (const clients of CLIENTS) await compare(asked, through, straight, clients, rounds)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(asked, through, straight, clients, rounds) {
  const [ours, theirs] = [[], []]
  for (let round = 1; round <= rounds; round++) {
    const turns = [
      async () => ours.push(await rate(asked, through, clients)),
      async () => theirs.push(await rate(asked, straight, clients)),
    ]
    for (const turn of round % 2 === 1 ? turns : turns.toReversed()) await turn()
    say(
      `writers ${clients}, round ${round}: ${Math.round(ours.at(-1))}/s, straight ${Math.round(theirs.at(-1))}/s`,
    )
  }
  console.log(`\nappends of one event, ${clients === 1 ? 'one writer' : `${clients} writers`}`)
  console.log(`through ${NAME} ${show(ours)}`)
  console.log(`straight to the container     ${show(theirs)}`)
  console.log(
    `ratio of the medians          ${(median(ours) / median(theirs)).toFixed(2)}  (aim: at least ${AIM})`,
  )
}
