import { say } from '../process.mjs'
import { median } from './prepare.mjs'

const AIM = 1.5
/** The platform's own, and as many as a person with services of their own could have. */
const COUNTS = [19, 250]
/** Changes of one service's state in one measurement. */
const CHANGES = 100

/**
 * Processor time of the page for one change of one service's state, with 250 services on home against 19. The window is the real
 * one over a stand-in engine, so no Docker is needed; time is that of the page's main thread (Chromium's own count), so other
 * work of the machine does not count. The two take turns.
 */
export async function rows({ rounds }) {
  const { openChromium } = await import('../../../test/window/browser.ts')
  const { draw } = await import('../../../test/window/page.ts')
  const browser = await openChromium()
  const figures = new Map(COUNTS.map((count) => [count, []]))
  try {
    for (let round = 1; round <= rounds; round++)
      for (const count of round % 2 === 1 ? COUNTS : COUNTS.toReversed()) {
        const drawn = await draw(browser, 'green')
        try {
          figures.get(count).push(await oneChange(drawn, count))
        } finally {
          await drawn.close()
        }
        say(`${count} services: ${figures.get(count).at(-1).toFixed(2)} ms a change`)
      }
  } finally {
    await browser.close()
  }
  const [few, many] = COUNTS.map((count) => median(figures.get(count)))
  console.log('\nrows: processor time of the page for one change of one state')
  console.log(`${COUNTS[0]} services    ${few.toFixed(2)} ms`)
  console.log(`${COUNTS[1]} services   ${many.toFixed(2)} ms`)
  console.log(`ratio          ${(many / few).toFixed(2)}  (aim: at most ${AIM})`)
}

/** Milliseconds of the page's main thread for one change, over CHANGES of them. */
async function oneChange({ page, server }, count) {
  const { greenWorld, snapshotOf } = await import('../../../test/unit/cli/worlds.ts')
  const green = snapshotOf(greenWorld(), 1_000_000)
  const grafana = green.services.find(({ id }) => id === 'grafana')
  const services = Array.from({ length: count }, (_, index) => ({
    ...grafana,
    id: `own-${index}`,
    title: `Own ${index}`,
    tier: 'tools',
    needs: [],
    uses: [],
    neededBy: [],
  }))
  const tiers = green.tiers.map((tier) => ({
    ...tier,
    services: tier.id === 'tools' ? services.map(({ id }) => id) : [],
  }))
  let at = Date.now() + 1_000_000_000
  const tell = (state) => {
    at += 1
    const [first, ...others] = services
    const payload = { ...green, rev: at, at, tiers, services: [{ ...first, state }, ...others], causes: [] }
    server.tell({ event: 'snapshot', payload })
  }
  const painted = async (state) =>
    await page.waitForFunction(
      (word) =>
        document.querySelector('[role="row"].row .state svg')?.getAttribute('aria-label')?.startsWith(word),
      state,
    )
  tell('works')
  await page.waitForFunction(
    (rows) =>
      Number(document.querySelector('[role="row"].row')?.getAttribute('aria-setsize')) === rows ||
      document.querySelectorAll('[role="row"].row').length === rows,
    count,
  )
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const used = async () =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value
  // What is compiled and drawn for the first time does not count.
  for (const state of ['stopped', 'works', 'stopped', 'works']) {
    tell(state)
    await painted(state)
  }
  const before = await used()
  for (let change = 1; change <= CHANGES; change++) {
    const state = change % 2 === 1 ? 'stopped' : 'works'
    tell(state)
    await painted(state)
  }
  return ((await used()) - before) * (1000 / CHANGES)
}
