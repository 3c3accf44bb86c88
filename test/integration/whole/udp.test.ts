import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  as,
  docker,
  done,
  fresh,
  home,
  maculactl,
  run,
  serviceOf,
  status,
  until,
  user,
  type Status,
} from '../support/actor.ts'

/** A service of the person's own that speaks QUIC (by a real library) and answers plain UDP, from `up` to `down`. */

const build = join(dirname(fileURLToPath(import.meta.url)), '../../images/quic-peer/build.sh')
const IMAGE = 'macula-test/quic-peer'
const folder = join(home, '.config/macula-desktop/services/mesh')
const fragment = `services:
  mesh:
    image: ${IMAGE}
    command: [serve, '0.0.0.0:4433', '0.0.0.0:9999']
    networks: { macula: {} }
    stop_grace_period: 1s
    x-macula:
      tier: tools
      title: The mesh
      purpose: A test
      endpoints:
        - { id: quic, name: mesh, scheme: quic, target: 4433, listen: 4433 }
        - { id: echo, scheme: udp, target: 9999, listen: 9999 }
      env: { MESH_URL: '{url:quic}' }
networks: { macula: { name: '\${MACULA_NETWORK:-macula}', external: true } }
`
let peer: string
let address: string
let holder: ChildProcess | undefined

beforeAll(async () => {
  await fresh()
  const built = await run(build, [IMAGE])
  expect(built).toMatchObject({ code: 0 })
  peer = built.out.trim()
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'compose.yaml'), fragment)
  await run('chown', ['-R', user, join(home, '.config')])
})
afterEach(() => {
  holder?.kill('SIGKILL')
  holder = undefined
})
afterAll(async () => {
  await fresh()
  await docker('rmi', IMAGE)
})

const mesh = (seen: Status): Status['services'][number] => serviceOf(seen, 'mesh')
const says = (seen: Status, rung: string): string =>
  mesh(seen).ladder.find(({ id }) => id === rung)?.says ?? ''

/** Whether a program of this machine has a port of UDP at the service's address, by the kernel's table. */
async function isHeld(port: number): Promise<boolean> {
  const [one = 0, two = 0, three = 0, four = 0] = address.split('.').map(Number)
  const hex = (value: number, size: number): string => value.toString(16).toUpperCase().padStart(size, '0')
  const at = `${[four, three, two, one].map((part) => hex(part, 2)).join('')}:${hex(port, 4)}`
  return (await readFile('/proc/net/udp', 'utf8')).includes(` ${at} `)
}

/** What the echo gives back; sent again until it does. */
async function echoed(text: string): Promise<string> {
  const client = createSocket('udp4')
  const send = (): void => client.send(text, 9999, address)
  const again = setInterval(send, 200)
  try {
    return await new Promise((resolve, reject) => {
      client.on('error', reject)
      client.on('message', (data: Buffer) => resolve(data.toString()))
      send()
    })
  } finally {
    clearInterval(again)
    client.close()
  }
}

test('up leads there, status says what answered, and a real client comes through', async () => {
  await done(['up', 'mesh'])
  const seen = await until((look) => ['works', 'degraded'].includes(mesh(look).state))
  address = (mesh(seen).address ?? '').split(':')[0] ?? ''
  // Without set-up nothing but the name is missing.
  expect(mesh(seen)).toMatchObject({ address: `${address}:4433/udp` })
  const [quic, echo] = mesh(seen).endpoints
  const rung = (endpoint: typeof quic, id: string): string =>
    endpoint?.ladder.find((one) => one.id === id)?.says ?? ''
  expect(rung(quic, 'service')).toMatch(
    new RegExp(`^QUIC answers, versions? 1( and 2)? through ${address}:4433/udp$`),
  )
  expect(rung(echo, 'service')).toMatch(
    /^(not refused \(UDP shows no more\)|a datagram is answered) through .*:9999\/udp$/,
  )
  expect(says(seen, 'forwarder')).toMatch(
    new RegExp(`^${address}:4433/udp is ours: macula-forward, pid \\d+$`),
  )
  const asked = await run(peer, ['ask', `${address}:4433`, '500000'])
  expect(asked.out).toMatch(/^500000 bytes there and back/)
  console.log(`through maculactl's forwarder, to a container: ${asked.out}`)
  expect(await echoed('hello')).toBe('hello')
  const env = await done(['env', 'mesh'])
  expect(env).toContain(`MESH_URL=`)
  expect(env).toMatch(/https:\/\/[\w.]+:4433/)
})

test('its forwarder is killed: the row says it, and up puts it back', async () => {
  const pid = /pid (\d+)/.exec(says(await status(), 'forwarder'))?.[1] ?? ''
  process.kill(Number(pid), 'SIGKILL')
  const seen = await until((look) => says(look, 'forwarder').startsWith('nothing listens'))
  expect(says(seen, 'forwarder')).toContain(`nothing listens on ${address}:4433/udp`)
  expect(mesh(seen).reason).toMatch(/4433\/udp|name/)
  await done(['up'])
  expect((await run(peer, ['ask', `${address}:4433`, '1000'])).out).toContain('1000 bytes')
})

test('its container is restarted: clients reach it again', async () => {
  expect(await docker('restart', '-t', '1', 'macula-mesh-1')).toMatchObject({ code: 0 })
  await done(['up'])
  expect((await run(peer, ['ask', `${address}:4433`, '1000'])).out).toContain('1000 bytes')
})

test('down ends its forwarders; who takes its port then is named by status and doctor', async () => {
  expect(await Promise.all([4433, 9999].map(isHeld))).toEqual([true, true])
  await done(['down', 'mesh'])
  expect(await Promise.all([4433, 9999].map(isHeld))).toEqual([false, false])
  const script =
    'import socket, sys, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((sys.argv[1], 4433)); print(flush=True); time.sleep(300)'
  // Whose program it is only its own user is told.
  const [program = '', ...args] = as(user, ['python3', '-c', script, address])
  holder = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => holder?.stdout?.once('data', resolve))
  const up = await maculactl(['up', 'mesh'])
  expect(`${up.out}${up.err}`).toMatch(new RegExp(`${address}:4433/udp is held by python3`))
  const seen = await until((look) => says(look, 'forwarder').includes('is held by'))
  expect(says(seen, 'forwarder')).toContain(`${address}:4433/udp is held by python3`)
  expect((await maculactl(['doctor'])).out).toContain('4433/udp')
})
