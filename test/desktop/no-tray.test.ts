import { afterAll, beforeAll, expect, test } from 'vitest'
import { artefacts, startApplication, type Application } from './support/application.ts'
import { eventually, openSession, type Session } from './support/session.ts'

/** A desktop that shows no tray icons, as GNOME without the AppIndicator extension. */

let session: Session
let macula: Application

beforeAll(async () => {
  session = await openSession({ panel: false })
  macula = await startApplication(session)
  await (await macula.page()).waitForLoadState('load')
  await macula.request('endWizard', {})
})

afterAll(async () => {
  await macula?.end()
  await session?.end()
})

test('fault 42: the window is shown, and knows that there is no tray', async () => {
  await eventually('a window on the screen', async () => await macula.isVisible())
  await eventually('the answer', async () => {
    const about = await macula.request('about', {})
    return about.ok && (about.value as { tray: unknown }).tray === false
  })
  await eventually('the window says so', async () => (await macula.text()).includes('no tray'))
})

test('fault 42: closing never hides silently: the window asks', async () => {
  const page = await macula.page()
  await page.keyboard.press('Escape')
  await macula.closeWindow()
  await eventually('the question', async () =>
    (await macula.text()).includes('There is no tray to come back from'),
  )
  expect(await macula.isVisible()).toBe(true)
  await session.screenshot(`${await artefacts()}/no-tray.png`)
})

test('fault 42: a window that is hidden without a tray is reached by starting again', async () => {
  await macula.request('leave', { how: 'hide' })
  await eventually('no window', async () => !(await macula.isVisible()))
  expect(await macula.again()).toBe(0)
  await eventually('the window', async () => await macula.isVisible())
})

test('fault 42: a tray that comes is used; when it goes, the window is shown', async () => {
  await session.panel()
  await eventually('the whole menu', async () => (await macula.menu()).children.length > 10)
  await macula.closeWindow()
  await eventually('no window', async () => !(await macula.isVisible()))
  await session.endPanel()
  await eventually('the window', async () => await macula.isVisible())
})
