import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openChromium, reload, visit } from './browser.ts'
import { openTestServer, type TestServer } from './test-server.ts'

/** Coming in, staying in and coming back, in a real browser. */

let browser: Browser
let context: BrowserContext
let server: TestServer
/** What a page complained of: a policy that was broken shows here. */
const complaints: string[] = []
beforeAll(async () => {
  browser = await openChromium()
})
afterAll(async () => await browser.close())
afterEach(async () => {
  await context.close()
  await server.close()
})

async function tab(): Promise<Page> {
  const page = await context.newPage()
  page.on('console', (message) => {
    // Other tests change Docker's networks; the page asks again by itself.
    if (message.text().includes('ERR_NETWORK_CHANGED')) return
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return page
}

async function begin(world: Parameters<typeof openTestServer>[0] = 'green'): Promise<Page> {
  complaints.length = 0
  server = await openTestServer(world)
  context = await browser.newContext({ viewport: { width: 1100, height: 900 } })
  const page = await tab()
  await visit(page, server.url())
  await page.getByText('services work').first().waitFor()
  return page
}

const used = 'This address was used already.'

describe('the browser face in Chromium', () => {
  test('fault 43: the token leaves the address at once, and the history with it', async () => {
    const page = await begin()
    expect(new URL(page.url()).hash).toBe('')
    await page.goto('about:blank')
    await page.goBack()
    await page.getByText('services work').first().waitFor()
    expect(page.url()).not.toContain('enter')
    expect(await page.evaluate(() => document.cookie)).toBe('')
    expect(await page.evaluate(() => localStorage.length)).toBe(0)
  })

  test('a reload stays in; the same address in another tab says that it was used', async () => {
    complaints.length = 0
    server = await openTestServer('green')
    context = await browser.newContext()
    const url = server.url()
    const page = await tab()
    await visit(page, url)
    await page.getByText('services work').first().waitFor()
    await reload(page)
    await page.getByText('services work').first().waitFor()
    const other = await tab()
    await visit(other, url)
    await other.getByRole('heading', { name: used }).waitFor()
    await expect
      .poll(async () => await other.innerText('body'))
      .toContain('maculactl ui prints a new one: press Enter there.')
    // A fresh address pasted into the tab that is there comes in.
    await visit(other, server.url())
    await other.getByText('services work').first().waitFor()
  })

  test('a fresh address pasted into a tab whose session has ended comes in', async () => {
    const page = await begin()
    await page.evaluate(() => sessionStorage.clear())
    await visit(page, server.url())
    await page.getByText('services work').first().waitFor()
    expect(new URL(page.url()).hash).toBe('')
  })

  test('each place has an address and a title: a reload keeps it, Back and Forward lead through them', async () => {
    const page = await begin()
    const address = (): string => page.url().replace(/^http:\/\/127\.0\.0\.1:\d+/, '')
    server.show('doctor')
    await page.waitForURL('**/doctor')
    server.show('services', 'grafana')
    await page.getByRole('heading', { level: 1, name: 'Grafana' }).waitFor()
    expect([address(), await page.title()]).toEqual(['/services/grafana', 'Grafana · Macula Desktop'])
    await reload(page)
    await page.getByRole('heading', { level: 1, name: 'Grafana' }).waitFor()
    await page.keyboard.press('Alt+ArrowLeft')
    await page.waitForURL('**/doctor')
    await page.goBack()
    await page.getByText('services work').first().waitFor()
    expect(address()).toBe('/services')
    await page.goForward()
    await page.goForward()
    await page.getByRole('heading', { level: 1, name: 'Grafana' }).waitFor()
    server.show('wizard')
    await page.waitForURL('**/setup')
    await page.getByRole('button', { name: /^Review/ }).click()
    await page.waitForURL('**/setup/review')
    await page.goBack()
    await page.waitForURL('**/setup')
    expect(complaints).toEqual([])
  })

  test('what the engine tells is drawn at once, and pressing things breaks no policy', async () => {
    const page = await begin()
    server.switchTo('trouble')
    await page.getByText('Tempo fails').first().waitFor()
    await page.keyboard.press('Control+k')
    // It is loaded when it is first asked for.
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: /More/ }).first().click()
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('Escape')
    expect(complaints).toEqual([])
  })

  test('fault 43: the policy stops what is not ours', async () => {
    const page = await begin()
    const broken = await page.evaluate(async () => {
      const seen: string[] = []
      addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'globalThis.injected = true'
      document.head.append(script)
      const style = document.createElement('style')
      style.textContent = 'body { display: none }'
      document.head.append(style)
      document.body.append(Object.assign(document.createElement('iframe'), { src: 'http://127.0.0.1:9/' }))
      await fetch('http://127.0.0.1:9/').catch(() => undefined)
      // Violations are told after the fact, each in its own time.
      for (let frame = 0; frame < 300 && seen.length < 4; frame += 1)
        await new Promise((resolve) => requestAnimationFrame(resolve))
      return { seen: seen.sort(), injected: 'injected' in globalThis }
    })
    expect(broken).toEqual({
      seen: ['connect-src', 'frame-src', 'script-src-elem', 'style-src-elem'],
      injected: false,
    })
  })

  test.each(['start', 'style'])(
    'a page whose %s does not come at first asks again, and comes in',
    async (file) => {
      server = await openTestServer('green')
      context = await browser.newContext()
      let refusals = 2
      await context.route(`**/assets/${file}-*`, async (route) => {
        refusals -= 1
        await (refusals >= 0 ? route.abort('connectionaborted') : route.continue())
      })
      const page = await context.newPage()
      await visit(page, server.url())
      await expect.poll(() => refusals).toBeLessThan(0)
      await page.getByText('services work').first().waitFor()
      expect(await page.evaluate(() => getComputedStyle(document.body).margin)).toBe('0px')
      expect(await page.evaluate(() => sessionStorage.getItem('macula-again'))).toBe(null)
    },
  )

  test('a file that never comes is said, and the page is not loaded for ever', async () => {
    server = await openTestServer('green')
    context = await browser.newContext()
    let asked = 0
    await context.route('**/assets/start-*', async (route) => {
      asked += 1
      await route.abort('connectionaborted')
    })
    const page = await context.newPage()
    await visit(page, server.url())
    await page.getByText('A file of this page could not be loaded.').waitFor()
    expect(asked).toBe(7)
  })

  test('the command ends and is started again at the same port: the page says what to do', async () => {
    const page = await begin()
    const port = Number(new URL(page.url()).port)
    await server.close()
    server = await openTestServer('green', { port })
    await page.getByRole('heading', { name: used }).waitFor()
    await visit(page, server.url())
    await page.getByText('services work').first().waitFor()
  })
})
