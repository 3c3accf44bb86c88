import { execa } from 'execa'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import { wayTrouble, type WaySeen } from '../../../main/model/way.ts'

/** The kernel's own routing, in a network namespace of its own with a bridge as Docker makes it and a VPN beside it. */

const host = fileURLToPath(new URL('../../../main/system/host', import.meta.url))
const code = `
  import { ask } from ${JSON.stringify(join(host, 'ask.ts'))}
  import { wayTo } from ${JSON.stringify(join(host, 'way.ts'))}
  const probe = { path: '/', expect: [], headers: {} }
  const where = { address: '172.23.0.10', port: 80 }
  const direct = await ask({ scheme: 'http', ...where, host: 'x', probe, deadline: 400 })
  console.log(JSON.stringify({ direct, way: await wayTo('172.23.0.10', '172.23.0.1', process.env) }))
`
const machine = [
  'ip link set lo up',
  // A member makes a bridge carry; Docker's has its containers.
  'ip link add br0 type bridge',
  'ip link add one type veth peer name two',
  'ip link set one master br0',
  'ip link set one up',
  'ip link set two up',
  'ip address add 172.23.0.1/24 dev br0',
  'ip link set br0 up',
  'ip link add tun0 type bridge',
  'ip address add 10.8.0.2/24 dev tun0',
  'ip link set tun0 up',
].join(' && ')

async function on(changes: string): Promise<{ direct: AnswerSeen; way: WaySeen }> {
  const { stdout } = await execa('unshare', [
    '-n',
    'sh',
    '-c',
    `${machine} && ${changes} && exec "$1" --input-type=module -e "$2"`,
    'sh',
    process.execPath,
    code,
  ])
  return JSON.parse(stdout) as { direct: AnswerSeen; way: WaySeen }
}

test.each<readonly [string, string, WaySeen['kind'], RegExp]>([
  ['nothing else', 'true', 'right', /^$/],
  ['a VPN with all of 172.16/12, which is wider', 'ip route add 172.16.0.0/12 dev tun0', 'right', /^$/],
  [
    'a VPN with a part of our subnet',
    'ip route add 172.23.0.0/25 dev tun0',
    'elsewhere',
    /sends 172\.23\.0\.10 to tun0/,
  ],
  [
    'a VPN by a rule',
    'ip rule add to 172.16.0.0/12 lookup 51 && ip route add default dev tun0 table 51',
    'elsewhere',
    /sends 172\.23\.0\.10 to tun0.*table 51/,
  ],
  [
    'a route that prohibits',
    'ip route add prohibit 172.23.0.10/32',
    'elsewhere',
    /no way to 172\.23\.0\.10.*Permission denied/,
  ],
  [
    'a route that swallows',
    'ip route add blackhole 172.23.0.10/32',
    'elsewhere',
    /no way to 172\.23\.0\.10.*Invalid argument/,
  ],
  [
    'a route that says no',
    'ip route add unreachable 172.23.0.10/32',
    'elsewhere',
    /no way to 172\.23\.0\.10.*No route to host/,
  ],
  ['the bridge taken down', 'ip link set br0 down', 'elsewhere', /no way to 172\.23\.0\.10.*unreachable/],
])('%s', async (_, changes, kind, says) => {
  const { direct, way } = await on(changes)
  expect(way.kind).toBe(kind)
  if (kind === 'right') return
  // However the kernel refuses it, or loses it: the answer is told as lost, and by where it was sent.
  expect(wayTrouble(direct, way, '172.23.0.10')).toMatch(says)
})
