import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { answerKey } from '../../main/model/world.ts'
import { app, pod, up } from '../unit/cluster/world.ts'
import { greenWorld, now, snapshotOf } from '../unit/cli/worlds.ts'
import { axe, schemes } from './page.ts'
import { artefacts } from './shoot.ts'
import { openWindows } from './windows.ts'

/** A row for what nobody described: an Ingress that somebody else made. */

const { inWindow } = openWindows()

function found(): Engine['subscribe'] {
  const world = greenWorld()
  const host = 'neurolab.macula.local'
  world.clusters = new Map([
    [
      'hub',
      up(
        { console: app() },
        {
          ingresses: [
            {
              namespace: 'demo',
              name: 'neurolab',
              hosts: [host, '*.lab.macula.local'],
              routes: [host],
              pods: [
                pod({ name: 'neurolab-5c9d8', image: 'localhost:5001/neurolab:1', startedAt: now - 600_000 }),
              ],
              selector: 'app=neurolab',
            },
          ],
        },
      ),
    ],
  ])
  world.names.set(host, { kind: 'answer', addresses: ['127.0.0.2'], ms: 1 })
  world.addresses.set('127.0.0.2', { kind: 'ok', ms: 0 })
  world.listeners.set('127.0.0.2:80', { kind: 'ours', pid: 9, program: 'socat', ms: 0 })
  world.answers.set(answerKey('demo-neurolab', 'web', 'front'), {
    kind: 'answer',
    says: 'HTTP 200',
    status: 200,
    ms: 4,
  })
  const snapshot = snapshotOf(world)
  return (tell) => {
    tell(snapshot)
    return () => undefined
  }
}

test.each(schemes)(
  'its row opens and offers nothing that only its maker can do; its page says where it is: %s',
  async (scheme) => {
    await inWindow(
      'green',
      async ({ page, server }) => {
        const row = page.locator('[role="row"]', { hasText: 'neurolab' })
        await row.waitFor()
        await expect
          .poll(async () => await row.getByRole('button', { name: 'Open neurolab' }).isEnabled())
          .toBe(true)
        expect(await row.getByRole('button', { name: 'Start neurolab' }).isEnabled()).toBe(false)
        server.show('services', 'demo-neurolab')
        await page.getByRole('heading', { level: 1, name: 'neurolab' }).waitFor()
        const main = await page.locator('main').innerText()
        expect(main).toContain('Not described here: Ingress demo/neurolab in Hub cluster')
        expect(main).toContain('neurolab-5c9d8')
        expect(main).toContain('*.lab.macula.local: a wildcard gets no name by itself.')
        const buttons = await page.locator('.svchead button').allInnerTexts()
        expect(buttons.map((one) => one.trim()).filter(Boolean)).toEqual(['Logs', 'Activity', 'Open'])
        expect(await axe(page)).toEqual([])
        await page.screenshot({ path: join(artefacts, `found-${scheme}.png`) })
      },
      { scheme, over: { subscribe: found() } },
    )
  },
)
