import { describe, expect, test } from 'vitest'
import {
  canOpen,
  isCounted,
  isFor,
  isGood,
  isOn,
  kindOfSpec,
  may,
  meant,
  meantOf,
  meantToLeave,
  toggleOf,
  toggleOfAll,
  type Kind,
  type Verb,
} from '../../../main/model/may.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import type { ServiceView, State } from '../../../main/model/snapshot.ts'
import { services as specs } from '../cli/fixture.ts'
import { greenWorld, nothingWorld, snapshotOf } from '../cli/worlds.ts'

const verbs = ['start', 'stop', 'restart', 'reset', 'delete', 'pull'] as const satisfies readonly Verb[]
const kinds = ['container', 'cluster', 'application', 'found'] as const satisfies readonly Kind[]

const sample = snapshotOf(greenWorld()).services.find(({ id }) => id === 'grafana')
if (!sample) throw new Error('no grafana')

function view(state: State, kind: Kind = 'container', more: Partial<ServiceView> = {}): ServiceView {
  const { cluster: _, ...rest } = sample as ServiceView
  return { ...rest, state, ...(kind === 'container' ? {} : { cluster: kind }), ...more }
}

/** For each state what may be done: with a container, with a whole cluster, with an application; with what was found, nothing. */
const table: readonly (readonly [State, string, string, string])[] = [
  ['works', 'stop restart reset pull', 'stop restart delete', 'stop restart'],
  ['degraded', 'stop restart reset pull', 'stop restart delete', 'stop restart'],
  ['starting', 'stop pull', 'stop delete', 'stop'],
  ['stopping', 'pull', '', ''],
  ['failed', 'start stop restart reset pull', 'start stop restart delete', 'start stop restart'],
  ['stopped', 'start reset pull', 'start delete', 'start'],
  ['not set up', 'pull', 'start', 'start'],
  ['unknown', 'pull', '', ''],
]

describe('what may be done', () => {
  test.each(
    table.flatMap(([state, ...said]) =>
      kinds.map((kind, index) => [state, kind, said[index] ?? ''] as const),
    ),
  )('%s, %s: %s', (state, kind, said) => {
    expect(verbs.filter((verb) => may(verb, view(state, kind))).join(' ')).toBe(said)
  })

  test('what is no verb of a kind is refused for the catalog too, before anything is looked at', () => {
    const said = (kind: Kind): readonly Verb[] => {
      const spec = specs.find((one) => kindOfSpec(one) === kind)
      return spec ? verbs.filter((verb) => isFor(verb, spec)) : []
    }
    expect(said('container')).toEqual(['start', 'stop', 'restart', 'reset', 'pull'])
    expect(said('cluster')).toEqual(['start', 'stop', 'restart', 'delete'])
    expect(said('application')).toEqual(['start', 'stop', 'restart'])
  })
})

describe('the one button that starts or stops', () => {
  test.each(table.map(([state]) => state))('of what was found in a cluster it does nothing: %s', (state) => {
    expect(toggleOf(view(state, 'found')).can).toBe(false)
  })
  const gone = (state: State): ServiceView => {
    const { container: _, ...rest } = view(state)
    return rest
  }
  const ended = view('failed', 'container', {
    container: { ...(sample as Required<ServiceView>).container, ended: true },
  })
  test.each<readonly [string, ServiceView, string]>([
    ['works', view('works'), 'stop'],
    ['degraded', view('degraded'), 'stop'],
    ['starting', view('starting'), 'stop'],
    ['stopping: it keeps its word', view('stopping'), 'stop, waits'],
    ['failed', view('failed'), 'stop'],
    ['failed, its container gone', gone('failed'), 'start'],
    ['failed, its container ended', ended, 'start'],
    ['stopped', view('stopped'), 'start'],
    ['not set up', view('not set up'), 'start, waits'],
    ['a cluster that is not set up', view('not set up', 'cluster'), 'start'],
    ['an application without its image', view('not set up', 'application'), 'start'],
    ['unknown', view('unknown'), 'start, waits'],
  ])('%s: %s', (_, of, says) => {
    const { verb, can } = toggleOf(of)
    expect(`${verb}${can ? '' : ', waits'}`).toBe(says)
  })

  test.each<readonly [string, readonly State[], string]>([
    ['one of them runs', ['stopped', 'works'], 'stop'],
    ['the last of them stops', ['stopped', 'stopping'], 'stop, waits'],
    ['all are stopped', ['stopped', 'stopped'], 'start'],
    ['nothing can be seen', ['unknown', 'unknown'], 'start, waits'],
    ['there are none', [], 'start, waits'],
  ])('of a tier: %s: %s', (_, states, says) => {
    const { verb, can } = toggleOfAll(states.map((state) => view(state)))
    expect(`${verb}${can ? '' : ', waits'}`).toBe(says)
  })
})

test.each<readonly [State, string]>([
  ['works', 'on good counted'],
  ['degraded', 'on good counted'],
  ['starting', 'on counted'],
  ['stopping', 'counted'],
  ['failed', 'on counted'],
  ['stopped', ''],
  ['not set up', ''],
  ['unknown', 'counted'],
])('%s is %s', (state, said) => {
  const of = view(state)
  const words = [isOn(of) ? 'on' : '', isGood(of) ? 'good' : '', isCounted(of) ? 'counted' : '']
  expect(words.filter(Boolean).join(' ')).toBe(said)
})

describe('what "all" means', () => {
  const rows = [
    view('works', 'container', { id: 'a', tier: 'tools' }),
    view('stopped', 'container', { id: 'b', tier: 'tools' }),
    view('failed', 'container', { id: 'c', tier: 'data' }),
    view('unknown', 'container', { id: 'd', tier: 'data' }),
    view('not set up', 'cluster', { id: 'cluster/hub', tier: 'applications' }),
    view('not set up', 'application', { id: 'app', tier: 'applications' }),
  ]
  test.each([
    ['all', 'start', ['b', 'c']],
    ['all', 'stop', ['a', 'c']],
    ['all', 'restart', ['a', 'c']],
    ['tools', 'start', ['b']],
    ['tools', 'stop', ['a']],
    ['data', 'start', ['c']],
    // A cluster that was never made is started by its own name or by its tier's.
    ['applications', 'start', ['cluster/hub', 'app']],
    ['applications', 'stop', []],
    ['host', 'start', []],
  ] as const)('%s, %s: %j', (scope, verb, ids) => expect(meant(rows, scope, verb)).toEqual(ids))

  test('a cluster that was made and stopped is part of all', () => {
    const made = rows.map((row) => (row.cluster === undefined ? row : { ...row, state: 'stopped' as const }))
    expect(meant(made, 'all', 'start')).toEqual(['b', 'c', 'cluster/hub', 'app'])
  })

  test('leaving with everything stopped is about what cannot be seen too', () => {
    expect(meantToLeave(rows)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('of the catalog all is each row with which there is such a thing to do', () => {
    const container = ({ runtime }: ServiceSpec): boolean => runtime.kind === 'container'
    expect(meantOf(specs, 'start')).toEqual(specs.map(({ id }) => id))
    expect(meantOf(specs, 'pull')).toEqual(specs.filter(container).map(({ id }) => id))
  })
})

describe('what Open leads to', () => {
  const all = [...snapshotOf(greenWorld()).services, ...snapshotOf(nothingWorld()).services]
  test('a browser only, and nothing that is stopped or not set up', () => {
    const opened = all.filter(canOpen)
    expect(opened.map(({ id }) => id)).toContain('grafana')
    expect(opened.map(({ id }) => id)).not.toContain('timescaledb')
    expect(opened.every(({ state }) => state !== 'stopped' && state !== 'not set up')).toBe(true)
  })
})
