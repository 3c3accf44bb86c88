import type { State } from '../model/snapshot.ts'

/** Words for people that more than one command says. */

export const stateWords: Readonly<Record<State, string>> = {
  works: 'works',
  degraded: 'works, with a problem',
  starting: 'starting',
  stopping: 'stopping',
  failed: 'failed',
  stopped: 'stopped',
  'not set up': 'not set up',
  unknown: 'unknown',
}

/** "0.4 s", "12.0 s", "2:05": elapsed time in one shape, so that a column of it does not dance. */
export function sayElapsed(ms: number): string {
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** "812 kB", "41.3 MB", "1.25 GB". */
export function sayBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "20 Nov 07:01", with the year when it is not this one. */
export function sayDay(at: number, now: number): string {
  const date = new Date(at)
  const clock = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
  const year = date.getFullYear() === new Date(now).getFullYear() ? '' : ` ${date.getFullYear()}`
  return `${date.getDate()} ${months[date.getMonth()] ?? ''}${year} ${clock}`
}

/** "10:42:29" in local time. */
export function saySecond(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

/** The text with a full stop, unless it ends as a sentence does. */
export function sentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`
}

/** What holds when nothing was changed on the machine (fault 15). */
export const NOTHING_CHANGED = 'Nothing was changed. Everything still works by address and port:'
