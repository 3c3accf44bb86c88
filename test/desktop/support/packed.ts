import { run } from '../../integration/support/actor.ts'

/** Packs the application once before the suite. */
export async function setup(): Promise<void> {
  const { code, out, err } = await run(process.execPath, [new URL('../pack.mjs', import.meta.url).pathname], {
    timeout: 600_000,
  })
  if (code !== 0) throw new Error(`the application could not be packed:\n${out}\n${err}`)
}
