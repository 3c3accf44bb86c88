import { build, parts } from './build.mjs'

/** Builds everything into dist/, or the parts that are named. */
export async function main(args) {
  await build(args.length > 0 ? args : parts)
  return 0
}
