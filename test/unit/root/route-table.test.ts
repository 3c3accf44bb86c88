import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { EJECTED_NAMES } from '../../../main/model/before/names.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { setupItems } from '../../../main/engine/run/setup.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { dnsmasqReads, takesIn } from '../../../main/system/setup/dnsmasq-files.ts'
import { openRoutes } from '../../../main/system/setup/open-routes.ts'
import { seeRoute } from '../../../main/engine/doctor/checks/route.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { machineOf, machines, type Given } from './machines.ts'

/** Which route a machine takes, over what its own files and programs say. Nothing here is real but the decision. */

const catalog: Catalog = {
  services: [service('web', { address: '127.0.0.4', endpoints: [endpoint({ name: 'web' })] })],
  forwards: [],
  problems: [],
}
const docs = readFileSync(new URL('../../../docs/routes.md', import.meta.url), 'utf8')

describe.each(machines.map((given) => [given.title, given] as const))('%s', (title, given) => {
  const routes = openRoutes(machineOf(given))

  it(`takes ${given.takes ?? 'none'}`, async () => {
    const [item] = await setupItems({ routes, steps: [] } as unknown as Adapters, defaultSettings, catalog)
    if (given.takes === null) expect(item).toMatchObject({ state: 'blocked', change: { verbs: [] } })
    else expect(item).toMatchObject({ state: 'to do', change: { id: given.takes } })
    if (given.takes === null) expect(item?.says).toContain(given.says)
    else expect(item?.says).toBe(given.says)
  })

  const { not } = given
  // Rows that say nothing of other routes have nothing to be asked here.
  if (not)
    it('tells why not another', async () => {
      const seen: Record<string, string> = {}
      for (const route of routes) {
        const fit = await route.detect()
        if (!fit.fits && not[route.id] !== undefined) seen[route.id] = fit.says
      }
      expect(seen).toEqual(not)
    })

  it('stands in docs/routes.md', () => {
    const names = new Map(routes.map((route) => [route.id, route.title]))
    expect(docs).toMatch(
      new RegExp(
        `^\\| ${escape(title)} +\\| ${escape(given.takes === null ? 'none' : (names.get(given.takes) ?? ''))} +\\|`,
        'm',
      ),
    )
  })
})

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

test('the table has at least twenty machines, and each route is taken by one', () => {
  expect(machines.length).toBeGreaterThanOrEqual(20)
  const taken = new Set(machines.map(({ takes }) => takes))
  expect([...taken].filter((id) => id !== null).toSorted()).toEqual(
    openRoutes(machineOf(machines[0] as Given))
      .map(({ id }) => id)
      .toSorted(),
  )
  expect(docs.match(/^\| /gm)?.length).toBeLessThan(machines.length + 20)
})

test('routes come best first', () => {
  expect(openRoutes(machineOf(machines[0] as Given)).map(({ id }) => id)).toEqual([
    'route-dns-delegate',
    'route-systemd-resolved',
    'route-networkmanager',
    'route-dnsmasq',
    'route-hosts',
  ])
})

const laptop: Given = {
  title: 'x',
  hosts: 'files dns',
  servers: ['127.0.0.1'],
  networkManager: 'dnsmasq',
  takes: 'route-networkmanager',
  says: '',
}
const OURS =
  '# Written by Macula Desktop; "maculactl undo" takes it away.\nserver=/macula.local/127.0.0.1#5354\n'
const NM = '/etc/NetworkManager/dnsmasq.d/macula-desktop.conf'
const input = { settings: defaultSettings, names: new Map([['web.macula.local', '127.0.0.4']]) }

async function inPlace(given: Given): Promise<string | undefined> {
  for (const route of openRoutes(machineOf(given))) if (await route.isInPlace(input)) return route.id
  return undefined
}

describe('what is in place', () => {
  it('is a file that is read', async () => {
    expect(await inPlace({ ...laptop, files: { [NM]: OURS } })).toBe('route-networkmanager')
    expect(await inPlace({ ...laptop, files: { [NM]: OURS.replace('5354', '5355') } })).toBeUndefined()
  })

  it('is not a file that nothing reads any more', async () => {
    const without = { ...laptop, networkManager: 'default', servers: ['192.168.1.1'] }
    expect(await inPlace({ ...without, files: { [NM]: OURS } })).toBeUndefined()
    expect(
      await inPlace({ ...without, files: { '/etc/dnsmasq.d/macula-desktop.conf': OURS } }),
    ).toBeUndefined()
  })

  it('stays where a better route fits, and is told with what goes before it', async () => {
    const given: Given = {
      ...laptop,
      files: {
        [NM]: OURS,
        '/etc/NetworkManager/dnsmasq.d/macula.conf': 'address=/web.macula.local/127.0.0.2\n',
      },
    }
    const routes = openRoutes(machineOf(given))
    const [item] = await setupItems({ routes, steps: [] } as unknown as Adapters, defaultSettings, catalog)
    expect(item).toMatchObject({ state: 'in place', change: { id: 'route-networkmanager' } })
    const before =
      'Names under macula.local are answered by /etc/NetworkManager/dnsmasq.d/macula.conf (1 name) itself, and that takes precedence over Macula: maculactl migrate takes the platform’s own files out.'
    expect(item?.says).toBe(`NetworkManager’s dnsmasq is set up for our names. ${before}`)
    expect((await seeRoute(routes, input)).finding).toMatchObject({ result: 'warning', why: before })
    const ejected = `${EJECTED_NAMES}\naddress=/web.macula.local/127.0.0.2\n`
    const files = { ...given.files, '/etc/NetworkManager/dnsmasq.d/macula.conf': ejected }
    expect((await seeRoute(openRoutes(machineOf({ ...given, files })), input)).finding).toMatchObject({
      why: expect.stringContaining('setup-dnsmasq.sh --undo takes out') as unknown,
    })
    const clean = openRoutes(machineOf({ ...laptop, files: { [NM]: OURS } }))
    expect((await seeRoute(clean, input)).finding).toMatchObject({ result: 'ok' })
  })
})

describe('further zones', () => {
  const settings = { ...defaultSettings, zones: ['lab', 'beam.lab'] }
  const contents = (id: string): string => {
    const route = openRoutes(machineOf(laptop)).find((one) => one.id === id)
    const verb = route?.plan({ ...input, settings }).verbs[0]
    return verb?.verb === 'file' ? verb.content : ''
  }

  it.each([
    ['route-dns-delegate', 'Domains=~macula.local ~lab ~beam.lab\n'],
    ['route-systemd-resolved', 'Domains=~macula.local ~lab ~beam.lab\n'],
    ['route-networkmanager', 'server=/macula.local/lab/beam.lab/127.0.0.1#5354\n'],
    ['route-dnsmasq', 'server=/macula.local/lab/beam.lab/127.0.0.1#5354\n'],
  ])('%s leads them too', (id, line) => expect(contents(id)).toContain(line))

  it('cannot be listed in a hosts file, which is told', () => {
    const hosts = openRoutes(machineOf(laptop)).find((one) => one.id === 'route-hosts')
    expect(hosts?.plan({ ...input, settings }).price).toContain(
      'Names of the zones lab and beam.lab cannot be listed: they stay unknown to this machine.',
    )
    expect(hosts?.plan(input).price).not.toContain('zone')
  })

  it.each(['local', 'com', 'de', '1.2', 'a b', ''])('%j is refused', (zone) => {
    const route = openRoutes(machineOf(laptop)).find((one) => one.id === 'route-dnsmasq')
    expect(() => route?.plan({ ...input, settings: { ...settings, zones: [zone] } })).toThrow(
      'cannot be set up',
    )
  })
})

describe('what a dnsmasq reads', () => {
  const reads = async (argv: readonly string[], files: Readonly<Record<string, string>> = {}) =>
    await dnsmasqReads(machineOf({ ...laptop, files }), argv)

  it.each<readonly [string, readonly string[], Readonly<Record<string, string>>, unknown]>([
    ['nothing', [], {}, { files: ['/etc/dnsmasq.conf'], folders: [], answers: true }],
    ['-7 in one word', ['-7/etc/x'], {}, { folders: [{ path: '/etc/x', patterns: [] }] }],
    [
      '--conf-dir',
      ['--conf-dir=/etc/x/,*.conf'],
      {},
      { folders: [{ path: '/etc/x', patterns: ['*.conf'] }] },
    ],
    ['-C', ['-C', '/a'], { '/a': 'port=0\n' }, { files: ['/a'], answers: false }],
    ['a comment', [], { '/etc/dnsmasq.conf': '#port=0\nport=53 # x\n' }, { answers: true }],
    [
      'files that name each other',
      [],
      { '/etc/dnsmasq.conf': 'conf-file=/b\n', '/b': 'conf-file=/etc/dnsmasq.conf\n' },
      { files: ['/etc/dnsmasq.conf', '/b'] },
    ],
  ])('%s', async (_, argv, files, expected) =>
    expect(await reads(argv, files)).toMatchObject(expected as object),
  )

  it.each([
    ['x.conf', [], true],
    ['.x.conf', [], false],
    ['x.conf~', [], false],
    ['#x#', [], false],
    ['x.conf', ['*.conf'], true],
    ['x.dns', ['*.conf'], false],
    ['x.rpmnew', ['.rpmnew'], false],
    ['x.conf', ['.rpmnew'], true],
  ])('%s with %j: %s', (name, patterns, taken) => expect(takesIn({ path: '/x', patterns }, name)).toBe(taken))
})
