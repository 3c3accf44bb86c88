import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { readRow, shownStates, type RowRead } from './window.ts'

/** How long the window is looked at until it shows something (ms). */
export const patience = { timeout: 180_000, interval: 100 } as const

/** Until everything that is set up is drawn as working. */
export async function untilGreen(page: Page): Promise<void> {
  await expect
    .poll(async () => await shownStates(page), patience)
    .toEqual({ works: expect.any(Array) as unknown })
}

/** Until a row is drawn as wanted; resolves with it. */
export async function untilRow(page: Page, title: string, wanted: Partial<RowRead>): Promise<RowRead> {
  await expect.poll(async () => await readRow(page, title), patience).toMatchObject(wanted)
  return await readRow(page, title)
}

/** Until the view says so; when it never does, what it says instead is told. */
export async function untilSaid(page: Page, words: string): Promise<void> {
  await expect.poll(async () => await page.locator('main').innerText(), patience).toContain(words)
}
