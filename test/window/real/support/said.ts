import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { patience } from './waiting.ts'

/** What the window told of a press, in its order, each sentence once; its seconds are left out. */
export interface Said {
  readonly sentences: readonly string[]
  /** From the press to the first sentence about it, by the page's own clock (ms). */
  readonly heardMs: number
  /** The most seconds that were counted while it went on. */
  readonly seconds: number
}

interface Kept {
  at: number
  text: string
}

/**
 * Presses, and keeps each sentence that the summary then tells about it, until the one of its end. `label`: what the deed is
 * called. The page itself takes the times: between it and the test lies a slow machine.
 */
export async function press(page: Page, button: Locator, label: string): Promise<Said> {
  await page.evaluate((start) => {
    const kept: Kept[] = []
    let pressed = 0
    const look = (): void => {
      const text = document.querySelector<HTMLElement>('.summary p')?.innerText ?? ''
      if (pressed > 0 && text.startsWith(start) && text !== kept.at(-1)?.text)
        kept.push({ at: performance.now() - pressed, text })
    }
    // At its release a press counts.
    addEventListener('click', () => (pressed ||= performance.now()), { capture: true, once: true })
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    })
    Object.assign(globalThis, { kept })
  }, label)
  await button.click()
  const read = async (): Promise<readonly Kept[]> =>
    await page.evaluate(() => (globalThis as unknown as { kept: Kept[] }).kept)
  await expect
    .poll(async () => (await read()).at(-1)?.text ?? '', patience)
    .toMatch(/, at \d\d:\d\d:\d\d after /)
  const kept = await read()
  const seconds = kept.map(({ text }) => Number(/, (\d+) s$/.exec(text)?.[1] ?? -1))
  return {
    sentences: [...new Set(kept.map(({ text }) => text.replace(/, \d+ s$/, '')))],
    heardMs: kept[0]?.at ?? Number.POSITIVE_INFINITY,
    seconds: Math.max(...seconds),
  }
}

/** The sentences without what differs from time to time: when, and how long it took. */
export function timeless({ sentences }: Said): readonly string[] {
  return sentences.map((text) =>
    text
      .replaceAll(/\d\d:\d\d:\d\d/g, 'TIME')
      .replace(/ after (?:< )?[\d.]+ (?:ms|s|min(?: \d+ s)?):/, ' after DURATION:'),
  )
}
