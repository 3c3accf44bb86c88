import { say } from '../process.mjs'
import { median, quantile } from './prepare.mjs'
import { pause } from './window.mjs'

const AIM = 1.5
const AIM_FRAMES = 30
const AIM_KEY_MS = 100
/** The platform's own, and as many as a person with services of their own could have. */
const COUNTS = [19, 250]
/** Changes of one service's state in one measurement. */
const CHANGES = 100
/** Changes before it: what is compiled and drawn for the first time does not count. */
const FIRST_CHANGES = 40
/** Changes a second of many services, and for how long (s). */
const STREAM = { aSecond: 50, seconds: 5 }

/**
 * Processor time of the page for one change of one service's state, with 250 services on home against 19. The window is the real
 * one over a stand-in engine, so no Docker is needed; time is that of the page's main thread (Chromium's own count), so other
 * work of the machine does not count. The two take turns. Then a stream of changes of many services with 250 of them: frames that
 * are drawn a second, and how long an arrow key takes from the press until its frame is drawn (of the wall clock: other work counts).
 */
export async function rows({ rounds }) {
  const { openChromium } = await import('../../../test/window/browser.ts')
  const { draw } = await import('../../../test/window/page.ts')
  const browser = await openChromium()
  const figures = new Map(COUNTS.map((count) => [count, []]))
  const streams = []
  try {
    for (let round = 1; round <= rounds; round++)
      for (const count of round % 2 === 1 ? COUNTS : COUNTS.toReversed()) {
        const drawn = await draw(browser, 'green')
        try {
          const scene = await begin(drawn, count)
          figures.get(count).push(await oneChange(drawn, scene))
          if (count === COUNTS.at(-1)) streams.push(await oneStream(drawn, scene))
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
  const keys = streams.flatMap((one) => one.keys)
  console.log(
    `\nrows: ${STREAM.aSecond} changes a second of ${COUNTS.at(-1)} services, with arrow keys pressed`,
  )
  console.log(
    `frames a second   ${median(streams.map((one) => one.frames)).toFixed(0)}  (aim: at least ${AIM_FRAMES})`,
  )
  console.log(
    `key to its frame  median ${median(keys).toFixed(0)} ms, p95 ${quantile(keys, 0.95).toFixed(0)} ms, worst ${Math.max(...keys).toFixed(0)} ms  (aim: below ${AIM_KEY_MS} ms)`,
  )
}

/** The window with so many services drawn, and how to tell it their states. */
async function begin({ page, server }, count) {
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
  const now = [...services]
  const tell = (state, index = 0) => {
    at += 1
    now[index] = { ...services[index], state }
    server.tell({
      event: 'snapshot',
      payload: { ...green, rev: at, at, tiers, services: [...now], causes: [] },
    })
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
  return { tell, painted, count }
}

/** Milliseconds of the page's main thread for one change, over CHANGES of them. */
async function oneChange({ page }, { tell, painted }) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const used = async () =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value
  const change = async (times) => {
    for (let time = 1; time <= times; time++) {
      const state = time % 2 === 1 ? 'stopped' : 'works'
      tell(state)
      await painted(state)
    }
  }
  await change(FIRST_CHANGES)
  const before = await used()
  await change(CHANGES)
  return ((await used()) - before) * (1000 / CHANGES)
}

/** Frames a second, and ms from each key to its frame, while changes stream in. */
async function oneStream({ page }, { tell, count }) {
  await page.evaluate(() => {
    globalThis.seen = { frames: 0, keys: [] }
    const frame = () => {
      globalThis.seen.frames += 1
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    document.addEventListener(
      'keydown',
      ({ timeStamp }) =>
        // A task after the frame's callbacks: the frame is drawn by then.
        requestAnimationFrame(() =>
          setTimeout(() => globalThis.seen.keys.push(performance.now() - timeStamp)),
        ),
      true,
    )
    document.querySelector('[role="row"].row').focus()
  })
  const began = performance.now()
  const framesBefore = await page.evaluate(() => globalThis.seen.frames)
  let told = 0
  const stream = setInterval(() => {
    // As many as are due: a timer of a busy machine comes late.
    const due = Math.floor(((performance.now() - began) / 1000) * STREAM.aSecond)
    for (; told < due; told += 1)
      tell(Math.floor(told / count) % 2 === 0 ? 'stopped' : 'works', (told * 7) % count)
  }, 1000 / STREAM.aSecond)
  try {
    while (performance.now() - began < STREAM.seconds * 1000) {
      await page.keyboard.press('ArrowDown')
      await pause(100)
    }
  } finally {
    clearInterval(stream)
  }
  const took = (performance.now() - began) / 1000
  const { frames, keys } = await page.evaluate(() => globalThis.seen)
  return { frames: (frames - framesBefore) / took, keys }
}
