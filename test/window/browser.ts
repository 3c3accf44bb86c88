import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'

/** The one without a head first: the same drawing for less of the processor. */
const places = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** Where this machine's Chromium is: MACULA_CHROMIUM, else a usual place; undefined: it has none. */
export function findChromium(): string | undefined {
  const named = process.env['MACULA_CHROMIUM']
  return named ?? places.find((path) => existsSync(path))
}

/**
 * Inter, which is near to GNOME's own font, for all that Chromium asks for: for system-ui it takes the machine's default
 * sans-serif, so that pictures would differ from machine to machine.
 */
function fonts(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'macula-fonts-')), 'fonts.conf')
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  ${['system-ui', 'sans-serif', 'sans', 'DejaVu Sans']
    .map(
      (name) =>
        `<match target="pattern"><test name="family"><string>${name}</string></test><edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>`,
    )
    .join('\n  ')}
</fontconfig>
`,
  )
  return file
}

/** Starts Chromium as a test machine can: as root it has no sandbox of its own. `more`: further switches. */
export async function openChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined)
    throw new Error('There is no Chromium here. On Debian: apt-get install chromium fonts-inter')
  return await chromium.launch({
    executablePath,
    headless: true,
    env: { ...process.env, FONTCONFIG_FILE: fonts() },
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--font-render-hinting=none',
      ...more,
    ],
  })
}

/** How often is tried again what ends because the machine's networks changed, as a browser with a window does. */
const TRIES = 5

/** Goes to an address, over changes of the machine's networks (Docker makes some whenever something starts). */
export async function visit(page: Page, url: string): Promise<void> {
  await arrive(page, async () => await page.goto(url))
}

/** Loads the page again, over changes of the machine's networks. */
export async function reload(page: Page): Promise<void> {
  await arrive(page, async () => await page.reload())
}

async function arrive(page: Page, go: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      await go()
      return
    } catch (error) {
      const why = String(error)
      if (/Navigation to "([^"]*)" is interrupted by another navigation to "\1"/.test(why)) {
        // A try whose body was lost is told as lost, and then as arrived: that breaks off the waiting for the next try, which
        // goes on. It is waited for until the page took its key out of the address; one more would find the key used.
        await page.waitForURL(({ hash }) => !hash.startsWith('#enter='))
        if (!page.url().startsWith('chrome-error:')) return
      } else if (!/ERR_NETWORK_CHANGED|chrome-error:/.test(why)) throw error
      // Chromium's own page about it may be on its way when the next try begins.
      if (tries === TRIES) throw error
    }
}
