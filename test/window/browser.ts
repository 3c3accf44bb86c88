import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where this machine's Chromium is: MACULA_CHROMIUM, else a usual place; undefined: it has none. */
export function findChromium(): string | undefined {
  const named = process.env['MACULA_CHROMIUM']
  return named ?? places.find((path) => existsSync(path))
}

/** Starts Chromium as a test machine can: as root it has no sandbox of its own. */
export async function openChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined)
    throw new Error('There is no Chromium here. On Debian: apt-get install chromium fonts-inter')
  return await chromium.launch({
    executablePath,
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--font-render-hinting=none',
    ],
  })
}
