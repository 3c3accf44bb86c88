import { describe, expect, test } from 'vitest'
import { createEngine } from '../../../main/engine/create-engine.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { picked } from '../../../main/engine/picked.ts'
import type { Change, RootOutcome } from '../../../main/model/change.ts'
import { MaculaError, type Trouble } from '../../../main/model/errors.ts'
import { kindOfSpec, type Kind, type Verb } from '../../../main/model/may.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { catalog } from '../cli/fixture.ts'

const of = (kind: Kind): string => {
  const found = catalog.services.find((spec) => kindOfSpec(spec) === kind)
  if (!found) throw new Error(`no ${kind}`)
  return found.id
}

function troubleOfPick(ids: readonly string[], verb: Verb): Trouble {
  try {
    picked(catalog, ids, verb)
  } catch (error) {
    if (error instanceof MaculaError) return error.trouble
    throw error
  }
  throw new Error('it was picked')
}

describe('what the engine is asked to do', () => {
  test('is done with those rows that there is such a thing to do with', () => {
    expect(picked(catalog, ['grafana', of('application'), 'loki'], 'pull')).toEqual(['grafana', 'loki'])
    expect(picked(catalog, ['grafana', of('application')], 'restart')).toEqual(['grafana', of('application')])
    expect(picked(catalog, [], 'pull')).toEqual([])
  })

  test.each([
    ['cluster', 'pull', /cannot be pulled: its nodes pull/, /restart/],
    ['cluster', 'reset', /cannot be reset: a cluster has no data/, /cluster delete/],
    ['application', 'pull', /cannot be pulled: it runs in a cluster/, /restart/],
    ['application', 'reset', /cannot be reset: it runs in a cluster/, /^$/],
    ['application', 'delete', /cannot be deleted: it is an application/, /^$/],
    ['container', 'delete', /cannot be deleted: it is a container/, /--remove/],
  ] as const)('%s, %s: refused with the reason and what to do', (kind, verb, what, todo) => {
    const trouble = troubleOfPick([of(kind)], verb)
    expect(trouble.kind).toBe('failed')
    expect(trouble.what).toMatch(what)
    expect(trouble.todo ?? '').toMatch(todo)
  })

  test('what is not there is named, whatever stands beside it', () => {
    expect(troubleOfPick(['grafana', 'grafanna'], 'start')).toEqual({
      kind: 'usage',
      what: 'There is no service grafanna.',
      todo: 'maculactl status lists them.',
    })
  })
})

/** Adapters of a machine without Docker that write down what is asked of them, in order. */
function machine(outcome: RootOutcome) {
  const asked: string[] = []
  const said =
    <T>(what: string, value: T) =>
    async (): Promise<T> => {
      asked.push(what)
      return await Promise.resolve(value)
    }
  const quiet =
    <T>(value: T) =>
    async (): Promise<T> =>
      await Promise.resolve(value)
  const part = {
    clock: { now: () => 1 },
    lock: { alone: async (_what: string, _ms: number, work: () => Promise<unknown>) => await work() },
    steps: [],
    routes: [],
    memory: { read: quiet({ skipped: [], leftOut: [] }), keep: quiet({}) },
    root: { apply: said('root', outcome) },
    nameServer: { ensure: said('names', undefined), seen: quiet({ kind: 'stopped' }) },
    docker: { see: quiet({ kind: 'down', code: 'absent', says: 'no socket' }) },
    intent: { wanted: quiet(new Set()), resting: quiet(new Set()) },
    host: { lowestPort: quiet(80), listener: quiet({ kind: 'free', ms: 0 }) },
    forwarders: { ensure: said('forwarders', []), list: quiet([]) },
  }
  const engine = createEngine({
    adapters: part as unknown as Adapters,
    settings: defaultSettings,
    catalog,
    notes: () => Promise.resolve([]),
    room: () => Promise.resolve([]),
  })
  return { asked, engine }
}

describe('after set-up', () => {
  const changes: readonly Change[] = []
  test('names and forwarders are put right by the engine itself, once, for whichever face asked', async () => {
    const { asked, engine } = machine({ kind: 'done', steps: [] })
    await engine.setup(changes, () => undefined)
    expect(asked).toEqual(['root', 'names', 'forwarders'])
  })

  test.each<readonly [string, RootOutcome]>([
    ['refused', { kind: 'refused', how: 'denied', says: 'no' }],
    ['failed', { kind: 'failed', says: 'no room', steps: [] }],
  ])('%s: nothing is put right for what was not changed', async (_, outcome) => {
    const { asked, engine } = machine(outcome)
    expect(await engine.setup(changes, () => undefined)).toEqual(outcome)
    expect(asked).toEqual(['root'])
  })
})
