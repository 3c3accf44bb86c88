import { expect, test } from 'vitest'
import { record } from '../../../main/engine/activity/recorded.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type { ActivityEntry } from '../../../main/model/activity.ts'
import { INTERRUPTED, type RunResult, type StepEvent } from '../../../main/model/run.ts'
import { catalog } from '../cli/fixture.ts'

/** The timeline tells what a run did, not what was so before. */

const loki = catalog.services.find(({ id }) => id === 'loki')
const image = loki?.runtime.kind === 'container' ? loki.runtime.image : ''

test('an interrupted start tells what it did not come to, and has not failed', async () => {
  const [entry] = await entriesOf('up', [{ kind: 'starting', ms: 1, service: 'loki' }], {
    ok: false,
    done: ['loki'],
    failed: [],
    skipped: [{ service: 'tempo', because: INTERRUPTED }],
    ms: 1,
  })
  expect(entry).toMatchObject({ verb: 'start', about: ['loki'], failed: [], left: ['tempo'] })
  expect(entry).toMatchObject({ result: 'interrupted' })
})

/** What is written after one run of all that tells these steps, as words. */
async function written(verb: 'up' | 'pull', steps: readonly StepEvent[]): Promise<readonly string[]> {
  const end = { ok: true, done: ['loki', 'tempo'], failed: [], skipped: [], ms: 1 }
  return (await entriesOf(verb, steps, end)).map((entry) =>
    entry.kind === 'run' ? `${entry.verb} ${entry.about.join(' ')}` : entry.kind,
  )
}

/** The entries of one run of all with these steps and this end; one that is not ok was interrupted. */
async function entriesOf(
  verb: 'up' | 'pull',
  steps: readonly StepEvent[],
  end: RunResult,
): Promise<readonly ActivityEntry[]> {
  const entries: ActivityEntry[] = []
  const abort = new AbortController()
  const work = async (_: unknown, tell: (event: StepEvent) => void): Promise<RunResult> => {
    for (const step of steps) tell(step)
    if (!end.ok) abort.abort()
    return await Promise.resolve(end)
  }
  const engine = { up: work, pull: work, catalog: () => catalog, secrets: () => Promise.resolve([]) }
  const adapters = {
    clock: { now: () => 1 },
    activity: {
      news: () => Promise.resolve([]),
      append: (more: readonly ActivityEntry[]) => Promise.resolve(void entries.push(...more)),
    },
  }
  const recorded = record(
    engine as unknown as Parameters<typeof record>[0],
    adapters as unknown as Adapters,
    {} as Parameters<typeof record>[2],
  )
  const heard: StepEvent[] = []
  await recorded[verb](['loki', 'tempo'], (event) => void heard.push(event), abort.signal)
  expect(heard).toEqual(steps)
  return entries
}

test.each<readonly [string, 'up' | 'pull', readonly StepEvent[], readonly string[]]>([
  [
    'of a start only what did not run before',
    'up',
    [
      { kind: 'starting', ms: 1, service: 'loki' },
      { kind: 'answers', ms: 2, service: 'loki', tookMs: 1 },
      { kind: 'answers', ms: 2, service: 'tempo', tookMs: 1 },
    ],
    ['start loki'],
  ],
  ['nothing of a start of what runs', 'up', [{ kind: 'answers', ms: 2, service: 'loki', tookMs: 1 }], []],
  [
    'of a download only what was not here',
    'pull',
    [{ kind: 'pulled', ms: 2, image, tookMs: 1 }],
    ['pull loki'],
  ],
  ['nothing of a download of what is here', 'pull', [], []],
])('%s', async (_, verb, steps, says) => {
  expect(await written(verb, steps)).toEqual(says)
})
