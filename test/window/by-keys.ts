import type { Page } from 'playwright-core'

/** A person with a keyboard and nothing else. */

/** What has the keyboard, by its name; a box by its label. */
export async function underHands(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const active = document.activeElement
    if (active === null || active === document.body) return ''
    return active.getAttribute('aria-label') ?? (active.closest('label') ?? active).textContent
  })
}

/** Tab until what has the keyboard has this name; it is reached within one round of the page. */
export async function reach(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = []
  for (let press = 0; press < 120; press += 1) {
    await page.keyboard.press('Tab')
    const under = await underHands(page)
    if (name.test(under)) return
    passed.push(under.slice(0, 40))
  }
  throw new Error(`Tab does not reach ${name}, only: ${[...new Set(passed)].join(' | ')}`)
}

/**
 * Goes to the one primary button by Tab and presses it; does nothing when it says something else meanwhile, because what
 * was read is not there any more.
 */
export async function pressPrimary(page: Page, label: string): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    await page.keyboard.press('Tab')
    const seen = await page.evaluate(() => {
      const primary = document.querySelector<HTMLButtonElement>('.btn-p:not(:disabled)')
      return { says: primary?.textContent ?? '', isUnder: primary === document.activeElement }
    })
    if (seen.says !== label) return
    if (seen.isUnder) return await page.keyboard.press('Enter')
  }
  throw new Error(`Tab does not reach the primary button ${label}`)
}

/**
 * How long nobody may have the keyboard: a view that was left and one that comes are some frames apart. A loaded machine draws fewer
 * of them in the same time (ms), so both have to pass.
 */
const LOST_MS = 1500
const LOST_FRAMES = 30

/**
 * Watches from now on that the keyboard is never left without a place and no pointer is used; resolves with a function that
 * tells where it was.
 * The page's own, because what is lost for a moment between two looks of a test is not seen by it.
 */
export async function watchFocus(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(
    ([most, least]) => {
      const lost: string[] = []
      let since: number | undefined
      let [frames, sinceFrame] = [0, 0]
      const count = (): void => {
        frames += 1
        requestAnimationFrame(count)
      }
      count()
      Object.assign(globalThis, { lostFocus: lost })
      document.addEventListener('pointerdown', () => void lost.push('a pointer was pressed'), true)
      setInterval(() => {
        const active = document.activeElement
        if (active !== null && active !== document.body && !active.matches(':disabled')) since = undefined
        else if (since === undefined) [since, sinceFrame] = [performance.now(), frames]
        else if (performance.now() - since > most && frames - sinceFrame > least) {
          lost.push(document.querySelector('main h2, main h1')?.textContent ?? '')
          since = Number.POSITIVE_INFINITY
        }
      }, 50)
    },
    [LOST_MS, LOST_FRAMES] as const,
  )
  return async () =>
    await page.evaluate(() => (globalThis as unknown as { readonly lostFocus: readonly string[] }).lostFocus)
}
