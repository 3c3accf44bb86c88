import { setFlagsFromString } from 'node:v8'

/** Commands that look or act once and end. */
const SHORT: ReadonlySet<string> = new Set(['status', 'up', 'down', 'restart', 'fix', 'env', 'doctor'])

/** Whether a command line ends by itself after a few seconds of work. */
export function isShortLived(argv: readonly string[]): boolean {
  return SHORT.has(argv[0] ?? '') && !argv.some((word) => word === '-w' || word.startsWith('--watch'))
}

/**
 * Lets the room for new values grow to its full size at once where a command ends soon: Node begins with a megabyte and copies all
 * that lives each time that it is full, six times until the first answer. What runs for long keeps the small steps, since
 * it would hold the memory.
 */
export function giveRoom(argv: readonly string[], set: (flag: string) => void = setFlagsFromString): void {
  if (isShortLived(argv)) set('--semi-space-growth-factor=32')
}
