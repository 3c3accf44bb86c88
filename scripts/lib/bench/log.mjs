import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { quietly, say } from '../process.mjs'
import { done, median, PROJECT } from './prepare.mjs'
import { memoryOf, openPage, openWindow, pause, rendererOf } from './window.mjs'

const SERVICE = 'excalidraw'
const TITLE = 'Excalidraw'
const BYTES = 1024 ** 3
const AIMS = { ratio: 1.3, megabytes: 64 }
/** Looks in a round. */
const LOOKS = 4

/**
 * A log of 1 GB opened at its end: from the click until its last line is painted, against `docker logs --tail 1000`, taking turns, and
 * what it takes of memory.
 */
export async function log(actor, { rounds }) {
  if (process.getuid() !== 0) {
    console.log("\nlog: left out, because only root can write into Docker's log files")
    return
  }
  const container = `${PROJECT}-${SERVICE}-1`
  const last = await writeLog(container)
  const window = await openWindow(actor)
  const [took, theirs, grown] = [[], [], []]
  try {
    const page = await openPage(window)
    const renderer = await rendererOf(window.browser, page)
    const session = await page.context().newCDPSession(page)
    const both = async () => {
      await session.send('HeapProfiler.collectGarbage')
      return memoryOf(renderer) + memoryOf(window.pid)
    }
    // Its code is loaded with the first look at any log; that is not what is measured.
    await page.getByRole('button', { name: 'Logs of Prometheus' }).click()
    await page.locator('.lines').waitFor()
    await page.getByRole('button', { name: 'Services' }).click()
    for (let look = 1; look <= rounds * LOOKS; look++) {
      await page.getByRole('button', { name: `Logs of ${TITLE}` }).waitFor()
      await pause(1000)
      const before = await both()
      took.push(await page.evaluate(openLog, { label: `Logs of ${TITLE}`, last }))
      await pause(2000)
      grown.push((await both()) - before)
      await page.getByRole('button', { name: 'Services' }).click()
      const began = performance.now()
      await done(actor.docker(['logs', '--tail', '1000', container]))
      theirs.push(performance.now() - began)
    }
  } finally {
    await window.close()
  }
  console.log(`\nlog: 1 GB, opened at its end`)
  console.log(`docker logs --tail 1000       ${median(theirs).toFixed(0)} ms`)
  console.log(
    `click to last line painted    ${median(took).toFixed(0)} ms, worst ${Math.max(...took).toFixed(0)} ms`,
  )
  console.log(
    `ratio of the medians          ${(median(took) / median(theirs)).toFixed(2)}  (aim: at most ${AIMS.ratio})`,
  )
  console.log(
    `page and maculactl ui grow by ${Math.max(...grown).toFixed(1)} MB  (aim: at most ${AIMS.megabytes})`,
  )
}

/** Fills the container's log file, as Docker writes it, while the container is stopped; resolves with its last line. */
async function writeLog(container) {
  say('writing 1 GB of log')
  await quietly('docker', ['stop', container])
  const path = (await quietly('docker', ['inspect', '-f', '{{.LogPath}}', container])).trim()
  const file = createWriteStream(path, { flags: 'a', highWaterMark: 8 * 1024 * 1024 })
  const began = Date.now() - 3_600_000
  let [bytes, number, text] = [0, 0, '']
  while (bytes < BYTES) {
    let block = ''
    for (let line = 0; line < 20_000; line++) {
      number += 1
      text = `request ${number} GET /api/rooms/${number % 997} 200 in ${number % 89} ms, ${'x'.repeat(number % 60)}`
      const time = new Date(began + number / 4).toISOString()
      block += `{"log":"${text}\\n","stream":"stdout","time":"${time}"}\n`
    }
    bytes += block.length
    if (!file.write(block)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'close')
  await quietly('docker', ['start', container])
  await quietly('docker', ['exec', container, 'true'])
  // What the container itself says at its start comes after ours.
  const tail = (await quietly('docker', ['logs', '--tail', '1', container])).trim()
  return tail === '' ? text : tail
}

/** Runs in the page: presses the button, and waits until the last line stands in the list and is painted. Ms. */
async function openLog({ label, last }) {
  const button = document.querySelector(`button[aria-label="${label}"]`)
  const began = performance.now()
  button.click()
  return await new Promise((resolve, reject) => {
    const deadline = began + 20_000
    const look = () => {
      if (performance.now() > deadline) return reject(new Error(`the last line was not drawn: ${last}`))
      const lines = document.querySelector('.lines')
      if (!lines?.textContent.includes(last)) return requestAnimationFrame(look)
      setTimeout(() => resolve(performance.now() - began))
    }
    look()
  })
}
