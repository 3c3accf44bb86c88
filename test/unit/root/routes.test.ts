import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Settings } from '../../../main/model/service.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { setupItems } from '../../../main/engine/run/setup.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { isMounted, mountOf, mountsOf } from '../../../main/system/setup/mounts.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { openMachine, type Machine } from '../../../main/system/setup/machine.ts'
import { hostSources, nameServers } from '../../../main/system/setup/name-service.ts'
import { openRoutes, openSteps } from '../../../main/system/setup/open-routes.ts'
import { KERNEL, plantTree, RESOLVED, type Tree } from './tree.ts'

const settings: Settings = {
  ...defaultSettings,
  suffix: 'macula.local',
  subnet: '172.23.0.0/24',
  project: 'macula',
  addresses: '127.0.0.0/24',
  dnsPort: 5354,
  dockerHost: '',
}
const names = new Map([
  ['s3.macula.local', '127.0.0.9'],
  ['grafana.macula.local', '127.0.0.4'],
])

let tree: Tree
let machine: Machine
let server: Server | undefined
beforeEach(() => {
  tree = plantTree()
  machine = {
    ...openMachine(tree.root),
    platform: 'linux',
    output: () => Promise.resolve('systemd 252 (252.39)\n'),
  }
})
afterEach(() => {
  server?.close()
  server = undefined
  tree.remove()
})

function route(id: string) {
  const found = openRoutes(machine).find((one) => one.id === id)
  if (!found) throw new Error(`no route ${id}`)
  return found
}

async function resolvedListens(): Promise<void> {
  mkdirSync(tree.at('/run/systemd/resolve'), { recursive: true })
  const listening = createServer()
  server = listening
  await new Promise<void>((resolve) => {
    listening.listen(tree.at('/run/systemd/resolve/io.systemd.Resolve'), resolve)
  })
}

describe('the routes', () => {
  const all = [
    'route-dns-delegate',
    'route-systemd-resolved',
    'route-networkmanager',
    'route-dnsmasq',
    'route-hosts',
  ]
  // NetworkManager and dnsmasq run, and programs ask them; what is in place of theirs counts only then.
  beforeEach(() => {
    const says: Readonly<Record<string, string>> = {
      nmcli: 'running\n',
      busctl: 's "dnsmasq"\n',
      systemctl: 'ActiveState=active\nMainPID=811\n',
    }
    mkdirSync(tree.at('/proc/811'))
    tree.write('/proc/811/cmdline', 'dnsmasq\0-7\0/etc/dnsmasq.d\0')
    tree.write('/etc/resolv.conf', 'nameserver 127.0.0.1\n')
    machine = {
      ...machine,
      output: (tool) => Promise.resolve(says[tool] ?? 'systemd 252 (252.39)\n'),
    }
  })

  it.each(all)('%s: planned, not there, applied, there, undone', async (id) => {
    const one = route(id)
    const input = { settings, names }
    const before = tree.picture()
    expect(await one.isInPlace(input)).toBe(false)
    expect(one.plan(input)).toEqual(one.plan({ settings, names: new Map([...names].toReversed()) }))
    expect((await tree.apply(one.plan(input))).kind).toBe('done')
    expect(await one.isInPlace(input)).toBe(true)
    expect(
      await one.isInPlace({
        settings: { ...settings, dnsPort: 5355 },
        names: new Map([...names].slice(1)),
      }),
    ).toBe(false)
    await tree.undo()
    expect(await one.isInPlace(input)).toBe(false)
    expect(tree.picture()).toEqual(before)
  })

  it.each(all)('%s: what is not there, or is as planned, does not differ', async (id) => {
    const one = route(id)
    expect(await one.differs?.({ settings, names })).toBeUndefined()
    await tree.apply(one.plan({ settings, names }))
    expect(await one.differs?.({ settings, names })).toBeUndefined()
  })

  it.each([
    [
      'edited',
      (text: string) => text.replace('127.0.0.4 g', '127.0.0.99 g'),
      'has a line that set-up does not write: line LINE, “127.0.0.99 grafana.macula.local”; it lacks the line “127.0.0.4 grafana.macula.local”.',
    ],
    [
      'with another line',
      (text: string) => text.replace('127.0.0.4 g', '127.0.0.8 old.macula.local\n127.0.0.4 g'),
      'has a line that set-up does not write: line LINE, “127.0.0.8 old.macula.local”.',
    ],
    [
      'without its lines',
      (text: string) => text.replaceAll(/^127.*macula.local\n/gm, ''),
      'lacks 2 lines, the first of them “127.0.0.4 grafana.macula.local”.',
    ],
    [
      'in another order',
      (text: string) => text.replace(/^(127.0.0.4 .*\n)(127.0.0.9 .*\n)/m, '$2$1'),
      'has its lines in another order, or some of them twice.',
    ],
  ])(
    'a hosts block %s is told by its lines, though no person needs to read the file',
    async (_, edit, says) => {
      const one = route('route-hosts')
      await tree.apply(one.plan({ settings, names }))
      const before = tree.read('/etc/hosts').split('\n')
      const line = before.findIndex((text) => text.startsWith('127.0.0.4 g')) + 1
      tree.write('/etc/hosts', edit(tree.read('/etc/hosts')))
      expect(await one.isInPlace({ settings, names })).toBe(false)
      expect(await one.differs?.({ settings, names })).toBe(
        `Macula’s block in /etc/hosts ${says.replace('LINE', String(line))}`,
      )
      expect((await one.detect()).says).toBe('Programs read /etc/hosts; a block of Macula is in it.')
    },
  )

  it('a drop-in with another port is told by its line; a file that is not ours is not', async () => {
    const one = route('route-systemd-resolved')
    await tree.apply(one.plan({ settings, names }))
    expect(await one.differs?.({ settings: { ...settings, dnsPort: 5355 }, names })).toBe(
      `Macula’s file ${RESOLVED} has a line that set-up does not write: line 3, “DNS=127.0.0.1:5354”; it lacks the line “DNS=127.0.0.1:5355”.`,
    )
    tree.write(RESOLVED, '[Resolve]\n')
    expect(await one.differs?.({ settings, names })).toBeUndefined()
  })

  const mount = (at: string, options: string): string =>
    `20 1 8:1 / / rw - ext4 /dev/a rw\n30 20 8:2 / ${at} ${options} - ext4 /dev/b rw\n`
  it.each([
    [
      'torn markers',
      (one: Tree) => one.write('/etc/hosts', 'x\n# BEGIN macula-desktop\r\n'),
      'The marker lines of Macula in /etc/hosts are torn (line 2): remove them by hand, then run maculactl setup.',
    ],
    [
      'a link',
      (one: Tree) => {
        renameSync(one.at('/etc/hosts'), one.at('/etc/real'))
        symlinkSync('real', one.at('/etc/hosts'))
      },
      '/etc/hosts is a link, made by another program; Macula leaves it alone.',
    ],
    [
      'a bind mount',
      (one: Tree) => one.write('/proc/self/mountinfo', mount('/etc/hosts', 'rw')),
      '/etc/hosts is mounted from elsewhere (containers and mount --bind do that); it can only be changed where it comes from.',
    ],
    [
      'a read-only /etc',
      (one: Tree) => one.write('/proc/self/mountinfo', mount('/etc', 'ro,relatime')),
      '/etc/hosts is on a read-only disk (/etc); it is written again once that is mounted for writing.',
    ],
    [
      'a disk that became read-only',
      (one: Tree) =>
        one.write('/proc/self/mountinfo', '20 1 8:1 / / rw - ext4 /dev/a ro,errors=remount-ro\n'),
      '/etc/hosts is on a read-only disk (/); it is written again once that is mounted for writing.',
    ],
    [
      'chattr +i',
      (one: Tree) => one.write('/immutable', ''),
      '/etc/hosts is protected from every change (lsattr shows an i); sudo chattr -i /etc/hosts takes that away.',
    ],
  ])('a hosts file with %s: set-up says so, and never that everything is in place', async (_, make, says) => {
    mkdirSync(tree.at('/proc/self'), { recursive: true })
    make(tree)
    const given: Machine = {
      ...machine,
      output: (tool) =>
        Promise.resolve(
          tool === 'lsattr'
            ? `----${tree.has('/immutable') ? 'i' : '-'}---------e------- /etc/hosts\n`
            : undefined,
        ),
    }
    const routes = openRoutes(given)
    expect(await routes.find(({ id }) => id === 'route-hosts')?.detect()).toEqual({ fits: false, says })
    const catalog: Catalog = {
      services: [service('web', { address: '127.0.0.4', endpoints: [endpoint()] })],
      forwards: [],
      problems: [],
    }
    const items = await setupItems({ routes, steps: [] } as unknown as Adapters, settings, catalog)
    expect(items).toMatchObject([
      {
        state: 'blocked',
        change: { verbs: [], commands: [] },
        says: expect.stringContaining(says) as unknown,
      },
    ])
  })

  it('a mount that lies beside or is hidden by a later one does not count', () => {
    const two = mountsOf(`${mount('/etc/hostsx', 'ro')}31 20 8:3 / /a\\040b ro - tmpfs t rw\n`)
    expect(isMounted(two, '/etc/hosts')).toBe(false)
    expect(mountOf(two, '/etc/hosts')).toEqual({ at: '/', isReadOnly: false })
    expect(mountOf(two, '/a b/c')).toEqual({ at: '/a b', isReadOnly: true })
    expect(mountOf(mountsOf(mount('/', 'ro')), '/etc')?.isReadOnly).toBe(true)
    expect(mountsOf(undefined)).toEqual([])
  })

  it('fault 1, 5: hostile names, suffixes and ports are refused before any text is made', () => {
    const bad = [
      '../../etc/cron.d/x',
      'a/b',
      '.',
      'local',
      'a.b\nx',
      'a..b',
      '*.a.b',
      'A.b',
      '-a.b',
      'a.b ',
      'a#.b',
      '',
    ]
    for (const suffix of bad)
      for (const id of all.slice(0, 4))
        expect(() => route(id).plan({ settings: { ...settings, suffix }, names }), suffix).toThrow()
    for (const dnsPort of [0, -1, 65_536, 80.5, Number.NaN])
      for (const id of all.slice(0, 4))
        expect(() => route(id).plan({ settings: { ...settings, dnsPort }, names })).toThrow()
    for (const name of [...bad.filter((one) => one !== 'local'), 'x'])
      expect(
        () => route('route-hosts').plan({ settings, names: new Map([[name, '127.0.0.4']]) }),
        name,
      ).toThrow()
    for (const address of ['10.0.0.1', '127.1', '127.0.0.4\n', '::1', '0x7f.1'])
      expect(
        () => route('route-hosts').plan({ settings, names: new Map([['a.b', address]]) }),
        address,
      ).toThrow()
    expect(() => route('route-hosts').plan({ settings, names: new Map() })).toThrow()
  })

  it('systemd-resolved: fault 23: fits only where it runs and is what programs ask', async () => {
    const one = route('route-systemd-resolved')
    tree.write('/etc/nsswitch.conf', 'hosts: files mdns4_minimal [NOTFOUND=return] dns\n')
    tree.write('/etc/resolv.conf', 'nameserver 127.0.0.53\noptions edns0\n')
    expect(await one.detect()).toMatchObject({ fits: false, says: expect.stringContaining('does not run') })
    await resolvedListens()
    expect(await one.detect()).toMatchObject({ fits: true })
    tree.write('/etc/resolv.conf', 'nameserver 192.168.1.1\n')
    expect(await one.detect()).toMatchObject({
      fits: false,
      says: expect.stringContaining('does not point to it'),
    })
    tree.write('/etc/nsswitch.conf', 'hosts: files resolve [!UNAVAIL=return] dns # x\n')
    expect(await one.detect()).toMatchObject({ fits: true })
    machine = { ...machine, output: () => Promise.resolve('systemd 239 (239-78.el8)\n') }
    expect(await route('route-systemd-resolved').detect()).toMatchObject({ fits: false })
    machine = { ...machine, platform: 'darwin' }
    expect(await route('route-systemd-resolved').detect()).toMatchObject({ fits: false })
  })

  it('systemd-resolved: a file of somebody else at our path is told beforehand', async () => {
    await resolvedListens()
    tree.write('/etc/nsswitch.conf', 'hosts: files resolve\n')
    mkdirSync(tree.at('/etc/systemd/resolved.conf.d'))
    tree.write(RESOLVED, '[Resolve]\nDNS=10.0.0.53\n')
    expect((await route('route-systemd-resolved').detect()).says).toContain('not Macula')
    await tree.apply(route('route-systemd-resolved').plan({ settings, names }))
    expect((await route('route-systemd-resolved').detect()).says).not.toContain('not Macula')
  })

  it('hosts file: fits a plain file that programs read', async () => {
    const one = route('route-hosts')
    expect(await one.detect()).toMatchObject({ fits: true })
    tree.write('/etc/nsswitch.conf', 'hosts: dns\n')
    expect(await one.detect()).toMatchObject({ fits: false })
    tree.write('/etc/nsswitch.conf', 'hosts: files dns\n')
    tree.write('/etc/hosts', '# END macula-desktop\n')
    expect(await one.detect()).toMatchObject({ fits: false, says: expect.stringContaining('torn') })
    const linked: Machine = { ...machine, link: () => Promise.resolve('/nix/store/x') }
    machine = linked
    expect(await route('route-hosts').detect()).toMatchObject({
      fits: false,
      says: expect.stringContaining('link'),
    })
  })
})

describe('the steps', () => {
  const step = (id: string) =>
    openSteps(machine)
      .find((one) => one.id === id)
      ?.plan()

  it('low ports: to do at 1024, in place from 80 down, never on a Mac', async () => {
    expect(await step('low-ports')).toMatchObject({
      inPlace: false,
      says: 'net.ipv4.ip_unprivileged_port_start is 1024',
      change: { price: 'Also means: any program you run may listen on ports from 80.' },
    })
    const plan = await step('low-ports')
    expect((await tree.apply(...(plan ? [plan.change] : []))).kind).toBe('done')
    expect(await step('low-ports')).toMatchObject({ inPlace: true })
    tree.write(KERNEL, '0\n')
    expect(await step('low-ports')).toMatchObject({ inPlace: true })
    machine = { ...machine, platform: 'darwin' }
    expect(await step('low-ports')).toBeUndefined()
  })

  it.each([
    [['apt-get'], ['dnsmasq-base', 'socat'], false],
    [['apt-get', 'dnsmasq'], ['socat'], false],
    [['pacman', 'socat'], ['dnsmasq'], false],
    [['apt-get', 'dnsmasq', 'socat'], ['dnsmasq-base', 'socat'], true],
  ])('tools: with %j it is about %j', async (there, packages, inPlace) => {
    const tool = (name: string): Promise<string | undefined> =>
      Promise.resolve(there.includes(name) ? `/usr/bin/${name}` : undefined)
    machine = { ...machine, tool }
    expect(await step('tools')).toMatchObject({ inPlace, change: { verbs: [{ names: packages }] } })
  })

  it('tools: nothing is offered where no package manager is known', async () => {
    machine = { ...machine, tool: () => Promise.resolve(undefined) }
    expect(await step('tools')).toBeUndefined()
  })
})

it('reads how names are looked up', () => {
  expect(hostSources('passwd: x\n hosts : files  mdns4_minimal [NOTFOUND=return] dns # y\n')).toEqual([
    'files',
    'mdns4_minimal',
    'dns',
  ])
  expect(hostSources(undefined)).toEqual(['dns', 'files'])
  expect(nameServers('# nameserver 1.1.1.1\nnameserver 127.0.0.53\n  nameserver\t::1\nsearch x\n')).toEqual([
    '127.0.0.53',
    '::1',
  ])
})

it('sees a link where a file should be', async () => {
  symlinkSync('/nowhere', tree.at('/etc/linked'))
  expect(await openMachine(tree.root).link('/etc/linked')).toBe('/nowhere')
  expect(await openMachine(tree.root).link('/etc/hosts')).toBeUndefined()
})
