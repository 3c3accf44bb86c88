import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toolEnvironment } from '../host/environment.ts'
import { readIfThere } from '../files.ts'

/** What runs now, for entries of the ledger that leave no file: units and processes. */

const DEADLINE_MS = 3000

/** "enabled,active", "disabled,inactive", …; undefined where systemd does not run or does not answer. */
export async function unitState(unit: string, below: string): Promise<string | undefined> {
  if (!existsSync(join(below, '/run/systemd/system'))) return undefined
  const ask = (word: string): Promise<string> =>
    new Promise((resolve) => {
      const options = { timeout: DEADLINE_MS, env: toolEnvironment(process.env) }
      execFile(
        below === '' ? 'systemctl' : join(below, 'usr/bin/systemctl'),
        [word, unit],
        options,
        (_, out) => resolve(out.trim()),
      )
    })
  const [enabled, active] = await Promise.all([ask('is-enabled'), ask('is-active')])
  if (active === '') return undefined
  const starts = enabled === 'enabled' || enabled === 'enabled-runtime'
  const runs = active === 'active' || active === 'activating' || active === 'reloading'
  return `${starts ? 'enabled' : 'disabled'},${runs ? 'active' : 'inactive'}`
}

/** Whether a socat with the words that root kept in `file` (program, then its arguments in base64) runs. */
export async function forwarderRuns(file: string): Promise<boolean> {
  const [, argv] = ((await readIfThere(file).catch(() => undefined)) ?? '').split('\n')
  if (argv === undefined || argv === '') return false
  const words = Buffer.from(argv, 'base64')
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue
    // Most are told apart by their short name.
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    if (!/^socat1?\n$/.test(name)) continue
    const now = await readFile(`/proc/${pid}/cmdline`).catch(() => undefined)
    if (now?.equals(words) === true) return true
  }
  return false
}
