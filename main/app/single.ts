import { spawn } from 'node:child_process'
import type { App } from 'electron'

/**
 * The longest command line that is handed to an instance that runs already (bytes). Chromium gives up on messages above
 * 32 KiB, takes the running instance for hung, and kills it.
 */
const MOST = 8 * 1024

/**
 * Whether this process may ask for the single-instance lock. When its arguments are too long to be handed over it does
 * not: it starts itself again without them (they mean nothing to us) and is done.
 */
export function withoutLongArguments(app: App): boolean {
  const [program = '', ...args] = process.argv
  const length = process.argv.reduce((sum, argument) => sum + Buffer.byteLength(argument) + 1, 0)
  if (length <= MOST) return true
  const own = app.isPackaged ? [] : args.slice(0, 1)
  // Where sandboxing is impossible an AppImage starts itself with this; the rest is dropped.
  const kept = args.filter((argument) => argument === '--no-sandbox').slice(0, 1)
  spawn(program, [...own, ...kept], { detached: true, stdio: 'ignore' }).unref()
  return false
}
