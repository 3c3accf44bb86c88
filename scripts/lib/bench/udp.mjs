import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import { ensureBuilt } from '../build.mjs'
import { root, say } from '../process.mjs'
import { pause } from './window.mjs'

const LISTEN = '127.79.0.4'
const SERVICE = '127.79.1.1'
const PORT = { service: 27_000, ours: 27_001, socat: 27_002 }

/** What QUIC sends when it has much to send (bytes). */
const SIZE = 1200
/** Datagrams on their way at once: a stream of QUIC over a machine's own network has about as many. */
const WINDOW = 32
const EXCHANGES = 3000
const STREAM_MS = 2000
/** A datagram that has not come back by now is lost (ms). */
const LOST_MS = 200

const ECHO = `
  const socket = require('node:dgram').createSocket('udp4')
  socket.on('message', (data, { port, address }) => socket.send(data, port, address))
  socket.bind(${PORT.service}, '${SERVICE}', () => console.log('listens'))`

const median = (values) => values.toSorted((one, two) => one - two)[Math.floor(values.length / 2)] ?? 0

/** One datagram there and back after the other: the median in microseconds. */
async function latency(socket) {
  const took = []
  for (let turn = 0; turn < EXCHANGES; turn++) {
    const began = performance.now()
    const back = await new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), LOST_MS)
      socket.once('message', () => {
        clearTimeout(late)
        resolve(true)
      })
      socket.send(Buffer.alloc(SIZE))
    })
    if (back) took.push((performance.now() - began) * 1000)
    else socket.removeAllListeners('message')
  }
  return median(took)
}

/** As many there and back as come with a window of datagrams on their way: how many a second, and how many were lost. */
async function stream(socket) {
  const data = Buffer.alloc(SIZE)
  let back = 0
  let sent = 0
  let last = performance.now()
  const send = () => {
    sent++
    socket.send(data)
  }
  socket.on('message', () => {
    back++
    last = performance.now()
    send()
  })
  const began = performance.now()
  for (let turn = 0; turn < WINDOW; turn++) send()
  while (performance.now() - began < STREAM_MS) {
    await pause(50)
    // All that were on their way are lost: they are sent again.
    if (performance.now() - last > LOST_MS) for (let turn = 0; turn < WINDOW; turn++) send()
  }
  socket.removeAllListeners('message')
  const seconds = (performance.now() - began) / 1000
  return { rate: back / seconds, lost: Math.max(0, sent - back - WINDOW) }
}

async function through(port, address) {
  const socket = createSocket('udp4')
  await new Promise((resolve) => socket.connect(port, address, resolve))
  socket.on('error', () => undefined)
  try {
    // The first ones find a forwarder that makes its socket, or its process.
    for (let turn = 0; turn < 20; turn++) {
      socket.send(Buffer.alloc(SIZE))
      await pause(10)
    }
    return { us: await latency(socket), ...(await stream(socket)) }
  } finally {
    socket.close()
  }
}

async function untilAnswers(port, address) {
  const socket = createSocket('udp4')
  await new Promise((resolve) => socket.connect(port, address, resolve))
  socket.on('error', () => undefined)
  const answers = []
  socket.on('message', (data) => answers.push(data))
  for (let turn = 0; turn < 200 && answers.length === 0; turn++) {
    socket.send('x')
    await pause(50)
  }
  socket.close()
  if (answers.length === 0) throw new Error(`nothing answers on ${address}:${port}`)
}

/**
 * The forwarder of UDP against `socat UDP4-LISTEN`, both before the same echo and in turns: datagrams of 1,200 bytes there and
 * back in a second, and what one of them takes more than without a forwarder.
 */
export async function udp({ rounds }) {
  await ensureBuilt()
  const children = [
    spawn(process.execPath, ['-e', ECHO], { stdio: 'ignore' }),
    spawn(
      process.execPath,
      [join(root, 'dist/forward.mjs'), '__forward-udp', LISTEN, `${PORT.ours}`, SERVICE, `${PORT.service}`],
      { stdio: 'ignore' },
    ),
    spawn(
      'socat',
      [`UDP4-LISTEN:${PORT.socat},bind=${LISTEN},reuseaddr,fork`, `UDP4:${SERVICE}:${PORT.service}`],
      { stdio: 'ignore', detached: true },
    ),
  ]
  const ways = { direct: [PORT.service, SERVICE], ours: [PORT.ours, LISTEN], socat: [PORT.socat, LISTEN] }
  const seen = { direct: [], ours: [], socat: [] }
  try {
    for (const [port, address] of Object.values(ways)) await untilAnswers(port, address)
    for (let round = 1; round <= rounds; round++)
      for (const way of round % 2 === 1 ? ['direct', 'ours', 'socat'] : ['socat', 'ours', 'direct']) {
        seen[way].push(await through(...ways[way]))
        const { us, rate, lost } = seen[way].at(-1)
        say(`udp ${way}: ${Math.round(rate)} datagrams/s, ${Math.round(us)} µs, ${lost} lost`)
      }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    try {
      // socat has a process for each client.
      process.kill(-(children[2]?.pid ?? NaN), 'SIGKILL')
    } catch {
      // It was never there.
    }
  }
  const rate = (way) => median(seen[way].map((one) => one.rate))
  const us = (way) => median(seen[way].map((one) => one.us))
  console.log(`\nudp: datagrams of ${SIZE} bytes there and back, medians of ${rounds} rounds`)
  for (const [way, title] of [
    ['direct', 'no forwarder      '],
    ['socat', 'socat UDP4-LISTEN '],
    ['ours', 'ours              '],
  ]) {
    const added = way === 'direct' ? '' : `, ${Math.round(us(way) - us('direct'))} µs added`
    console.log(`${title} ${String(Math.round(rate(way))).padStart(7)}/s, ${Math.round(us(way))} µs${added}`)
  }
  console.log(`ours to socat: ${(rate('ours') / rate('socat')).toFixed(2)} of its datagrams a second`)
}
