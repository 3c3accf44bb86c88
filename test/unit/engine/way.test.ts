import { describe, expect, test } from 'vitest'
import { needFiles, needWay, wayWatch } from '../../../main/engine/run/way.ts'
import type { AnswerSeen, ContainerSeen } from '../../../main/model/observation.ts'
import type { WaySeen } from '../../../main/model/way.ts'
import { services } from '../cli/fixture.ts'
import { greenWorld } from '../cli/worlds.ts'

/** What cannot be reached is not waited for. */

const right: WaySeen = { kind: 'right', device: 'br-1' }
const elsewhere: WaySeen = { kind: 'elsewhere', device: 'tun0', says: '172.23.0.2 dev tun0 src 10.8.0.2' }

/** A machine on which some addresses lead elsewhere; counts how often it is asked. */
function machine(wayOf: (address: string) => WaySeen) {
  const asked: string[] = []
  return {
    asked,
    wayTo: async (address: string, bridge: string): Promise<WaySeen> => {
      asked.push(`${address} ${bridge}`)
      return await Promise.resolve(wayOf(address))
    },
  }
}

describe('before anything is started', () => {
  const settings = { subnet: '172.23.0.0/24' }

  test('both halves of the subnet are looked at', async () => {
    const host = machine(() => right)
    await needWay(host, settings)
    expect(host.asked).toEqual(['172.23.0.2 172.23.0.1', '172.23.0.130 172.23.0.1'])
  })

  test.each([
    ['all of it', () => elsewhere],
    ['its upper half', (address: string) => (address.endsWith('.130') ? elsewhere : right)],
  ])('%s leads elsewhere: nothing is started, and it is said why', async (_, wayOf) => {
    await expect(needWay(machine(wayOf), settings)).rejects.toMatchObject({
      trouble: {
        kind: 'outside',
        what: 'Containers on 172.23.0.0/24 cannot be reached from this machine, so nothing is started.',
        why: expect.stringMatching(
          /This machine sends 172\.23\.0\.\d+ to tun0, not to the Docker network/,
        ) as unknown,
        todo: expect.stringContaining('172.23.0.0/24') as unknown,
      },
    })
  })

  test('a way that cannot be told keeps nobody from starting', async () => {
    await needWay(
      machine(() => ({ kind: 'unknown', says: '' })),
      settings,
    )
    await needWay({ wayTo: async () => await Promise.reject(new Error('no ip')) }, settings)
  })

  test('too few files: nothing is started', async () => {
    await expect(
      needFiles({ openFiles: async () => await Promise.resolve({ open: 30, most: 48 }) }),
    ).rejects.toMatchObject({
      trouble: { kind: 'outside', what: expect.stringContaining('only 48 files') as unknown },
    })
    await needFiles({ openFiles: async () => await Promise.resolve({ open: 30, most: 1024 }) })
    await needFiles({ openFiles: async () => await Promise.resolve(undefined) })
  })
})

describe('while a service is waited for', () => {
  const service = services.find(({ id }) => id === 'grafana')
  const container = greenWorld().containers.get('grafana')
  const no = (code: string): AnswerSeen => ({ kind: 'refused', code, ms: 1 })
  const unmade: AnswerSeen = { kind: 'timeout', ms: 2000, unmade: true }

  /** What the watch says of a row of answers, a second apart: the second at which it gave up, and why. */
  async function watched(
    answers: readonly (AnswerSeen | undefined)[],
    way: WaySeen,
    more: { readonly native?: boolean; readonly container?: Partial<ContainerSeen> } = {},
  ): Promise<{ readonly at?: number; readonly says?: string; readonly asked: number }> {
    if (!service || !container) throw new Error('no grafana')
    const host = machine(() => way)
    let now = 0
    const check = wayWatch(host, service, more.native ?? true, () => now)
    for (const answer of answers) {
      try {
        await check(answer, { ...container, ...more.container })
      } catch (error) {
        return { at: now / 1000, says: String(error), asked: host.asked.length }
      }
      now += 1000
    }
    return { asked: host.asked.length }
  }

  const often = (answer: AnswerSeen | undefined, times = 30): readonly (AnswerSeen | undefined)[] =>
    Array.from({ length: times }, () => answer)

  test.each<readonly [string, AnswerSeen, WaySeen, number, RegExp]>([
    [
      'lost, routed elsewhere',
      unmade,
      elsewhere,
      0,
      /Grafana runs, but its container cannot be reached.*to tun0/,
    ],
    ['no route', no('ENETUNREACH'), elsewhere, 0, /to tun0/],
    [
      'lost on the right way',
      unmade,
      right,
      10,
      /is lost, though it is routed right: a firewall may drop it/,
    ],
    ['not permitted', no('EPERM'), right, 10, /a firewall of this machine does not permit it \(EPERM\)/],
    [
      'our own limit',
      no('EMFILE'),
      right,
      0,
      /cannot be checked: this process may not open any more files.*the service may work/,
    ],
  ])('%s: given up after a short while', async (_, answer, way, at, says) => {
    const result = await watched(often(answer), way)
    expect(result.at).toBe(at)
    expect(result.says).toMatch(says)
    expect(result.asked).toBeLessThanOrEqual(1)
  })

  test.each<readonly [string, readonly (AnswerSeen | undefined)[]]>([
    ['a program that refuses until it is ready', often(no('ECONNREFUSED'))],
    ['a program that hangs', often({ kind: 'timeout', ms: 2000 })],
    ['one that has no address yet', often(undefined)],
    [
      'neighbours that learn of it within seconds',
      [...often(no('EHOSTUNREACH'), 9), no('ECONNREFUSED'), ...often(no('EHOSTUNREACH'), 9)],
    ],
  ])('%s is waited for', async (_, answers) => {
    expect((await watched(answers, right)).at).toBeUndefined()
  })

  test('where containers are reached by published ports, no way is looked at', async () => {
    expect(await watched(often(unmade), elsewhere, { native: false })).toEqual({ asked: 0 })
  })
})
