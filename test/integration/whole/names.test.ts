import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { poll } from '../../../main/engine/wait.ts'
import { askDns } from '../../../main/system/dns/ask.ts'
import {
  as,
  docker,
  done,
  FOREIGN,
  fresh,
  goingOn,
  maculactl,
  run,
  serviceOf,
  status,
  until,
  user,
} from '../support/actor.ts'
import { writeRecord } from '../support/records.ts'

/** Names as a person of the platform has them: another network has the subnet, records of PowerDNS, old lines of the hosts file. */

const OLD = `${FOREIGN}old`
const HOSTS = '/etc/hosts'
const led = 'prometheus.macula.local'

interface Found {
  readonly checks: readonly { what: string; why: string; todo: string; fix?: { command: string } | null }[]
}
const doctor = async (): Promise<Found['checks']> =>
  (JSON.parse((await maculactl(['doctor', '--json'])).out) as Found).checks
const told = async (words: RegExp): Promise<Found['checks'][number] | undefined> =>
  (await doctor()).find(({ what }) => words.test(what))
const getent = async (host: string): Promise<string> => {
  const [program = '', ...args] = as(user, ['getent', 'ahostsv4', host])
  return (await run(program, args)).out.split(/\s/)[0] ?? ''
}

beforeAll(async () => {
  await fresh()
  await docker('network', 'create', '--subnet', '172.23.0.0/16', OLD)
})
afterAll(async () => {
  await fresh()
  await docker('network', 'rm', OLD)
})

test('while another network has 172.23.0.0/24, one word takes a free one, and everything follows', async () => {
  const taken = await told(/^The subnet 172\.23\.0\.0\/24 is taken\.$/)
  expect(taken?.why).toContain(OLD)
  expect(taken?.todo).toMatch(/maculactl setup --subnet [\d.]+\/24/)
  expect((await maculactl(['up', 'powerdns'])).code).not.toBe(0)
  await done(['setup', '--subnet', 'free', '--yes'])
  await done(['up', 'powerdns', 'ingress'])
  const subnet = /--subnet ([\d.]+)\.0\/24/.exec(taken?.todo ?? '')?.[1] ?? 'none'
  const seen = serviceOf(await until((one) => serviceOf(one, 'powerdns').state === 'works'), 'powerdns')
  const urls = seen.endpoints.flatMap(({ accesses }) => accesses.map(({ url }) => url))
  expect(urls).toContain(`http://${subnet}.10:8081/`.replace(/\/$/, ''))
  expect(await told(/^The network macula .* is ours/)).toMatchObject({
    what: expect.stringContaining(subnet) as unknown,
  })
  expect(await told(/^Our name server answers/)).toMatchObject({
    what: expect.stringContaining(`asks PowerDNS (${subnet}.10:53)`) as unknown,
  })
})

describe('a record that ExternalDNS writes through PowerDNS’ API', () => {
  const change = async (how: 'REPLACE' | 'DELETE'): Promise<number> =>
    await writeRecord('macula.local', 'shop.macula.local', '127.0.0.2', how)

  test('is answered by our name server at once', async () => {
    expect(await change('REPLACE')).toBe(204)
    expect(await askDns(5354, 'shop.macula.local', 'A', 60_000)).toMatchObject({
      code: 'NOERROR',
      addresses: ['127.0.0.2'],
    })
  })

  test('waits where the hosts file leads names here, is told, and resolves after one step', async () => {
    expect(await getent('shop.macula.local')).toBe('')
    const seen = await status()
    expect(seen.causes.map(({ headline }) => headline.what)).toContain(
      'A name waits for set-up: shop.macula.local.',
    )
    expect(await told(/^A name waits for set-up: shop\.macula\.local\.$/)).toMatchObject({
      fix: { command: 'maculactl setup' },
    })
    await done(['setup', '--yes'])
    expect(await getent('shop.macula.local')).toBe('127.0.0.2')
    expect((await status()).causes).toEqual([])
  })

  test('and goes with it', async () => {
    expect(await change('DELETE')).toBe(204)
    await done(['setup', '--yes'])
    expect(await getent('shop.macula.local')).toBe('')
  })
})

test('lines above and below our block lead a name elsewhere: told with their numbers, taken out, given back', async () => {
  await done(['up', 'prometheus'])
  const clean = await readFile(HOSTS, 'utf8')
  // The C library sorts what it finds: of two loopback addresses 127.0.0.1 goes first, as the platform's old lines have it.
  const foreign = `127.0.0.1 box ${led} # old\n${clean}127.0.0.1\t${led}\n`
  try {
    await writeFile(HOSTS, foreign)
    expect(await getent(led)).toBe('127.0.0.1')
    const row = serviceOf(await status(), 'prometheus')
    expect(row.ladder.find(({ id }) => id === 'name')).toMatchObject({
      state: 'round',
      why: expect.stringMatching(/^\/etc\/hosts:1 says “127\.0\.0\.1 box .*” \(and 1 line more\)/) as unknown,
    })
    expect(await told(/is not answered correctly/)).toMatchObject({
      todo: expect.stringMatching(/^maculactl setup takes lines 1 and \d+ of \/etc\/hosts out/) as unknown,
    })
    await done(['setup', '--yes'])
    expect(await getent(led)).toBe('127.0.0.3')
    expect(await readFile(HOSTS, 'utf8')).toBe(`127.0.0.1 box # old\n${clean}`)
    await done(['undo', 'hosts-lines'])
    expect(await readFile(HOSTS, 'utf8')).toBe(foreign)
  } finally {
    await writeFile(HOSTS, clean)
  }
})

test('stopped, PowerDNS is asked by nobody: unknown names are so at once', async () => {
  await done(['down', 'powerdns'])
  const answer = await askDns(5354, 'nobody.macula.local', 'A', 60_000)
  expect(answer?.code).toBe('NXDOMAIN')
})

test('stopped past us while somebody watches, the same', async () => {
  await done(['up', 'powerdns'])
  const watching = goingOn(['status', '--watch', '--json'])
  try {
    /** Until it answers so: while it asks PowerDNS that is gone, there is no answer at all. */
    const answers = async (): Promise<string | undefined> =>
      await poll(async () => (await askDns(5354, 'nobody.macula.local', 'A', 1000))?.code, {
        deadline: 120_000,
        first: 50,
        longest: 500,
      })
    await watching.told('"powerdns"')
    expect(await answers()).toBe('NXDOMAIN')
    await docker('stop', '-t', '2', 'macula-powerdns-1')
    expect(await answers()).toBe('NXDOMAIN')
  } finally {
    await watching.end()
  }
})
