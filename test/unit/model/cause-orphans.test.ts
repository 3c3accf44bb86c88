import { describe, expect, test } from 'vitest'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { problemsOf } from '../../../main/model/problems.ts'
import { greenWorld, nothingWorld, snapshotOf, type Draft } from '../cli/worlds.ts'

/** Containers with our labels whose service the catalog has no more: no row tells of them, so they are told once. */

function orphan(draft: Draft, service: string, state: ContainerSeen['state'] = 'running'): void {
  const [some] = greenWorld().containers.values()
  if (some) draft.containers.set(service, { ...some, service, name: `macula-${service}-1`, state })
}

describe('what runs and is not in the catalog', () => {
  test('is told with its container, why, and how to stop it', () => {
    const draft = greenWorld()
    orphan(draft, 'run1')
    const snapshot = snapshotOf(draft)
    expect(snapshot.causes).toEqual([
      {
        id: 'orphans',
        headline: {
          what: 'run1 runs and is not in the catalog: container macula-run1-1.',
          why: 'The folder was removed or renamed, or its compose.yaml cannot be used.',
          todo: 'Fix the folder, or stop it: maculactl down run1 (--remove removes the container; data stays).',
        },
        services: [],
      },
    ])
    expect(problemsOf(snapshot)).toMatchObject([{ title: 'Not in the catalog', state: 'degraded', hits: [] }])
    expect(snapshot.summary).toMatchObject({
      says: 'All 14 services work.',
      more: snapshot.causes[0]?.headline.what,
    })
    expect(snapshot.orphans).toEqual([{ service: 'run1', container: 'macula-run1-1' }])
  })

  test('several are told at once', () => {
    const draft = greenWorld()
    orphan(draft, 'a', 'paused')
    orphan(draft, 'b', 'restarting')
    const { what, todo } = snapshotOf(draft).causes[0]?.headline ?? {}
    expect(what).toBe('a and b run and are not in the catalog: containers macula-a-1 and macula-b-1.')
    expect(todo).toContain('stop them: maculactl down a b (--remove removes the containers; data stays).')
  })

  test('is told where all services are stopped', () => {
    const draft = nothingWorld()
    orphan(draft, 'run1')
    expect(snapshotOf(draft).summary).toMatchObject({
      says: 'All services are stopped.',
      more: 'run1 runs and is not in the catalog: container macula-run1-1.',
    })
  })

  test('one that is stopped is known, and no problem', () => {
    const draft = greenWorld()
    orphan(draft, 'run1', 'exited')
    expect(snapshotOf(draft)).toMatchObject({ causes: [], orphans: [{ service: 'run1' }] })
  })

  test('there is none in a world of the catalog', () => {
    expect(snapshotOf(greenWorld())).not.toHaveProperty('orphans')
  })
})
