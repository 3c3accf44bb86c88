import { memoryOf, openQuietly, openWindow, pause, rendererOf } from './window.mjs'
import { median } from './prepare.mjs'

/** Of the shares. */
const AIM = 1.6

/**
 * Pictures of what was drawn before are given back five seconds later, what threads keep at hand soon after a collection (measured):
 * then nothing changes for as long as nothing happens (ms).
 */
const SETTLE_MS = 10_000

/**
 * Memory of the page's process with all services shown, against a blank page in the same browser. Both are led by the browser's own
 * protocol: what a test's driver puts into a page to find things in it (1.5 MB) is none of the page's.
 */
export async function memory(actor, { rounds }) {
  const figures = { Pss: { ours: [], blank: [] }, Rss: { ours: [], blank: [] } }
  for (let round = 1; round <= rounds; round++) {
    const window = await openWindow(actor)
    try {
      const empty = await (await window.browser.newContext()).newPage()
      await empty.goto('about:blank')
      const page = await openQuietly(window)
      const pids = {
        ours: await rendererOf(window.browser, page),
        blank: await rendererOf(window.browser, empty),
      }
      for (const one of [page, empty]) {
        const session = await one.context().newCDPSession(one)
        await session.send('HeapProfiler.collectGarbage')
      }
      await pause(SETTLE_MS)
      for (const [figure, values] of Object.entries(figures))
        for (const [whose, list] of Object.entries(values)) list.push(memoryOf(pids[whose], figure))
    } finally {
      await window.close()
    }
  }
  console.log('\nmemory: the process that draws the page, after a collection')
  for (const [figure, { ours, blank }] of Object.entries(figures))
    console.log(
      `${figure === 'Pss' ? 'shared pages by their share' : 'shared pages whole         '}   window ${median(ours).toFixed(1)} MB, blank page ${median(blank).toFixed(1)} MB, ratio ${(median(ours) / median(blank)).toFixed(2)}${figure === 'Pss' ? `  (aim: at most ${AIM})` : ''}`,
    )
}
