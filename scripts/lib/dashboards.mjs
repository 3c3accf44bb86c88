import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { boards } from '../dashboards/boards.ts'
import { written } from '../dashboards/render.ts'

/** What Grafana is given of dashboards (assets/stack/grafana/provisioning/dashboards). */
export const folder = fileURLToPath(new URL('../../assets/stack/grafana/dashboards/', import.meta.url))

/** `npm run dashboards`: writes every dashboard from its module, and takes away what no module writes. */
export function main() {
  const files = written(boards)
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name))
  for (const [name, text] of files) writeFileSync(join(folder, name), text)
  console.log(`${files.size} dashboards in ${folder}`)
  return 0
}
