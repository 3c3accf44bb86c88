import { mkdirSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { dnsmasqText } from '../../../main/system/eject/dnsmasq.ts'
import { namesPart } from '../../../main/system/migration/names.ts'
import { plantTree, type Tree } from './tree.ts'

/** What of an old dnsmasq may be taken out, so that a route of ours and the rest of the machine's names go on. */

const SYSTEM = '/etc/dnsmasq.d/macula.conf'
const MANAGED = '/etc/NetworkManager/dnsmasq.d/macula.conf'
const SWITCH = '/etc/NetworkManager/conf.d/dnsmasq.conf'

let tree: Tree
beforeEach(() => {
  tree = plantTree()
  for (const folder of ['/etc/dnsmasq.d', '/etc/NetworkManager/dnsmasq.d', '/etc/NetworkManager/conf.d'])
    mkdirSync(tree.at(folder), { recursive: true })
  tree.write(SWITCH, '[main]\ndns=dnsmasq\n')
  symlinkSync(SYSTEM, tree.at(MANAGED))
})
afterEach(() => tree.remove())

const part = () =>
  namesPart({
    suffix: 'macula.local',
    below: tree.root,
    isRead: () => Promise.resolve(true),
    ledger: async () => await tree.port.ledger(),
  })
const removed = async () =>
  (await part().plan()).flatMap(({ change }) =>
    (change?.verbs ?? []).flatMap((verb) => (verb.verb === 'remove' ? [verb.path] : [])),
  )

it.each([
  ['programs ask it', 'nameserver 127.0.0.1\n', [MANAGED, SYSTEM]],
  ['programs ask it at its older address', 'nameserver 127.0.1.1\n', [MANAGED, SYSTEM]],
  [
    'programs ask another one first',
    'nameserver 10.0.0.1\nnameserver 127.0.0.1\n',
    [MANAGED, SYSTEM, SWITCH],
  ],
  ['programs ask it by IPv6', 'nameserver ::1\n', [MANAGED, SYSTEM]],
  ['there is no resolv.conf', undefined, [MANAGED, SYSTEM, SWITCH]],
])('NetworkManager’s switch to dnsmasq, when %s', async (_, resolv, paths) => {
  tree.write(SYSTEM, 'no-hosts\naddress=/home.macula.local/127.0.0.2\n')
  if (resolv !== undefined) tree.write('/etc/resolv.conf', resolv)
  expect(await removed()).toEqual(paths)
})

it.each([
  'server=8.8.8.8',
  'server=192.168.1.1#53',
  'server=/#/9.9.9.9',
  'server=//1.1.1.1',
  'resolv-file=/etc/resolv.upstream',
  'listen-address=127.0.0.1',
  'dhcp-range=10.0.0.50,10.0.0.150,12h',
  'address=/printer.home/10.0.0.9',
])('a file that is for more than its names (%s) is told, and stays', async (line) => {
  tree.write(SYSTEM, `no-hosts\n${line}\naddress=/home.macula.local/127.0.0.2\n`)
  expect(await removed()).toEqual([])
  const [seen] = await part().detect()
  expect(seen?.costs).toContain(SYSTEM)
  expect(seen?.costs).toContain(line)
  expect(seen?.costs).toContain('by hand')
  expect(seen?.costs).not.toContain('no-hosts')
})

it('a server of one zone is no reason to keep it', async () => {
  tree.write(SYSTEM, 'address=/home.macula.local/127.0.0.2\nserver=/lab/172.20.0.10\n')
  expect(await removed()).toContain(SYSTEM)
})

it('the names that maculactl eject wrote are in use on purpose, by the link too', async () => {
  tree.write(
    SYSTEM,
    dnsmasqText({
      suffix: 'macula.local',
      zones: [],
      names: new Map([['home.macula.local', '127.0.0.2']]),
      powerdns: undefined,
    }),
  )
  expect(await removed()).toEqual([])
  expect(await part().detect()).toEqual([])
})
