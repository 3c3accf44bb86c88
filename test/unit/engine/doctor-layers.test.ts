import { describe, expect, test } from 'vitest'
import type { CheckInput } from '../../../main/engine/doctor/check.ts'
import { limits } from '../../../main/engine/doctor/checks/limits.ts'
import { names } from '../../../main/engine/doctor/checks/names.ts'
import { network } from '../../../main/engine/doctor/checks/network.ts'
import { tools } from '../../../main/engine/doctor/checks/tools.ts'
import { namesOf } from '../../../main/model/listeners.ts'
import type { NameSeen } from '../../../main/model/observation.ts'
import type { WaySeen } from '../../../main/model/way.ts'
import type { NameServerSeen } from '../../../main/model/world.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { catalog } from '../cli/fixture.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

/** The doctor names the layer: what it found, in which file or on which way, and whose it is. */

interface Machine {
  readonly server?: NameServerSeen
  readonly name?: NameSeen
  readonly way?: WaySeen
  readonly most?: number
  readonly compose?: string
}

function input({ server, name, way, most = 1024, compose }: Machine): CheckInput {
  const adapters = {
    nameServer: {
      seen: async () =>
        await Promise.resolve(server ?? { kind: 'runs', pid: 7, port: 5354, names: new Map() }),
    },
    routes: [],
    steps: [],
    docker: { network: async () => await Promise.resolve({ kind: 'ours', subnet: '172.23.0.0/24' }) },
    stack: { composeVersion: async () => await Promise.resolve(compose) },
    host: {
      lookup: async () => await Promise.resolve(name ?? { kind: 'none', code: 'ENOTFOUND', ms: 1 }),
      nameLines: async (asked: string) =>
        await Promise.resolve([{ file: '/etc/hosts', line: 3, text: `127.0.0.9 ${asked}` }]),
      wayTo: async () => await Promise.resolve(way ?? { kind: 'right', device: 'br-1' }),
      openFiles: async () => await Promise.resolve({ open: 30, most }),
      tool: async (tool: string) => await Promise.resolve(`/usr/bin/${tool}`),
    },
  }
  const snapshot = snapshotOf(greenWorld())
  return { adapters, settings: defaultSettings, catalog, snapshot, notes: [] } as unknown as CheckInput
}

describe('names', () => {
  test.each(['suspended', 'silent'] as const)(
    'a name server of ours that is %s is failed, and ours',
    async (hung) => {
      const found = await names.run(input({ server: { kind: 'hung', pid: 77, port: 5354, hung } }))
      expect(found[0]).toMatchObject({
        result: 'failed',
        what: 'Our name server does not answer.',
        why: expect.stringContaining('dnsmasq, pid 77') as unknown,
        fix: { action: { kind: 'forward' } },
      })
    },
  )

  test('another address that goes first is a finding with its line, though ours comes after it', async () => {
    const found = await names.run(
      input({ name: { kind: 'answer', addresses: ['127.0.0.9', '127.0.0.1'], ms: 1 } }),
    )
    expect(found.at(-1)).toMatchObject({
      result: 'warning',
      why: expect.stringMatching(
        /^It is 127\.0\.0\.9, 127\.0\.0\.1\. \/etc\/hosts:3 says “127\.0\.0\.9 /,
      ) as unknown,
      todo: expect.stringContaining('Take line 3 out of /etc/hosts') as unknown,
    })
  })
})

describe('names beside the catalog', () => {
  const listed = namesOf(catalog, defaultSettings.suffix)
  const right = async (name: string) =>
    await Promise.resolve({ kind: 'answer', addresses: [listed.get(name)], ms: 1 })
  const look = async (part: Partial<CheckInput>, machine: Machine = {}, routes: readonly object[] = []) => {
    const base = input(machine)
    const host = { ...base.adapters.host, lookup: right }
    return await names.run({
      ...base,
      ...part,
      adapters: { ...base.adapters, host, routes },
    } as unknown as CheckInput)
  }
  const empty = new Map<string, readonly string[]>()

  test('one that PowerDNS answers differently is told with both', async () => {
    const [name = '', address = ''] = [...listed][2] ?? []
    const found = await look({
      names: {
        route: { settings: defaultSettings, names: listed },
        records: empty,
        theirs: new Map([[name, ['10.1.1.1']]]),
      },
    })
    expect(found).toContainEqual(
      expect.objectContaining({
        result: 'warning',
        what: `${name} is ${address}, and PowerDNS says 10.1.1.1.`,
      }),
    )
    expect(
      await look({
        names: {
          route: { settings: defaultSettings, names: listed },
          records: empty,
          theirs: new Map([[name, [address]]]),
        },
      }),
    ).not.toContainEqual(
      expect.objectContaining({ what: expect.stringContaining('PowerDNS says') as unknown }),
    )
  })

  test('records of other machines are told where names are listed, and nowhere else', async () => {
    const route = (needsServer: boolean) => ({
      id: 'r',
      title: 'hosts file',
      needsServer,
      isInPlace: async () => await Promise.resolve(true),
      detect: async () => await Promise.resolve({ fits: true, says: '' }),
    })
    const records = new Map([
      ['beam00.lab', ['10.9.8.7']],
      ['shop.macula.local', ['127.0.0.2']],
    ])
    const part = { names: { route: { settings: defaultSettings, names: listed }, records, theirs: empty } }
    expect((await look(part, {}, [route(false)])).map(({ what }) => what)).toContain(
      '1 record of PowerDNS is not known to this machine: beam00.lab (10.9.8.7).',
    )
    expect((await look(part, {}, [route(true)])).some(({ what }) => what.includes('not known to'))).toBe(
      false,
    )
  })

  test('names that wait for the route that lists them are told, with its step', async () => {
    const route = {
      id: 'route-hosts',
      title: 'hosts file',
      needsServer: false,
      isInPlace: async () => await Promise.resolve(false),
      differs: async () => await Promise.resolve('It lacks a line.'),
      waits: async () => await Promise.resolve(['shop.macula.local']),
      detect: async () => await Promise.resolve({ fits: true, says: '' }),
    }
    expect(await look({}, {}, [route])).toContainEqual(
      expect.objectContaining({
        what: 'A name waits for set-up: shop.macula.local.',
        fix: expect.objectContaining({ action: { kind: 'setup', changes: ['route-hosts'] } }) as unknown,
      }),
    )
  })

  test.each([
    [{ port: 53, pid: 9 }, 'ok', 'It also answers on 127.0.0.1:53 (pid 9).', undefined],
    [{ port: 53, held: 'systemd-resolved has it.' }, 'warning', 'does not answer on 127.0.0.1:53', undefined],
    [{ port: 53 }, 'warning', 'does not answer on 127.0.0.1:53', 'port-53'],
  ])('port 53: %j', async (also, result, what, step) => {
    const server: NameServerSeen = { kind: 'runs', pid: 7, port: 5354, names: new Map(), also }
    const found = (await look({ settings: { ...defaultSettings, dns53: true } }, { server })).find((one) =>
      /:53(?!\d)/.test(one.what),
    )
    expect(found).toMatchObject({ result, what: expect.stringContaining(what) as unknown })
    expect(found?.fix?.action).toEqual(step === undefined ? undefined : { kind: 'setup', changes: [step] })
    expect((await look({}, { server })).some((one) => /:53(?!\d)/.test(one.what))).toBe(false)
  })
})

test.each([
  [1, /^(\S+) is not answered correctly; the other \d+ names are\.$/],
  [2, /^2 of \d+ names are not answered correctly, the first of them \S+\.$/],
  [0, /^\S+ is 127\.0\.0\.\d+, after 1 ms\.$/],
] as const)('of all names %i are wrong: the others are not called wrong with them', async (count, what) => {
  const part = input({})
  const wrong = new Set([...namesOf(catalog, defaultSettings.suffix).keys()].slice(3, 3 + count))
  const right = namesOf(catalog, defaultSettings.suffix)
  const lookup = async (name: string) =>
    await Promise.resolve({
      kind: 'answer',
      addresses: [wrong.has(name) ? '127.0.0.99' : right.get(name)],
      ms: 1,
    })
  const host = { ...part.adapters.host, lookup }
  const found = await names.run({ ...part, adapters: { ...part.adapters, host } } as unknown as CheckInput)
  const last = found.at(-1)
  expect(last?.result).toBe(count === 0 ? 'ok' : 'warning')
  expect(last?.what).toMatch(what)
  if (count > 0) expect(last?.what).toContain([...wrong][0])
})

describe('the Docker network', () => {
  test('ours, and the way there is right', async () => {
    expect(await network.run(input({}))).toMatchObject([{ result: 'ok' }])
  })

  test('ours, and routed elsewhere: failed, with where', async () => {
    const way: WaySeen = { kind: 'elsewhere', device: 'tun0', says: 'ip route get: 172.23.0.2 dev tun0' }
    expect(await network.run(input({ way }))).toMatchObject([
      {
        result: 'failed',
        what: 'Containers on 172.23.0.0/24 cannot be reached from this machine.',
        why: expect.stringContaining(
          'to tun0, not to the Docker network (ip route get: 172.23.0.2 dev tun0)',
        ) as unknown,
      },
    ])
  })
})

describe('open files', () => {
  test.each([
    [48, 'warning'],
    [1024, 'ok'],
  ])('%i are %s', async (most, result) => {
    expect(await limits.run(input({ most }))).toMatchObject([{ result }])
  })

  test.each([
    [48, 'unknown', 'Docker Compose could not be asked.'],
    [1024, 'failed', 'Docker Compose is not installed.'],
  ])('with %i a Compose that says nothing is %s', async (most, result, what) => {
    expect((await tools.run(input({ most }))).at(-1)).toMatchObject({ result, what })
  })
})

test('each tool stands under its own name, never the same heading three times', async () => {
  const titles = (await tools.run(input({ compose: '2.29.1' }))).map(({ title }) => title)
  expect(titles).toEqual(['dnsmasq', 'socat', 'Docker Compose'])
})
