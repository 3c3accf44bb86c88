/**
 * Takes pictures of the built window over a stand-in engine, into test/artefacts/:
 *
 *   npm run build -- renderer
 *   node test/window/shoot.ts home-trouble                       1100x900, light and dark
 *   node test/window/shoot.ts home-trouble 900x700 dark
 *   node test/window/shoot.ts logs-green service:tempo-trouble wizard-nothing 1280x800
 *
 * Needs Chromium and, for the same letters everywhere, Inter: apt-get install chromium fonts-inter.
 * A picture is VIEW-WORLD. Views: home (or services), logs, doctor, changes, settings, wizard, service:ID (that
 * service's page). Worlds: green, trouble, ten-red, docker-down, nothing, old. Sizes WxH, light, dark, forced and
 * zoom200 may be given in any order, several at once. What the page complains of in its console is printed, and makes
 * the exit code 1.
 */
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { views, type View } from '../../preload/contract.ts'
import { now } from '../unit/cli/worlds.ts'
import { openChromium, visit } from './browser.ts'
import { openTestServer } from './test-server.ts'
import { isWorld, worlds, type WorldName } from './worlds.ts'

export const artefacts = join(dirname(fileURLToPath(import.meta.url)), '..', 'artefacts')

interface Picture {
  readonly name: string
  readonly view: View
  readonly service?: string
  readonly world: WorldName
}

interface Look {
  readonly width: number
  readonly height: number
  readonly scheme: 'light' | 'dark'
  readonly forced: boolean
  /** Text at 200 %: the page is laid out in half the room and drawn twice as large. */
  readonly zoom: boolean
}

/** What a word of the command line means as a picture; undefined: nothing. */
function pictureOf(word: string): Picture | undefined {
  const [, named = '', service, world = ''] =
    /^([a-z]+)(?::([a-z0-9/-]+?))?-(green|trouble|ten-red|docker-down|nothing|old)$/.exec(word) ?? []
  if (!isWorld(world)) return undefined
  const name = word.replaceAll(/[:/]/g, '-')
  if (named === 'service' && service !== undefined) return { name, view: 'services', service, world }
  const view = views.find((one) => one === (named === 'home' ? 'services' : named))
  return view && service === undefined ? { name, view, world } : undefined
}

/** Takes one picture; resolves with what the page complained of. */
export async function shoot(browser: Browser, picture: Picture, look: Look): Promise<readonly string[]> {
  const server = await openTestServer(picture.world)
  const factor = look.zoom ? 2 : 1
  const context = await browser.newContext({
    viewport: { width: look.width / factor, height: look.height / factor },
    deviceScaleFactor: factor,
    colorScheme: look.scheme,
    forcedColors: look.forced ? 'active' : 'none',
    reducedMotion: 'reduce',
  })
  const complaints: string[] = []
  try {
    const page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    // The worlds have an instant of their own; the page's clock goes on from it.
    await page.clock.install({ time: now })
    await visit(page, server.url())
    await page.waitForFunction(() => document.body.innerText.trim() !== '')
    await server.pages(1)
    server.show(picture.view, picture.service)
    // Its file comes first.
    await page.locator('main:not([aria-busy="true"]) :is(h1, h2)').first().waitFor()
    // What is drawn comes over several answers: it is taken when nothing has changed for a moment.
    await settled(page)
    mkdirSync(artefacts, { recursive: true })
    const marks = [look.scheme, ...(look.forced ? ['forced'] : []), ...(look.zoom ? ['zoom200'] : [])]
    const file = join(artefacts, `${picture.name}-${look.width}x${look.height}-${marks.join('-')}.png`)
    await page.screenshot({ path: file })
    console.log(file)
  } finally {
    await context.close()
    await server.close()
  }
  return complaints
}

/** Until the page's content has been the same for a moment, at most some seconds. */
async function settled(page: Page): Promise<void> {
  let before = ''
  for (let round = 0; round < 12; round += 1) {
    const seen = await page.evaluate(
      async () =>
        await new Promise<string>((resolve) => {
          let frames = 12
          const next = (): void => {
            frames -= 1
            if (frames === 0) resolve(document.body.innerText)
            else requestAnimationFrame(next)
          }
          requestAnimationFrame(next)
        }),
    )
    if (seen === before) return
    before = seen
  }
}

async function main(words: readonly string[]): Promise<number> {
  const unknown = words.filter(
    (word) => !pictureOf(word) && !/^(\d{3,4}x\d{3,4}|light|dark|forced|zoom200)$/.test(word),
  )
  const pictures = words.flatMap((word) => pictureOf(word) ?? [])
  if (unknown.length > 0 || pictures.length === 0) {
    console.error(`Not understood: ${unknown.join(' ')}. VIEW-WORLD [WxH] [light] [dark] [forced] [zoom200]`)
    console.error(`Views: home ${views.join(' ')} service:ID. Worlds: ${Object.keys(worlds).join(' ')}.`)
    return 2
  }
  const sizes = words.filter((word) => /^\d+x\d+$/.test(word))
  const schemes = (['light', 'dark'] as const).filter((scheme) => words.includes(scheme))
  const browser = await openChromium()
  let complained = false
  try {
    for (const picture of pictures)
      for (const size of sizes.length > 0 ? sizes : ['1100x900'])
        for (const scheme of schemes.length > 0 ? schemes : (['light', 'dark'] as const)) {
          const [width = 0, height = 0] = size.split('x').map(Number)
          const look = {
            width,
            height,
            scheme,
            forced: words.includes('forced'),
            zoom: words.includes('zoom200'),
          }
          const complaints = await shoot(browser, picture, look)
          for (const complaint of complaints) console.error(`  ${picture.name}: ${complaint}`)
          complained ||= complaints.length > 0
        }
  } finally {
    await browser.close()
  }
  return complained ? 1 : 0
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
