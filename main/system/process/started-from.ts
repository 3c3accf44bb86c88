import { inert } from '../../model/atoms.ts'
import type { StartedFrom } from '../../model/observation.ts'
import { nameOf, statFields } from './proc.ts'

/** What lies between a program and whom a person knows to have started it. */
const SHELLS = new Set(['sh', 'ash', 'bash', 'dash', 'fish', 'ksh', 'nu', 'tcsh', 'zsh'])
/** They start everything, so that they say nothing of one program. */
const ROOTS = new Set(['systemd', 'init', 'launchd', '(sd-pam)'])
/** No chain of a person's programs is longer. */
const MOST_PARENTS = 12

/** The name of a terminal by its device number as /proc/PID/stat has it (proc(5), tty_nr); undefined: it has none. */
export function terminalOf(device: number): string | undefined {
  const major = (device >> 8) & 0xfff
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00)
  if (major >= 136 && major <= 143) return `pts/${minor + (major - 136) * 256}`
  if (major !== 4) return undefined
  return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`
}

/** Where a program was started: its terminal, the shell and what that runs in. Undefined: nothing of that is known. Linux only. */
export function startedFrom(
  pid: number,
  read: { readonly stat: typeof statFields; readonly name: typeof nameOf } = {
    stat: statFields,
    name: nameOf,
  },
): StartedFrom | undefined {
  const [, , group, , device, front] = read.stat(pid)
  const terminal = terminalOf(Number(device))
  const parents: string[] = []
  let child = pid
  for (let at = 0; at < MOST_PARENTS; at += 1) {
    child = Number(read.stat(child)[1])
    const name = child > 1 ? inert(read.name(child) ?? '') : ''
    if (name === '' || ROOTS.has(name)) break
    const isShell = SHELLS.has(name)
    if (!isShell || parents.length === 0) parents.push(name)
    if (!isShell) break
  }
  if (terminal === undefined && parents.length === 0) return undefined
  return {
    ...(terminal === undefined ? {} : { terminal }),
    ...(terminal !== undefined && group === front ? { foreground: true } : {}),
    parents,
  }
}
