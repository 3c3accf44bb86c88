import { expect, test } from 'vitest'
import { createRefusingEngine } from '../../../main/engine/refusing-engine.ts'
import { openGateway } from '../../../main/gateway/open-gateway.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import type { RootAdapter } from '../../../main/engine/adapters.ts'
import { standIn } from '../cli/stand-in.ts'
import { greenWorld } from '../cli/worlds.ts'
import { systemOf } from '../ui-server/system.ts'

const problem = {
  kind: 'invalid',
  what: 'settings.json cannot be used.',
  why: 'Line 4, column 1: …',
} as const

test('a window shows what to correct, and goes on by itself once it is', async () => {
  let isCorrect = false
  const good = standIn({ world: greenWorld() }).engine
  const catalog = good.catalog()
  const gateway = await openGateway({
    face: 'browser',
    version: '1',
    open: () =>
      Promise.resolve(
        isCorrect
          ? systemOf(good)
          : {
              ...systemOf(
                createRefusingEngine({
                  trouble: problem,
                  defaults: defaultSettings,
                  catalog,
                  root: { ledger: () => Promise.resolve([]) } as unknown as RootAdapter,
                  now: () => 1,
                }),
              ),
              problem,
            },
      ),
  })
  const says: string[] = []
  const client = gateway.connect({
    push: ({ event, payload }) => {
      if (event === 'snapshot') says.push(payload.summary.says)
    },
    ready: () => Promise.resolve(),
  })
  await client.request('watch', { closely: true })
  expect(says.at(-1)).toBe(problem.what)
  for (const [name, input] of [
    ['start', { run: 'r1', services: ['grafana'] }],
    ['stop', { run: 'r2', services: ['grafana'], also: false, remove: false }],
    ['look', {}],
    ['setupPlan', {}],
  ] as const)
    expect(await client.request(name, input)).toMatchObject({ ok: false, trouble: problem })
  expect(await client.request('doctor', {})).toMatchObject({
    ok: true,
    value: [{ result: 'failed', what: problem.what }],
  })
  isCorrect = true
  expect(await client.request('look', {})).toMatchObject({ ok: true })
  await expect.poll(() => says.at(-1)).not.toBe(problem.what)
  client.close()
  await gateway.close()
})
