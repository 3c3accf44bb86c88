import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { readRow, rows, shownStates, type RowRead } from './window.ts'

/** How long the window is looked at until it shows something (ms). */
export const patience = { timeout: 300_000, interval: 100 } as const

/** What the page shows of what is not as it should be, in a few lines. */
async function shown(page: Page): Promise<string> {
  const line = async (selector: string): Promise<string> =>
    (await page.locator(selector).allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ').trim().slice(0, 600)
  const drawn = Object.entries(await rows(page)).filter(
    ([, { state }]) => !['works', 'stopped', 'not set up'].includes(state),
  )
  return [
    ...drawn.slice(0, 6).map(([title, { state, note, rungs }]) => `${title}: ${state}, ${note} (${rungs})`),
    `summary: ${await line('.summary')}`,
    `explanation: ${await line('.strip')}`,
  ].join('\n')
}

/** Waits for what `read` gives; when it never comes, the page's own words of what is wrong are told too. */
async function told<T>(page: Page, waiting: Promise<T>): Promise<T> {
  try {
    return await waiting
  } catch (error) {
    const says = await shown(page).catch(String)
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${says}`, { cause: error })
  }
}

/** Until everything that is set up is drawn as working. */
export async function untilGreen(page: Page): Promise<void> {
  await told(
    page,
    expect
      .poll(async () => await shownStates(page), patience)
      .toEqual({ works: expect.any(Array) as unknown }),
  )
}

/** Until a row is drawn as wanted; resolves with it as it was read then. */
export async function untilRow(
  page: Page,
  title: string,
  wanted: Partial<Record<keyof RowRead, unknown>>,
): Promise<RowRead> {
  let row: RowRead | undefined
  const read = async (): Promise<RowRead> => (row = await readRow(page, title))
  await told(page, expect.poll(read, patience).toMatchObject(wanted))
  if (row === undefined) throw new Error(`no row ${title}`)
  return row
}

/** Until the view says so; when it never does, what it says instead is told. */
export async function untilSaid(page: Page, words: string): Promise<void> {
  await expect.poll(async () => await page.locator('main').innerText(), patience).toContain(words)
}
