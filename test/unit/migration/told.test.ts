import { describe, expect, test } from 'vitest'
import { before as check } from '../../../main/engine/doctor/checks/before.ts'
import { network } from '../../../main/engine/doctor/checks/network.ts'
import type { CheckInput } from '../../../main/engine/doctor/check.ts'
import { judgeWizard } from '../../../main/engine/wizard/judge.ts'
import type { WizardFacts } from '../../../main/engine/wizard/step.ts'
import type { OldPart } from '../../../main/model/migration.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { goodFacts, setupItems } from '../cli/stand-in.ts'
import { greenWorld, nothingWorld, now, snapshotOf } from '../cli/worlds.ts'
import { oldView } from './old-view.ts'

const parts: readonly OldPart[] = [
  {
    ...oldView.found[0]!,
    listens: [{ address: '0.0.0.0', port: 80 }],
    networks: ['infrastructure_macula-infra'],
  },
  {
    ...oldView.found[1]!,
    listens: [
      { address: '127.0.0.3', port: 9090 },
      { address: '127.0.0.4', port: 3000 },
    ],
  },
]

/** A world in which others hold what they hold. */
function held(keys: (key: string) => boolean, before?: readonly OldPart[]) {
  const world = greenWorld()
  for (const [key, { ms }] of world.listeners)
    if (keys(key)) world.listeners.set(key, { kind: 'foreign', holder: { pid: 7, program: 'x' }, ms })
  return snapshotOf(before ? { ...world, before } : world)
}

describe('what holds ports because it ran before', () => {
  const all = (key: string): boolean =>
    key.endsWith(':80') || key === '127.0.0.3:9090' || key === '127.0.0.4:3000'

  test('is one cause, and no row has a finding of its own', () => {
    const { causes, services } = held(all, parts)
    expect(causes.map(({ id }) => id)).toEqual(['before'])
    expect(causes[0]?.headline).toMatchObject({ fix: { command: 'maculactl migrate' } })
    expect(causes[0]?.headline.why).toContain('Compose project infrastructure')
    expect(causes[0]?.services).toEqual(expect.arrayContaining(['grafana', 'prometheus']))
    for (const view of services)
      for (const rung of view.ladder)
        if (rung.id === 'forwarder' && rung.state === 'round') expect(rung.cause).toBe('before')
  })

  test('a port that somebody else has is still told as theirs', () => {
    const { causes } = held((key) => key === '127.0.0.4:3000', [parts[0]!])
    expect(causes.map(({ id }) => id)).not.toContain('before')
  })

  test('of services that do not run it is told too, and no row is hit: nobody misses a port yet', () => {
    const world = { ...nothingWorld(), before: parts }
    for (const key of ['127.0.0.4:80', '127.0.0.4:3000'])
      world.listeners.set(key, { kind: 'foreign', holder: { pid: 7 }, ms: 0 })
    expect(snapshotOf(world).causes.find(({ id }) => id === 'before')?.services).toEqual([])
  })

  test('without anything of before there is no such cause', () => {
    expect(held(all).causes.map(({ id }) => id)).toContain('ports')
    expect(held(() => false, parts).causes).toEqual([])
  })
})

describe('the doctor', () => {
  const overlaps = {
    kind: 'overlaps',
    withName: 'the docker network infrastructure_macula-infra',
    subnet: '172.23.0.0/16',
    free: '172.24.0.0/24',
  }
  const input = (before: readonly OldPart[], seen: object = overlaps) =>
    ({
      before,
      settings: defaultSettings,
      snapshot: { docker: { kind: 'up', version: '29', apiVersion: '1.52', native: false } },
      adapters: {
        docker: {
          network: () => Promise.resolve(seen),
        },
      },
    }) as unknown as CheckInput

  test('tells all of it in one finding', async () => {
    const found = await check.run(input(parts))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ result: 'warning', fix: { command: 'maculactl migrate' } })
    for (const { title, costs } of parts) {
      // Within a sentence its first word is no name.
      expect(found[0]?.what).toContain(title.replace(/^The/, 'the').replace(/^Forw/, 'forw'))
      expect(found[0]?.why).toContain(costs)
    }
    expect(await check.run(input([]))).toEqual([])
  })

  test.each([
    ['while theirs lies over ours', parts, overlaps, true],
    ['not once a free one was taken', parts, { kind: 'absent' }, false],
    ['not without a network of theirs', [parts[1]!], overlaps, false],
  ])('offers a free subnet %s', async (_, there, seen, is) => {
    const [found] = await check.run(input(there, seen))
    expect(found?.todo?.includes('free subnet')).toBe(is)
  })

  test('a subnet that their network takes is that finding’s; another network’s is its own', async () => {
    expect(await network.run(input(parts))).toMatchObject([{ result: 'failed', because: 'before' }])
    const [other] = await network.run(input([]))
    expect(other).toMatchObject({ result: 'failed' })
    expect(other).not.toHaveProperty('because')
  })
})

describe('set-up', () => {
  const facts = (
    checks: WizardFacts['checks'],
    skipped: WizardFacts['memory']['skipped'] = [],
  ): WizardFacts => ({
    now,
    settings: defaultSettings,
    snapshot: snapshotOf(nothingWorld()),
    checks,
    items: setupItems,
    ledger: [],
    images: [],
    names: { total: 16, good: 0, ms: 0 },
    idle: true,
    memory: { ended: false, skipped, leftOut: [], welcomed: true },
  })
  const found = {
    id: 'before',
    group: 'machine',
    title: 'What was here before',
    result: 'warning',
    what: 'This machine has the platform’s earlier set-up.',
    why: 'It holds port 80.',
    todo: 'maculactl migrate shows it.',
    ms: 1,
  } as const

  test('has the step right after Docker, only where something is', () => {
    expect(judgeWizard(facts(goodFacts)).steps.map(({ id }) => id)).not.toContain('before')
    const { steps, at } = judgeWizard(facts([...goodFacts, found]))
    expect(steps.map(({ id }) => id).slice(1, 4)).toEqual(['docker', 'before', 'tools'])
    expect(steps[2]).toMatchObject({ state: 'trouble', skippable: true, command: 'maculactl migrate' })
    expect(at).toBe('before')
  })

  test('left, the rest goes on beside it', () => {
    const { steps, at } = judgeWizard(facts([...goodFacts, found], ['before']))
    expect(steps[2]).toMatchObject({ id: 'before', state: 'skipped' })
    expect(at).not.toBe('before')
  })
})
