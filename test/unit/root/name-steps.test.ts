import { mkdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { namesPart } from '../../../main/system/migration/names.ts'
import { foreignLines } from '../../../main/system/setup/hosts-lines.ts'
import { openMachine, type Machine } from '../../../main/system/setup/machine.ts'
import { openNameSteps, openRoutes } from '../../../main/system/setup/open-routes.ts'
import { KERNEL, plantTree, results, SYSCTL, type Tree } from './tree.ts'

/** Steps of set-up that make names lead here and nowhere else, with root's own program. */

const names = new Map([
  ['grafana.macula.local', '127.0.0.4'],
  ['s3.macula.local', '127.0.0.9'],
])
let tree: Tree
let machine: Machine
beforeEach(() => {
  tree = plantTree()
  machine = { ...openMachine(tree.root), platform: 'linux' }
})
afterEach(() => tree.remove())

const step = (id: string, dns53 = false) => {
  const old = namesPart({
    suffix: 'macula.local',
    below: tree.root,
    isRead: () => Promise.resolve(true),
    ledger: async () => await tree.port.ledger(),
  })
  const found = openNameSteps({ dns53 }, old, machine).find((one) => one.id === id)
  if (!found) throw new Error(id)
  return found
}

describe('lines of the hosts file', () => {
  it('those that lead names of ours elsewhere go, whatever stands around them, and come back', async () => {
    tree.write('/etc/hosts', '127.0.0.1 grafana.macula.local\n10.0.0.1\tnas s3.macula.local # box')
    const hosts = openRoutes(machine).find(({ id }) => id === 'route-hosts')
    if (!hosts) throw new Error('no route')
    await tree.apply(hosts.plan({ settings: defaultSettings, names }))
    tree.write(
      '/etc/hosts',
      `${tree.read('/etc/hosts')}::1 GRAFANA.macula.local\n127.0.0.9 s3.macula.local\n`,
    )
    const before = tree.picture()
    const plan = await step('hosts-lines').plan({ names })
    expect(plan?.inPlace).toBe(false)
    expect(plan?.change.title).toBe('Take names of Macula out of 3 lines of /etc/hosts')
    expect(plan?.says).toMatch(
      /^\/etc\/hosts:1 says “127\.0\.0\.1 grafana\.macula\.local”; \/etc\/hosts:2 says /,
    )
    if (!plan) throw new Error('no plan')
    expect((await tree.apply(plan.change)).kind).toBe('done')
    // What leads where we would is left alone, and so is our block.
    expect(tree.read('/etc/hosts')).toMatch(
      /^10\.0\.0\.1\tnas # box\n# BEGIN[^]*127\.0\.0\.4 grafana[^]*# END macula-desktop\n127\.0\.0\.9 s3\.macula\.local\n$/,
    )
    expect(await step('hosts-lines').plan({ names })).toBeUndefined()
    const mine = (await tree.port.ledger())
      .filter(({ change }) => change === 'hosts-lines')
      .map(({ id }) => id)
    await tree.undo(mine)
    expect(tree.picture()).toEqual(before)
  })

  it.each<readonly [string, string, string]>([
    [
      'two of ours on one line, of which one leads here',
      '127.0.0.4 grafana.macula.local s3.macula.local',
      '127.0.0.4 grafana.macula.local',
    ],
    ['only ours', '10.0.0.1 s3.macula.local grafana.macula.local', ''],
  ])('%s', (_, text, stays) => {
    expect(foreignLines(`${text}\n`, names)).toMatchObject([{ line: 1, text, stays }])
  })

  it('a person’s own names under the suffix, comments and other files are none of it', async () => {
    tree.write('/etc/hosts', '127.0.0.1 mine.macula.local\n# 127.0.0.1 grafana.macula.local\n')
    expect(await step('hosts-lines').plan({ names })).toBeUndefined()
    expect(await step('hosts-lines').plan()).toBeUndefined()
  })
})

describe('names that wait', () => {
  it('are those that the block lacks or has elsewhere, until it is written', async () => {
    const hosts = openRoutes(machine).find(({ id }) => id === 'route-hosts')
    if (!hosts) throw new Error('no route')
    const more = new Map([...names, ['shop.macula.local', '127.0.0.2'], ['s3.macula.local', '127.0.0.8']])
    const waits = async () => await hosts.waits?.({ settings: defaultSettings, names: more })
    expect(await waits()).toBeUndefined()
    await tree.apply(hosts.plan({ settings: defaultSettings, names }))
    expect(await waits()).toEqual(['s3.macula.local', 'shop.macula.local'])
    await tree.apply(hosts.plan({ settings: defaultSettings, names: more }))
    expect(await waits()).toEqual([])
  })
})

it('names that were written stay right while what they belong to is away', async () => {
  const hosts = openRoutes(machine).find(({ id }) => id === 'route-hosts')
  if (!hosts) throw new Error('no route')
  const more = new Map([...names, ['shop.macula.local', '127.0.0.2']])
  await tree.apply(hosts.plan({ settings: defaultSettings, names: more }))
  const is = async (all: ReadonlyMap<string, string>, loose: boolean) =>
    await hosts.isInPlace({ settings: defaultSettings, names: all, loose })
  expect(await is(names, true)).toBe(true)
  expect(await is(names, false)).toBe(false)
  expect(await is(new Map([...more, ['new.macula.local', '127.0.0.2']]), true)).toBe(false)
  expect(await is(new Map([...names, ['shop.macula.local', '127.0.0.3']]), true)).toBe(false)
})

it('files of dnsmasq that lead names elsewhere are a step of set-up too', async () => {
  expect(await step('before-dnsmasq').plan()).toBeUndefined()
  mkdirSync(tree.at('/etc/dnsmasq.d'), { recursive: true })
  tree.write(
    '/etc/dnsmasq.d/macula.conf',
    'no-hosts\naddress=/home.macula.local/127.0.0.1\nserver=/lab/172.20.0.10\n',
  )
  const before = tree.picture()
  const plan = await step('before-dnsmasq').plan()
  expect(plan).toMatchObject({
    inPlace: false,
    says: '/etc/dnsmasq.d/macula.conf: 1 name',
    change: { id: 'before-dnsmasq', price: expect.stringContaining('"zones"') as unknown },
  })
  if (!plan) throw new Error('no plan')
  const [first] = plan.change.verbs
  if (!first) throw new Error('no verb')
  expect(results(await tree.apply({ ...plan.change, verbs: [first] }))).toEqual([
    '/etc/dnsmasq.d/macula.conf done',
  ])
  expect(await step('before-dnsmasq').plan()).toBeUndefined()
  await tree.undo()
  expect(tree.picture()).toEqual(before)
})

describe('port 53', () => {
  it('is no step where nobody wished it', async () => {
    expect(await step('port-53').plan()).toBeUndefined()
  })
  it('after port 80 was allowed it goes further, and an undo goes back to that', async () => {
    tree.write(KERNEL, '80\n')
    const before = tree.picture()
    const plan = await step('port-53', true).plan()
    expect(plan).toMatchObject({ inPlace: false, says: 'net.ipv4.ip_unprivileged_port_start is 80' })
    expect(plan?.change.price).toContain('any program you run may listen on ports from 53')
    if (!plan) throw new Error('no plan')
    expect((await tree.apply(plan.change)).kind).toBe('done')
    expect(tree.read(KERNEL)).toBe('53\n')
    expect(tree.read(SYSCTL)).toContain('ip_unprivileged_port_start = 53')
    expect((await step('port-53', true).plan())?.inPlace).toBe(true)
    await tree.undo()
    expect(tree.picture()).toEqual(before)
  })
})
