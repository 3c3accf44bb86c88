import { writeLicences } from './licences.mjs'

/** `npm run licences`. */
export function main() {
  writeLicences()
  return 0
}
