import core, { type AxeResults, type RunOptions } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Engine } from '../../main/engine/engine.ts'
import { visit } from './browser.ts'
import { openTestServer, type TestServer } from './test-server.ts'
import type { WorldName } from './worlds.ts'

/** A window over a stand-in engine, and everything it complained of. */
export interface Drawn {
  readonly server: TestServer
  readonly context: BrowserContext
  readonly page: Page
  readonly complaints: string[]
  close(): Promise<void>
}

/** How a window is looked at. */
export interface Look {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
  /** A screen that is touched. */
  readonly touch?: boolean
  /** Parts of the engine in place of the stand-in's. */
  readonly over?: Partial<Engine>
}

/** Opens the built window over a world and waits until its rows are drawn. */
export async function draw(browser: Browser, world: WorldName, look: Look = {}): Promise<Drawn> {
  const server = await openTestServer(world, look.over === undefined ? {} : { over: look.over })
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1100, height: look.height ?? 900 },
    colorScheme: look.scheme ?? 'light',
    reducedMotion: 'reduce',
    hasTouch: look.touch === true,
    // A person's Chromium lets a pressed button copy; the one without a head asks, and nobody is there to answer.
    permissions: ['clipboard-write'],
  })
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // Chromium ends what is under way when the machine's networks change, which other tests do to Docker's; the window
    // asks again by itself.
    if (message.text().includes('ERR_NETWORK_CHANGED')) return
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await visit(page, server.url())
  await page.waitForFunction(() => document.querySelector('#root main') !== null)
  await server.pages(1)
  server.show('services')
  await page.waitForSelector('[role="treegrid"] [role="row"]')
  return {
    server,
    context,
    page,
    complaints,
    close: async () => {
      await context.close()
      await server.close()
    },
  }
}

/** Another world, drawn. */
export async function turn({ server, page }: Drawn, world: WorldName): Promise<void> {
  const before = await page.textContent('.summary h1')
  server.switchTo(world)
  await page.waitForFunction((last) => document.querySelector('.summary h1')?.textContent !== last, before)
}

/**
 * What axe finds in the page as it is, as "rule: elements": WCAG 2.2 AA with its target sizes, and best practice.
 * `only`: these rules and no others.
 */
export async function axe(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  // Once a document; the page's own rules about scripts do not reach what the browser itself is told to run.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(core.source)
  const options: RunOptions = {
    rules: { 'target-size': { enabled: true } },
    resultTypes: ['violations'],
    // What is told is the element itself; the page has no frame (its policy) and no rule here reads style sheets. Each takes time.
    selectors: false,
    iframes: false,
    preload: false,
    ...(only === undefined ? {} : { runOnly: { type: 'rule', values: [...only] } }),
  }
  return await page.evaluate(async (options) => {
    const { axe } = window as unknown as {
      readonly axe: { readonly run: (options: unknown) => Promise<AxeResults> }
    }
    const { violations } = await axe.run(options)
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
  }, options)
}

/** How far the page is larger than its window: it never is. */
export async function overflow(page: Page): Promise<readonly number[]> {
  return await page.evaluate(() => [
    document.documentElement.scrollWidth - innerWidth,
    document.documentElement.scrollHeight - innerHeight,
  ])
}

/** The primary buttons that can be pressed now, by their words: one a view at most, and of a question its own alone. */
export async function primaries(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.btn-p')]
      .filter((one) => one.closest('[inert], [aria-hidden="true"]') === null && one.checkVisibility())
      .map((one) => one.innerText),
  )
}

/**
 * What lies outside the window and cannot be scrolled to, as text: beside it at any width and zoom, and of what stands before the page
 * above or below it too. What scrolls by itself (code, lines of a log) may be larger inside.
 */
export async function beside(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    /** Whether it is brought into sight by scrolling, or is only read out. */
    const isReached = (element: Element, along: 'x' | 'y'): boolean => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const style = getComputedStyle(at)
        if (style.clipPath !== 'none' || at.closest('.xterm')) return true
        const scrolls = along === 'x' ? style.overflowX : style.overflowY
        const more = along === 'x' ? at.scrollWidth > at.clientWidth : at.scrollHeight > at.clientHeight
        if (at !== element && more && (scrolls === 'auto' || scrolls === 'scroll')) return true
      }
      return false
    }
    const front = document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')
    const parts = 'button, input, a, h1, h2, h3, p, dd, dt, label, [role="row"]'
    return [...(front ?? document.body).querySelectorAll(parts)].flatMap((element) => {
      const { left, right, top, bottom, width } = element.getBoundingClientRect()
      if (width <= 1 || !element.checkVisibility()) return []
      const isOut =
        ((left < -1 || right > innerWidth + 1) && !isReached(element, 'x')) ||
        (front !== null && (top < -1 || bottom > innerHeight + 1) && !isReached(element, 'y'))
      const at = [left, right, top, bottom].map(Math.round).join(' ')
      return isOut ? [`${at}: ${element.getAttribute('aria-label') ?? element.textContent.slice(0, 60)}`] : []
    })
  })
}

/** Pressed ones that lie over each other within one box, as text: a finger would press the wrong one. */
export async function overlapping(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const root =
      document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') ?? document.body
    const boxes = [...root.querySelectorAll('main :is(button, p, .cut), [role] button')]
      .filter((one) => one.checkVisibility())
      .map((element) => ({ element, rect: element.getBoundingClientRect() }))
      .filter(({ rect }) => rect.width > 2 && rect.height > 2)
    const found: string[] = []
    for (const { element, rect } of boxes) {
      if (element.tagName !== 'BUTTON') continue
      for (const other of boxes) {
        if (other.element === element || other.element.contains(element) || element.contains(other.element))
          continue
        // Only what stands in the same row: tiers stay on top of what scrolls below them.
        if (other.element.closest('li') !== element.closest('li') || element.closest('li') === null) continue
        const wide = Math.min(rect.right, other.rect.right) - Math.max(rect.left, other.rect.left)
        const high = Math.min(rect.bottom, other.rect.bottom) - Math.max(rect.top, other.rect.top)
        if (wide > 2 && high > 2) found.push(`${element.textContent} over ${other.element.textContent}`)
      }
    }
    return found
  })
}

/** Presses the button that copies `what`. That it was copied is said for two seconds: what waits for it is there before the press. */
export async function copy(page: Page, what: string): Promise<void> {
  const named = (name: string) => page.getByRole('button', { name, exact: true })
  await Promise.all([named(`Copied ${what}`).waitFor(), named(`Copy ${what}`).click()])
}

/** What a person at the keyboard has under their hands. */
export async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const { activeElement } = document
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? ''
  })
}

/** The three sizes that every view must fit. */
export const sizes = [
  { width: 1100, height: 900 },
  { width: 900, height: 700 },
  { width: 360, height: 800 },
] as const

export const schemes = ['light', 'dark'] as const
