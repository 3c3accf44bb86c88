import { memoryOf, openPage, openWindow, pause, rendererOf } from './window.mjs'
import { median } from './stage.mjs'

const AIM = 1.25

/** Memory of the page's process with all services shown, against a blank page in the same browser. */
export async function memory(actor, { rounds }) {
  const [ours, blank] = [[], []]
  for (let round = 1; round <= rounds; round++) {
    const window = await openWindow(actor)
    try {
      const empty = await (await window.browser.newContext()).newPage()
      await empty.goto('about:blank')
      const page = await openPage(window)
      const [own, other] = [await rendererOf(window.browser, page), await rendererOf(window.browser, empty)]
      const session = await page.context().newCDPSession(page)
      await session.send('HeapProfiler.collectGarbage')
      await pause(2000)
      ours.push(memoryOf(own))
      blank.push(memoryOf(other))
    } finally {
      await window.close()
    }
  }
  const ratio = median(ours) / median(blank)
  console.log('\nmemory: proportional set size of the process that draws the page, after a collection')
  console.log(`blank page                    ${median(blank).toFixed(1)} MB`)
  console.log(`window, home                  ${median(ours).toFixed(1)} MB`)
  console.log(`ratio                         ${ratio.toFixed(2)}  (aim: at most ${AIM})`)
}
