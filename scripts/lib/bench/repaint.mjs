import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { quietly, say } from '../process.mjs'
import { PROJECT, median, quantile } from './prepare.mjs'
import { openPage, openWindow } from './window.mjs'

const SERVICE = 'excalidraw'
const TITLE = 'Excalidraw'
/** Ms that a repaint may come after the same event at `docker events`. */
const AIM_MS = 50

/** A container killed: when its row is painted in Chromium, against when `docker events` prints its end. */
export async function repaint(actor, { kills }) {
  const window = await openWindow(actor)
  const container = `${PROJECT}-${SERVICE}-1`
  const [program, args, options] = actor.docker([
    'events',
    '--filter',
    `container=${container}`,
    '--filter',
    'event=die',
    '--format',
    '{{.Action}}',
  ])
  const events = spawn(program, args, { ...options, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: events.stdout })
  const late = []
  const [fromKill, theirs] = [[], []]
  try {
    const page = await openPage(window)
    await page.evaluate(record, TITLE)
    for (let round = 1; round <= kills; round++) {
      await page.waitForFunction(() => globalThis.shown.state.startsWith('works'), undefined, {
        timeout: 60_000,
      })
      const told = once(lines, 'line').then(() => Date.now())
      await page.evaluate(() => void (globalThis.shown.at = 0))
      const killed = Date.now()
      // Not the process itself: Docker would start it again, each time later than the last.
      await quietly('docker', ['kill', container])
      const at = await told
      await page.waitForFunction(() => globalThis.shown.at > 0, undefined, { timeout: 10_000 })
      const painted = await page.evaluate(() => globalThis.shown.at)
      late.push(painted - at)
      fromKill.push(painted - killed)
      theirs.push(at - killed)
      await quietly('docker', ['start', container])
      if (round % 10 === 0) say(`kill ${round}: painted ${Math.round(painted - at)} ms after docker events`)
    }
  } finally {
    events.kill()
    await window.close()
  }
  const show = (values) =>
    `median ${median(values).toFixed(0)} ms, p95 ${quantile(values, 0.95).toFixed(0)} ms, worst ${Math.max(...values).toFixed(0)} ms`
  console.log(`\nrepaint: ${kills} kills of ${TITLE}`)
  console.log(`kill to docker events         ${show(theirs)}`)
  console.log(`kill to painted row           ${show(fromKill)}`)
  console.log(`docker events to painted row  ${show(late)}  (aim: p95 at most ${AIM_MS} ms)`)
}

/**
 * Runs in the page: notes when the frame with the row's new state was drawn, in ms of the machine's clock. What changes before a
 * frame is drawn (in its requestAnimationFrame) is in that frame, anything else in the next one.
 */
function record(title) {
  let isFrame = false
  const over = new MessageChannel()
  over.port1.addEventListener('message', () => {
    isFrame = false
  })
  over.port1.start()
  const frame = globalThis.requestAnimationFrame.bind(globalThis)
  globalThis.requestAnimationFrame = (work) =>
    frame((at) => {
      isFrame = true
      over.port2.postMessage(null)
      work(at)
    })
  // A task after the frame's callbacks: the frame is drawn by then.
  const note = () =>
    setTimeout(() => {
      globalThis.shown.at = performance.timeOrigin + performance.now()
    })
  const row = [...document.querySelectorAll('.list .row')].find(
    (one) => one.querySelector('.title')?.textContent === title,
  )
  const state = () => row.querySelector('.state svg')?.getAttribute('aria-label') ?? ''
  globalThis.shown = { at: 0, state: state() }
  new MutationObserver(() => {
    if (state() === globalThis.shown.state) return
    const wasWorking = globalThis.shown.state.startsWith('works')
    globalThis.shown.state = state()
    if (!wasWorking || globalThis.shown.at !== 0) return
    globalThis.shown.at = -1
    if (isFrame) note()
    else frame(note)
  }).observe(row, { subtree: true, childList: true, attributes: true })
}
