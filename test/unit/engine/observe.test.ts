import { expect, test } from 'vitest'
import { observer } from '../../../main/engine/look/observe.ts'
import { nothingSeen, type Seen } from '../../../main/engine/look/seen.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type { AnswerSeen, DockerSeen } from '../../../main/model/observation.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { deferred } from '../../deferred.ts'
import { catalog, services } from '../cli/fixture.ts'
import { greenWorld } from '../cli/worlds.ts'

const good: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 3 }

function service(id: string): ServiceSpec {
  const found = services.find((one) => one.id === id)
  if (!found) throw new Error(`no ${id}`)
  return found
}

/** Every container runs, and the cluster is up; nothing was asked yet. */
function running(): Seen {
  const { docker, listeners, containers } = greenWorld()
  const up = { kind: 'up', version: '1.37.0', nodes: [], ingress: [], events: [], adopted: true } as const
  return {
    ...nothingSeen(),
    docker,
    listeners,
    containers,
    clusters: new Map([['hub', { ...up, apps: new Map() }]]),
  }
}

/** The verbs of looking at a machine whose accesses answer when `answer` does; only what is asked for here is there. */
function looking(seen: Seen, answer: () => Promise<AnswerSeen>, docker?: DockerSeen) {
  const part = {
    secrets: { read: async () => await Promise.resolve(new Map()) },
    clock: { now: () => 1 },
    host: { ask: answer },
    docker: { see: async () => await Promise.resolve(docker) },
  }
  return observer(part as unknown as Adapters, defaultSettings, () => catalog, seen)
}

test('what one container does takes no answer of another service, nor of an application of the cluster', async () => {
  const seen = running()
  const observe = looking(seen, async () => await Promise.resolve(good))
  const app = services.find(({ runtime }) => runtime.kind === 'cluster' && runtime.app)
  if (!app) throw new Error('no application')
  await observe.answers([app, service('grafana'), service('loki')])
  const before = [...seen.answers.keys()]
  expect(before.some((key) => key.startsWith(`${app.id}/`))).toBe(true)
  expect(before.some((key) => key.startsWith('loki/'))).toBe(true)

  observe.saw('loki', undefined)
  expect([...seen.answers.keys()]).toEqual(before.filter((key) => !key.startsWith('loki/')))
})

test.each<readonly [string, (seen: Seen, observe: ReturnType<typeof looking>) => Promise<void>]>([
  [
    'its container ends',
    async (seen, observe) => {
      const container = seen.containers.get('grafana')
      if (!container) throw new Error('no container')
      await Promise.resolve(observe.saw('grafana', { ...container, state: 'exited' }))
    },
  ],
  ['Docker goes away', async (_, observe) => await observe.docker()],
])('an answer that comes after %s is not kept', async (_, happens) => {
  const seen = running()
  const late = deferred<AnswerSeen>()
  const observe = looking(seen, async () => await late.promise, {
    kind: 'down',
    code: 'absent',
    says: 'There is no socket.',
  })
  const asked = observe.answers([service('grafana')])
  await happens(seen, observe)
  late.resolve(good)
  await asked
  expect([...seen.answers.keys()]).toEqual([])
})
