import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { openChromium, visit } from '../../browser.ts'
import { user } from '../../../integration/support/actor.ts'
import { startUi, type Ui } from './ui.ts'

const artefacts = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'artefacts')

/** How long a person looks for something to click (ms). */
const ACTION_MS = 120_000

/** A person's window: the real page in Chromium over `maculactl ui` of the plain user. */
export interface RealWindow {
  readonly ui: Ui
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  /** What the page complained of in its console, and what broke in it. */
  readonly complaints: readonly string[]
  /** Keeps a picture as test/artefacts/real-NAME.png. */
  readonly picture: (name: string) => Promise<void>
  readonly close: () => Promise<void>
}

export interface WindowOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly who?: string
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  /** A screen that is touched. */
  readonly touch?: boolean
  /** Words that lead into something around the server, as `unshare -m`. */
  readonly before?: readonly string[]
}

/** Starts `maculactl ui` and opens its address. */
export async function openRealWindow(options: WindowOptions = {}): Promise<RealWindow> {
  const { env, who = user, scheme = 'light', width = 1100, height = 900 } = options
  const ui = await startUi(env, who, options.before)
  const browser = await openChromium()
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    hasTouch: options.touch === true,
    permissions: ['clipboard-write'],
  })
  context.setDefaultTimeout(ACTION_MS)
  const complaints: string[] = []
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('requestfailed', (request) =>
    complaints.push(
      `${request.method()} ${new URL(request.url()).pathname}: ${request.failure()?.errorText ?? ''}`,
    ),
  )
  page.on('pageerror', (error) => complaints.push(String(error)))
  await visit(page, ui.url)
  // Before it is drawn it hears no key.
  await drawn(page).waitFor()
  return {
    ui,
    browser,
    context,
    page,
    complaints,
    async picture(name) {
      mkdirSync(artefacts, { recursive: true })
      await page.screenshot({ path: join(artefacts, `real-${name}.png`) })
    },
    async close() {
      await browser.close()
      await ui.end()
    },
  }
}

/** The heading of the view that is shown; there only when its file has come and it is drawn. */
export function drawn(page: Page): Locator {
  return page.locator('main:not([aria-busy="true"]) h1').first()
}

/** Runs something from the palette by typing, as a person: what is typed before the field is there is lost. */
export async function fromPalette(page: Page, words: string): Promise<void> {
  await drawn(page).waitFor()
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Find or run' })
  await palette.locator('input:focus').waitFor()
  await page.keyboard.type(words)
  await expect.poll(async () => await palette.locator('input').inputValue()).toBe(words)
  await page.keyboard.press('Enter')
  await palette.waitFor({ state: 'detached' })
}

/** The row of a service on the home view. */
export function rowOf(page: Page, title: string): Locator {
  return page.locator('.list .row').filter({ has: page.getByRole('button', { name: title, exact: true }) })
}

/** The head of a tier. */
export function tierOf(page: Page, title: string): Locator {
  return page
    .locator('.list .tier')
    .filter({ has: page.getByRole('heading', { name: title, exact: true, level: 2 }) })
}

/** The explanation, the one place for long words. */
export function strip(page: Page): Locator {
  return page.getByRole('region', { name: 'Explanation' })
}

/** What a person gets who pastes now: the page itself may not read the clipboard. */
export async function pasted({ context }: RealWindow): Promise<string> {
  const page = await context.newPage()
  await page.setContent('<textarea autofocus></textarea>')
  await page.locator('textarea').press('Control+V')
  const text = await page.locator('textarea').inputValue()
  await page.close()
  return text
}

/** A row as a person reads it. */
export interface RowRead {
  readonly state: string
  /** "name ok, address ok, forwarder failed, …" */
  readonly rungs: string
  /** The few words at its end, with the answer's time before them. */
  readonly note: string
  /** What a click on the blue one opens or copies: "Open http://…"; empty: neither is blue. */
  readonly uses: string
}

/** Every row of home by its title, as drawn now: read in one go, so that all are of one moment. */
export async function rows(page: Page): Promise<Readonly<Record<string, RowRead>>> {
  const list = await page.locator('.list .row').evaluateAll((elements) =>
    elements.map((row): readonly [string, RowRead] => {
      const text = (selector: string): string =>
        row.querySelector<HTMLElement>(selector)?.innerText.trim() ?? ''
      const label = (selector: string): string =>
        row.querySelector(selector)?.getAttribute('aria-label') ?? ''
      return [
        text('.title'),
        {
          state: label('.state svg'),
          rungs: label('.lad'),
          note: [...row.querySelectorAll<HTMLElement>('.note > span:not(.mobile)')]
            .map((part) => part.innerText.trim())
            .join(' ')
            .trim(),
          uses: row.querySelector('.use')?.getAttribute('title') ?? '',
        },
      ]
    }),
  )
  return Object.fromEntries(list)
}

/** One row, as drawn now. */
export async function readRow(page: Page, title: string): Promise<RowRead> {
  const row = (await rows(page))[title]
  if (!row) throw new Error(`no row ${title}`)
  return row
}

/** Services by the state their rows show; what is not set up is left out, as in the command line's tests. */
export async function shownStates(page: Page): Promise<Readonly<Record<string, readonly string[]>>> {
  const map: Record<string, string[]> = {}
  for (const [title, { state }] of Object.entries(await rows(page)))
    if (state !== 'not set up') (map[state] ??= []).push(title)
  return map
}

/** Whether all that is set up works. */
export async function isAllGreen(page: Page): Promise<boolean> {
  return Object.keys(await shownStates(page)).join() === 'works'
}

/** The ladder of a service that works by its name. */
export const green = 'name ok, address ok, forwarder ok, container ok, service ok'
