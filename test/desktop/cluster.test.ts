import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { done, serviceOf, until } from '../integration/support/actor.ts'
import { cleared, gone, infrastructure, nodes, untilAnswers } from '../integration/cluster/tier.ts'
import { artefacts, itemOf, startApplication, type Application } from './support/application.ts'
import { answering } from './support/questions.ts'
import { eventually, openSession, type Session } from './support/session.ts'

/** The Applications tier in the tray of a desktop, on the real kind. */

let session: Session
let macula: Application

beforeAll(async () => {
  await cleared()
  await done(['up', 'registry', 'timescaledb'])
  session = await openSession({ panel: true })
  macula = await startApplication(session, { own: true })
  await (await macula.page()).waitForLoadState('load')
})

afterAll(async () => {
  await macula?.end()
  await session?.end()
  await gone()
})

/** Waits until the tier's switch stands so. */
async function untilSwitched(on: boolean): Promise<void> {
  await eventually(
    `Applications is ${on ? 'on' : 'off'}`,
    async () => {
      const item = itemOf(await macula.menu(), ['Applications', `Applications is ${on ? 'on' : 'off'}`])
      return item?.enabled === true
    },
    300_000,
  )
}

test('the tier is created by its switch, which asks with the price, stopped and started again; what is not of it stays as it was', async () => {
  const before = await infrastructure()
  const asked = await answering(macula, 'Create')
  await macula.press('Applications', 'Applications is off')
  await untilSwitched(true)
  expect((await asked()).join('\n')).toMatch(/^Create the Hub cluster\? It takes about 700 MB of memory/)
  const hub = serviceOf(
    await until((seen) => serviceOf(seen, 'cluster/hub').state === 'works'),
    'cluster/hub',
  )
  expect(hub.state, JSON.stringify(hub.ladder)).toBe('works')
  await eventually('the menu', async () =>
    itemOf(await macula.menu(), ['Applications', 'Hub cluster: works']),
  )
  await eventually('what to push', async () =>
    itemOf(await macula.menu(), ['Applications', 'Console: no image yet: push registry.macula.local']),
  )
  await untilAnswers('console', { status: 503 })
  await session.screenshot(join(await artefacts(), 'applications-on.png'))
  const made = await nodes()
  expect(made).toHaveLength(1)

  await macula.press('Applications', 'Applications is on')
  await untilSwitched(false)
  await until((seen) => serviceOf(seen, 'cluster/hub').state === 'stopped')
  await eventually('the menu', async () =>
    itemOf(await macula.menu(), ['Applications', 'Hub cluster: stopped']),
  )
  expect(await nodes()).toEqual(made)

  await macula.press('Applications', 'Applications is off')
  await untilSwitched(true)
  expect(await asked(), 'one that is there is only started').toHaveLength(1)
  const seen = await until((one) => serviceOf(one, 'cluster/hub').state === 'works')
  expect(serviceOf(seen, 'cluster/hub').state).toBe('works')
  expect(await nodes()).toEqual(made)
  expect(await infrastructure()).toBe(before)
})

test('it is deleted from the tray: the window asks for its name first; what is not of it stays', async () => {
  const before = await infrastructure()
  await macula.press('Applications', 'Hub cluster', 'Delete…')
  const page = await macula.page()
  const dialog = page.getByRole('alertdialog', { name: 'Delete Hub cluster?' })
  await dialog.getByLabel('Name of the service').fill('Hub cluster')
  await expect.poll(async () => await macula.isVisible()).toBe(true)
  await session.screenshot(join(await artefacts(), 'applications-delete.png'))
  expect(await nodes()).toHaveLength(1)
  await dialog.getByRole('button', { name: 'Delete the cluster' }).click()
  await dialog.waitFor({ state: 'detached', timeout: 300_000 })
  expect(await nodes()).toEqual([])
  await eventually('the menu', async () =>
    itemOf(await macula.menu(), ['Applications', 'Hub cluster: not set up']),
  )
  expect(itemOf(await macula.menu(), ['Applications', 'Hub cluster', 'Delete…'])).toBeUndefined()
  expect(await infrastructure()).toBe(before)
})
