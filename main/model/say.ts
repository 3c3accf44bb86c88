import { inert } from './atoms.ts'
import type { Holder } from './observation.ts'
import { sayPerson } from './owner.ts'
import { quoteShell } from './quote.ts'
import type { State } from './snapshot.ts'

/** Numbers and things as people read them; the same in every face. */

/** "3 ms", "0.8 s", "5.0 s", "2 min 5 s", "3 h 12 min", "3 d 4 h". */
export function sayDuration(ms: number): string {
  if (ms < 1) return '< 1 ms'
  if (ms < 500) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.floor(ms / 1000)
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/**
 * "nginx (pid 812)", "nginx (pid 812, nginx.service)", "the container web (docker-proxy, pid 812)", "pid 812", "a program of
 * user www-data", "a program that this user may not see".
 */
export function sayHolder(holder: Holder): string {
  if (holder.macula) return sayMacula(holder.macula)
  const pid = holder.pid === undefined ? undefined : `pid ${holder.pid}`
  if (holder.service) return `${holder.service.title} (its container ${holder.container ?? ''})`
  if (holder.container !== undefined) {
    const by = [holder.program, pid].filter((part) => part !== undefined)
    const of = holder.compose === undefined ? '' : ` of the Compose project ${holder.compose}`
    const stranger = holder.unknown === true ? ', which Docker does not know' : ''
    return `the container ${holder.container}${of}${stranger}${by.length === 0 ? '' : ` (${by.join(', ')})`}`
  }
  const inside = [pid, holder.unit?.name].filter((part) => part !== undefined).join(', ')
  if (pid !== undefined) return holder.program === undefined ? inside : `${holder.program} (${inside})`
  if (holder.user !== undefined) return `a program of user ${holder.user} (only root can see which)`
  return 'a program that this user may not see'
}

/** " as nginx -g daemon off" of who holds a port, where its command line is known and says more than its name. */
export function sayCommand({ command, program }: Holder): string {
  return command === undefined || command === program ? '' : ` as “${command}”`
}

/**
 * The command that ends who holds a port, for good: a unit is stopped by systemd, which would start its program again, a
 * container by Docker. Undefined: a program that only who started it ends well, or nobody can say.
 */
export function commandToEnd({ unit, container, unknown, service }: Holder): string | undefined {
  if (service) return `maculactl down ${service.id}`
  if (container !== undefined) return unknown === true ? undefined : `docker stop ${container}`
  const word = unit && unitWord(unit.name)
  if (unit === undefined || word === undefined) return undefined
  return `${unit.of === 'user' ? 'systemctl --user' : 'sudo systemctl'} stop ${word}`
}

/** A unit as one word of a shell: whoever makes a cgroup names it as they like. Undefined: it would be an option, or no line of its own. */
function unitWord(name: string): string | undefined {
  if (/^[\w@:.][\w@:.-]*$/.test(name)) return name
  return name.startsWith('-') || inert(name) !== name ? undefined : quoteShell(name)
}

/**
 * The command by which a person sees who has a port, of a program that nobody but root may see; undefined: it is known.
 * `at` ends in the port as people write it: "127.0.0.4:80", "4433/udp".
 */
export function commandToSee(
  { pid, container, unit, macula, service }: Holder,
  at: string,
): string | undefined {
  if (pid !== undefined || container !== undefined || unit || macula || service) return undefined
  const [, port = '', udp] = /(\d+)(\/udp)?$/.exec(at) ?? []
  return `sudo ss -${udp === undefined ? 'ltnp' : 'lunp'} 'sport = :${port}'`
}

/**
 * "Stop it or move it to another port (docker stop web stops it)"; of a plain program, where it is stopped; of one that may
 * not be seen, how it is (`at`: its port, as for `commandToSee`).
 */
export function sayHowToEnd(holder: Holder, at: string): string {
  const command = commandToEnd(holder)
  const see = commandToSee(holder, at)
  if (see !== undefined) return `See which it is (${see}), then stop it or move it to another port`
  if (holder.service && command !== undefined)
    return `Remove that port from ports in the compose files of ${holder.service.id} and recreate it (maculactl up ${holder.service.id}), or stop it (${command})`
  if (command !== undefined) return `Stop it or move it to another port (${command} stops it)`
  return `${sayWhereToStop(holder)}, or move it to another port`
}

/** "Stop it in its terminal pts/3 (bash, in code) with Ctrl-C" */
function sayWhereToStop({ from }: Holder): string {
  if (from === undefined) return 'Stop it by its own means'
  const by = from.parents.join(', in ')
  if (from.terminal === undefined)
    return by === '' ? 'Stop it by its own means' : `Stop it where it was started, by ${by}`
  const where = `its terminal ${from.terminal}${by === '' ? '' : ` (${by})`}`
  return from.foreground
    ? `Stop it in ${where} with Ctrl-C`
    : `Stop it in ${where}: it runs there in the background`
}

function sayMacula(macula: NonNullable<Holder['macula']>): string {
  const instance = macula.project === undefined ? '' : `, project ${macula.project}`
  return `the Macula of ${sayPerson(macula)}${instance}`
}

/** Why who holds a port is left alone, as a sentence that begins with "it" or "its". */
export function sayLeft(holder: Holder): string {
  return holder.service
    ? 'its compose file publishes that port (ports), and Docker does that past our forwarders.'
    : 'it is not ours, so it is left alone.'
}

/** How it goes on once a port is free that a forwarder of ours waits for. */
export const FORWARDER_COMES = 'the forwarder comes by itself (without a window: maculactl up)'

/** What to do about who holds a port (`at`) that ours should have; `then`: how it goes on. Another Macula is nothing to end. */
export function adviseHolder(holder: Holder, at: string, then: string): string {
  return holder.macula
    ? 'Let both run side by side: set "addresses" in settings.json to another range (127.0.1.0/24, say), then run maculactl up and maculactl setup, so that names lead to it.'
    : `${sayHowToEnd(holder, at)}, then ${then}.`
}

/** "10:42" in local time. */
export function sayClock(at: number): string {
  const date = new Date(at)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}

/** "a", "a and b", "a, b and c"; at most `most` of them, then "and 3 more". */
export function sayList(items: readonly string[], most = 4): string {
  if (items.length > most) return `${items.slice(0, most - 1).join(', ')} and ${items.length - most + 1} more`
  if (items.length <= 1) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}

/** A title within a sentence: "Grafana", but "the KinD cluster". */
export function sayThe(title: string): string {
  return /cluster$/i.test(title) ? `the ${title}` : title
}

/** "1 restart", "5 restarts". */
export function sayCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** A verb for one and for several: ["works", "work"]. */
type Verbs = readonly [one: string, many: string]

/** "3 of 14 services work", "1 of 14 services works", "0 of 1 service works": some of several, as the subject of a sentence. */
export function sayPart(part: number, all: number, one: string, verbs: Verbs, many = `${one}s`): string {
  return `${part} of ${sayCount(all, one, many)} ${verbs[part === 1 || all === 1 ? 0 : 1]}`
}

/** "All 14 services work", "Both services work", "The service works", "No service works": all there are, as the subject of a sentence. */
export function sayAll(all: number, one: string, verbs: Verbs, many = `${one}s`): string {
  if (all === 0) return `No ${one} ${verbs[0]}`
  if (all === 2) return `Both ${many} ${verbs[1]}`
  return all === 1 ? `The ${one} ${verbs[0]}` : `All ${all} ${many} ${verbs[1]}`
}

/** "1 image is missing", "3 images are missing", "No image is missing": how many, as the subject of a sentence. */
export function sayMany(count: number, one: string, verbs: Verbs, many = `${one}s`): string {
  return `${count === 0 ? `No ${one}` : sayCount(count, one, many)} ${verbs[count < 2 ? 0 : 1]}`
}

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

/**
 * "812 kB", "700 MB", "41.3 MB", "1.25 GB", "1 TB": every size in the units of disks (powers of 1000), with at most three digits
 * that count and no zero at the end of a fraction.
 */
export function sayBytes(bytes: number): string {
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`
  const units = ['MB', 'GB', 'TB'] as const
  for (const [power, unit] of units.entries()) {
    const number = Number((bytes / 1_000_000 / 1000 ** power).toPrecision(3))
    // 999.6 MB are 1 GB by three digits.
    if (number < 1000 || unit === 'TB') return `${number} ${unit}`
  }
  return ''
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "20 Nov 07:01", with the year when it is not this one. */
export function sayDay(at: number, now: number): string {
  const date = new Date(at)
  const clock = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
  const year = date.getFullYear() === new Date(now).getFullYear() ? '' : ` ${date.getFullYear()}`
  return `${date.getDate()} ${months[date.getMonth()] ?? ''}${year} ${clock}`
}

/** Whether two instants (epoch ms) are of one day, in local time. */
export function isSameDay(one: number, two: number): boolean {
  return new Date(one).toDateString() === new Date(two).toDateString()
}

/** "10:42:29" in local time. */
export function saySecond(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

/** "compose.yaml, line 3, column 1"; only the path of what is meant as a whole (line 0), a folder for one. */
export function sayPlace({ file, line, column }: Place): string {
  return line > 0 ? `${file}, line ${line}, column ${column}` : file
}

/** The same as compilers and editors write it: "compose.yaml:3:1". */
export function shortPlace({ file, line, column }: Place): string {
  return line > 0 ? `${file}:${line}:${column}` : file
}

interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The text with a full stop, unless it ends as a sentence does. */
export function sentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`
}

/** The text as the begin of a sentence: an article gets a capital, a name keeps its own form ("nginx (pid 812)"). */
export function beginning(text: string): string {
  return text.replace(/^(?:the|an?) /, (word) => word.charAt(0).toUpperCase() + word.slice(1))
}
