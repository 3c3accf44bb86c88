/**
 * Takes pictures of scenes (`test/window/scenes`) into test/artefacts/scenes:
 *
 *   npm run build -- renderer
 *   node test/window/shoot-scenes.ts                       all, 1100x900 light
 *   node test/window/shoot-scenes.ts wizard 360x800 dark   those whose names begin so
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openChromium } from './browser.ts'
import { draw } from './page.ts'
import { scenes } from './scenes/scenes.ts'
import { artefacts } from './shoot.ts'

const words = process.argv.slice(2)
const isSize = (word: string): boolean => /^\d+x\d+$/.test(word)
const isScheme = (word: string): word is 'light' | 'dark' => word === 'light' || word === 'dark'
const sizes = words.filter(isSize)
const schemes = words.filter(isScheme)
const begins = words.filter((word) => !isSize(word) && !isScheme(word))

const folder = join(artefacts, 'scenes')
mkdirSync(folder, { recursive: true })
const browser = await openChromium()
for (const scene of Object.values(scenes).flat()) {
  if (begins.length > 0 && !begins.some((word) => scene.name.startsWith(word))) continue
  const drawn = await draw(browser, scene.world, scene.over === undefined ? {} : { over: scene.over })
  drawn.context.setDefaultTimeout(8000)
  try {
    await scene.open(drawn)
    for (const size of sizes.length > 0 ? sizes : ['1100x900'])
      for (const scheme of schemes.length > 0 ? schemes : (['light'] as const)) {
        const [width = 0, height = 0] = size.split('x').map(Number)
        await drawn.page.setViewportSize({ width, height })
        await drawn.page.emulateMedia({ colorScheme: scheme })
        await drawn.page.evaluate(
          async () =>
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        )
        await drawn.page.screenshot({ path: join(folder, `${scene.name}-${size}-${scheme}.png`) })
      }
  } catch (error) {
    process.exitCode = 1
    console.error(`${scene.name}: ${String(error).split('\n').slice(0, 3).join(' ')}`)
    await drawn.page.screenshot({ path: join(folder, `FAILED-${scene.name}.png`) })
  } finally {
    await drawn.close()
  }
}
await browser.close()
