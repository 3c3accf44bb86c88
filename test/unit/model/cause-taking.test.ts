import { describe, expect, test } from 'vitest'
import type { BackupTaking } from '../../../main/model/backup.ts'
import { problemsOf } from '../../../main/model/problems.ts'
import { greenWorld, snapshotOf, type Draft } from '../cli/worlds.ts'

/** A create that was killed: what it left is told with its reason and a fix, and only while it is so. */

function killed(draft: Draft, part: Partial<BackupTaking> = {}): void {
  draft.taking = {
    name: 'monday',
    at: 0,
    stopped: [{ id: 'grafana', title: 'Grafana' }],
    started: [],
    ...part,
  }
}
function exited(draft: Draft, id: string): void {
  const seen = draft.containers.get(id) ?? expect.fail()
  draft.containers.set(id, { ...seen, state: 'exited', stoppedOnPurpose: true })
  draft.resting = new Set([id])
}

describe('a snapshot whose making was cut', () => {
  test('says what is still stopped, why, and starts it', () => {
    const draft = greenWorld()
    killed(draft)
    exited(draft, 'grafana')
    const snapshot = snapshotOf(draft)
    expect(snapshot.causes).toEqual([
      {
        id: 'taking',
        headline: {
          what: 'The snapshot monday was cut off while it was created: Grafana is still stopped.',
          why: 'Files are copied while their service is stopped. No snapshot came of it.',
          todo: 'maculactl up grafana starts it. maculactl snapshot create monday puts it right too, and creates the snapshot.',
          fix: {
            label: 'Start Grafana',
            command: 'maculactl up grafana',
            action: { kind: 'start', services: ['grafana'] },
          },
        },
        services: ['grafana'],
      },
    ])
    const problems = problemsOf(snapshot)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ title: 'Snapshots' })
  })

  test('says nothing of what runs again, or was stopped on purpose since', () => {
    const again = greenWorld()
    killed(again)
    expect(snapshotOf(again).causes).toEqual([])
    const down = greenWorld()
    killed(down)
    exited(down, 'grafana')
    down.wanted = new Set([...down.wanted].filter((id) => id !== 'grafana'))
    expect(snapshotOf(down).causes).toEqual([])
  })

  test('says nothing where it stopped and started nothing: the list of snapshots tells it', () => {
    const draft = greenWorld()
    killed(draft, { stopped: [], making: true })
    expect(snapshotOf(draft).causes).toEqual([])
  })

  test('says what runs for its dump alone', () => {
    const draft = greenWorld()
    killed(draft, { stopped: [], started: [{ id: 'timescaledb', title: 'TimescaleDB' }] })
    const { headline } = snapshotOf(draft).causes[0] ?? expect.fail()
    expect(headline).toEqual({
      what: 'The snapshot monday was cut off while it was created: TimescaleDB still runs.',
      why: 'TimescaleDB was started for its dump alone. No snapshot came of it.',
      todo: 'maculactl down timescaledb stops it. maculactl snapshot create monday puts it right too, and creates the snapshot.',
    })
  })
})
