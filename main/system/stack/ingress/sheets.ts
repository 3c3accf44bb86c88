import { fileURLToPath } from 'node:url'
import { readSoon } from '../../files.ts'

/** Put in by the build, so that one file is enough to run. */
declare const MACULA_SHEETS: string | undefined

/** The window's own tokens and state shapes (renderer/styles), which vite.config.ts reads for the build. */
function windowSheets(): string {
  if (typeof MACULA_SHEETS === 'string') return MACULA_SHEETS
  // Run from its sources.
  return ['tokens', 'shapes']
    .map((name) =>
      readSoon(fileURLToPath(new URL(`../../../../renderer/styles/${name}.css`, import.meta.url))),
    )
    .join('\n')
}

const DARK = /:root\[data-theme='dark'\] \{([^}]*)\}/

/** The window's sheets for a page without its script: dark where the desktop is. */
export function homeSheet(sheets = windowSheets()): string {
  const dark = DARK.exec(sheets)?.[1]
  if (dark === undefined) throw new Error('renderer/styles/tokens.css has no dark theme that can be found')
  return sheets.replace(DARK, `@media (prefers-color-scheme: dark) {\n  :root {${dark}}\n}`)
}
