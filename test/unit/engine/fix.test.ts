import { expect, test } from 'vitest'
import { forward } from '../../../main/engine/run/fix.ts'
import type { RunContext } from '../../../main/engine/run/context.ts'
import type { Holder, ListenerSeen } from '../../../main/model/observation.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import { catalog } from '../cli/fixture.ts'

const KEY = '127.0.0.4:80'

/** The context of a fix on a machine where Grafana's clean port is not had, and what is seen there afterwards. */
function contextWith(seen: ListenerSeen | undefined): RunContext {
  const quiet = async (): Promise<void> => await Promise.resolve()
  const part = {
    adapters: { clock: { now: () => 1 } },
    catalog: () => catalog,
    truth: {
      seen: {
        wanted: new Set(['grafana']),
        containers: new Map([['grafana', { state: 'running' }]]),
        listeners: new Map(seen === undefined ? [] : [[KEY, seen]]),
      },
      observe: { docker: quiet, containers: quiet, wanted: quiet },
      look: quiet,
    },
    names: quiet,
    zones: quiet,
    needOwn: () => undefined,
    reconcileForwards: async (tell: (event: StepEvent) => void) => {
      tell({ kind: 'forward', ms: 1, listener: KEY, ok: false, says: `${KEY} is held by nginx (pid 812).` })
      await quiet()
    },
  }
  return part as unknown as RunContext
}

const held = (holder: Holder): ListenerSeen => ({ kind: 'foreign', holder, ms: 1 })

test.each([
  [
    'a unit',
    held({ pid: 812, program: 'nginx', unit: { name: 'nginx.service', of: 'system' } }),
    'nginx (pid 812, nginx.service) still has 127.0.0.4:80.',
    'Stop it or move it to another port (sudo systemctl stop nginx.service stops it), then the forwarder comes by itself (without a window: maculactl up).',
  ],
  [
    'a container',
    held({ pid: 99, program: 'docker-proxy', container: 'web-1' }),
    'The container web-1 (docker-proxy, pid 99) still has 127.0.0.4:80.',
    'Stop it or move it to another port (docker stop web-1 stops it), then the forwarder comes by itself (without a window: maculactl up).',
  ],
  [
    'nobody any more',
    { kind: 'free', ms: 1 } as const,
    'Grafana has no forwarder on 127.0.0.4:80.',
    'maculactl doctor says what is in the way.',
  ],
])('a port that is taken back while it is held by %s says so', async (_, seen, what, todo) => {
  const result = await forward(contextWith(seen), () => undefined)
  expect(result.ok).toBe(false)
  expect(result.failed).toMatchObject([{ service: 'grafana', trouble: { what, todo } }])
  expect(result.done).toEqual([])
})
