import { build, ensureBuilt, parts } from './build.mjs'

/** Builds everything into dist/, or the parts that are named; `--if-changed`: everything, when a source changed. */
export async function main(args) {
  if (args.includes('--if-changed')) await ensureBuilt()
  else await build(args.length > 0 ? args : parts)
  return 0
}
