import { describe, expect, test } from 'vitest'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import { ranBefore } from '../../../main/model/ran-before.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import { tiers } from '../../../main/model/service.ts'
import { everything } from '../../../main/engine/run/everything.ts'
import { catalog } from '../cli/fixture.ts'
import { runCommand } from '../cli/run-command.ts'
import { greenWorld } from '../cli/worlds.ts'

const all = catalog.services.map(({ id }) => id)
const inCluster = catalog.services.flatMap(({ id, runtime }) => (runtime.kind === 'cluster' ? [id] : []))

describe('everything', () => {
  test.each([
    ['nothing is known of', undefined],
    ['was never made', { kind: 'absent', wasMade: false }],
    ['is not ours', { kind: 'foreign' }],
  ])('leaves out a cluster that %s, with what would run in it', (_, seen) => {
    const clusters = new Map(seen === undefined ? [] : [['hub', seen as unknown as ClusterSeen]])
    const { ids, left } = everything(catalog, clusters)
    expect(ids).toEqual(all.filter((id) => !inCluster.includes(id)))
    expect(left.map(({ id }) => id)).toEqual(['cluster/hub'])
  })

  test.each(['up', 'stopped', 'down'])('takes a cluster along that was made (%s)', (kind) => {
    const { ids, left } = everything(catalog, new Map([['hub', { kind } as unknown as ClusterSeen]]))
    expect({ ids, left }).toEqual({ ids: all, left: [] })
  })
})

describe('what up and restart are asked for', () => {
  const asked = async (...words: string[]): Promise<readonly string[]> => {
    const one = runCommand()
    await one.run(...words)
    const [line = ''] = one.standIn.asked
    return line.slice(line.indexOf(' ') + 1).split(',')
  }

  test.each(['up', 'restart'])(
    '%s without words leaves the cluster that was never made alone',
    async (verb) => {
      expect(await asked(verb)).toEqual(all.filter((id) => !inCluster.includes(id)))
    },
  )

  test.each(['up', 'restart'])(
    '%s by the names of all tiers means each of them, the cluster too',
    async (verb) => {
      expect(await asked(verb, ...tiers.map(({ id }) => id))).toEqual(all)
    },
  )
})

test('what ran before is what was not stopped on purpose', () => {
  const world = greenWorld()
  // Docker came back without its containers, after Grafana and Loki were stopped by somebody.
  for (const [id, container] of world.containers) world.containers.set(id, { ...container, state: 'exited' })
  world.wanted.delete('grafana')
  world.wanted.delete('loki')
  const { services } = makeSnapshot(catalog, 'macula.local', world, 1)
  const states = new Map(services.map(({ id, state }) => [id, state]))
  expect([states.get('grafana'), states.get('loki'), states.get('tempo')]).toEqual([
    'stopped',
    'stopped',
    'failed',
  ])
  const again = ranBefore(services)
  expect(again).toContain('tempo')
  expect(again).not.toContain('grafana')
  expect(again).not.toContain('loki')
  expect(again).toHaveLength([...world.wanted].filter((id) => all.includes(id)).length)
  // Nothing was ever started: nothing starts.
  world.wanted.clear()
  expect(ranBefore(makeSnapshot(catalog, 'macula.local', world, 2).services)).toEqual([])
})
