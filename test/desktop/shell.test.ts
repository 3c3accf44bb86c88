import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApplication, artefacts, freshShell, itemOf, type Application } from './support/application.ts'
import { openSession, type Session } from './support/session.ts'

/** The shell on a desktop with a tray: window, icon, menu, closing, second starts. No service has to run. */

let session: Session
let macula: Application

beforeAll(async () => {
  await freshShell()
  session = await openSession({ panel: true })
  macula = await startApplication(session)
})

afterAll(async () => {
  await macula?.end()
  await session?.end()
})

test('the window appears', async () => {
  const page = await macula.page()
  await page.waitForLoadState('load')
  expect(page.url()).toBe('macula://app/index.html')
  await session.screenshot(`${await artefacts()}/window.png`)
})

test('the tray icon registers with the real tray host, and its menu says how things stand', async () => {
  const menu = await macula.menu()
  expect(itemOf(menu, ['Open Macula Desktop'])?.enabled).toBe(true)
})
