import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quietly, say } from '../process.mjs'
import { done, median, PROJECT } from './prepare.mjs'

const AIM = 0.8
/** Connections at a time, and how long each turn takes (ms). */
const CLIENTS = 32
const TURN_MS = 3000
const NAME = 'home.macula.local'
const PEER = `${PROJECT}-nginx-alone`

/** nginx with nothing but TLS and the same page: the ingress' image, certificate and folder of pages. */
const plain = `events { worker_connections 4096; }
http {
  access_log off;
  server {
    listen 443 ssl;
    ssl_certificate /served.pem;
    ssl_certificate_key /served.pem;
    ssl_session_cache shared:alone:2m;
    root /usr/share/macula;
  }
}
`

function ask(agent, where) {
  return new Promise((resolve, reject) => {
    const call = request({ ...where, agent, path: '/', headers: { Host: NAME } }, (answer) => {
      answer.resume()
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${answer.statusCode}`)),
      )
      answer.on('error', reject)
    })
    call.on('error', reject)
    call.end()
  })
}

/** Answers a second. `keep`: connections stay open; otherwise each question makes one, with a whole handshake. */
async function rate(where, keep) {
  const agent = new Agent({ keepAlive: keep, maxSockets: CLIENTS, maxCachedSessions: keep ? 100 : 0 })
  const until = performance.now() + TURN_MS
  let answers = 0
  const client = async () => {
    while (performance.now() < until) {
      await ask(agent, where)
      answers += 1
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: CLIENTS }, client))
  agent.destroy()
  return (answers / (performance.now() - began)) * 1000
}

const show = (values) =>
  `${Math.round(median(values))}/s  (${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))})`

/**
 * https of the page of all services through our forwarder and the ingress, against an nginx alone with the same page and
 * certificate, asked at its container. Questions on open connections, and with a handshake each; taking turns.
 */
export async function tls(actor, { rounds }) {
  await done(actor.maculactl(['tls', 'on']))
  const data = join(actor.home, 'data')
  const folder = mkdtempSync(join(tmpdir(), 'macula-bench-tls-'))
  try {
    writeFileSync(join(folder, 'nginx.conf'), plain)
    writeFileSync(
      join(folder, 'served.pem'),
      readFileSync(join(data, 'stack', 'ingress', 'routes', 'tls', 'served.pem')),
    )
    const label = [
      '--filter',
      `label=dev.macula.project=${PROJECT}`,
      '--filter',
      'label=dev.macula.service=ingress',
    ]
    const image = (await quietly('docker', ['ps', '--format', '{{.Image}}', ...label])).trim()
    const mounts = [
      `${folder}/nginx.conf:/etc/nginx/nginx.conf:ro`,
      `${folder}/served.pem:/served.pem:ro`,
      `${join(data, 'stack', 'ingress', 'home')}:/usr/share/macula:ro`,
    ]
    await quietly('docker', [
      'run',
      '-d',
      '--rm',
      '--name',
      PEER,
      '--network',
      PROJECT,
      ...mounts.flatMap((mount) => ['-v', mount]),
      image,
    ])
    const address = (
      await quietly('docker', [
        'inspect',
        '-f',
        `{{(index .NetworkSettings.Networks "${PROJECT}").IPAddress}}`,
        PEER,
      ])
    ).trim()
    const common = { port: 443, servername: NAME, ca: readFileSync(join(data, 'tls', 'ca.pem')) }
    const ours = { ...common, host: '127.0.0.1' }
    const theirs = { ...common, host: address }
    for (const where of [ours, theirs]) await rate(where, true)
    for (const [what, keep] of [
      ['questions on open connections', true],
      ['questions with a handshake each', false],
    ]) {
      const [mine, peer] = [[], []]
      for (let round = 1; round <= rounds; round++) {
        const turns = [
          async () => mine.push(await rate(ours, keep)),
          async () => peer.push(await rate(theirs, keep)),
        ]
        for (const turn of round % 2 === 1 ? turns : turns.toReversed()) await turn()
        say(
          `${what}, round ${round}: ingress ${Math.round(mine.at(-1))}/s, nginx alone ${Math.round(peer.at(-1))}/s`,
        )
      }
      console.log(`\n${what}`)
      console.log(`forwarder and ingress         ${show(mine)}`)
      console.log(`nginx alone, at its container ${show(peer)}`)
      console.log(
        `ratio of the medians          ${(median(mine) / median(peer)).toFixed(2)}  (aim: at least ${AIM})`,
      )
    }
  } finally {
    await quietly('docker', ['rm', '-f', PEER]).catch(() => undefined)
    rmSync(folder, { recursive: true, force: true })
    await done(actor.maculactl(['tls', 'off', '--remove-ca']))
  }
}
