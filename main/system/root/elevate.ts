import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { RootOutcome } from '../../model/change.ts'
import { inert } from '../../model/atoms.ts'

/**
 * How root is asked, in this order:
 * 1. we are root already: nothing is asked;
 * 2. a terminal: `sudo`, which asks on the terminal itself;
 * 3. no terminal, but `sudo -n` works without a password: that, quietly;
 * 4. a desktop session: `pkexec`, whose dialog belongs to the desktop.
 *
 * Always by argument list, never through a shell sentence; that is why pkexec is called directly and not through
 * the sudo-prompt package, which on Linux is pkexec with a string for bash (and on a Mac runs a file that the user
 * can exchange between the prompt and the run). What root runs is the text of assets/root/macula-root on stdin of
 * /bin/sh: read by us once, so no file can be swapped after the approval, and readable for root wherever we are
 * installed (root cannot look into an AppImage's mount). The plan's hash goes with the command for the same reason.
 */
export type Way = 'root' | 'sudo' | 'desktop'

export interface Elevation {
  readonly way: Way
  /** Absolute path of sudo or pkexec; empty for root. */
  readonly program: string
  /** sudo may not ask (-n). */
  readonly quiet: boolean
}

/** What decides the way; a value, so that the decision can be tested. */
export interface Surroundings {
  readonly isRoot: boolean
  readonly isTerminal: boolean
  readonly hasDesktop: boolean
  program(name: 'sudo' | 'pkexec'): Promise<string | undefined>
  /** Whether this sudo runs commands without asking now; `silent`: it has not answered, which is no "no". */
  isQuiet(sudo: string): Promise<boolean | 'silent'>
}

/** The first way that this machine has; undefined: root cannot be asked. */
export async function chooseElevation(around: Surroundings): Promise<Elevation | undefined> {
  if (around.isRoot) return { way: 'root', program: '', quiet: true }
  const sudo = await around.program('sudo')
  if (sudo !== undefined && around.isTerminal) return { way: 'sudo', program: sudo, quiet: false }
  const quiet = sudo !== undefined && (await around.isQuiet(sudo))
  if (sudo !== undefined && quiet === true) return { way: 'sudo', program: sudo, quiet: true }
  const pkexec = await around.program('pkexec')
  if (pkexec !== undefined && around.hasDesktop) return { way: 'desktop', program: pkexec, quiet: false }
  // Slow is not absent: it is given the whole time of a prompt, and told when it does not use it.
  if (sudo !== undefined && quiet === 'silent') return { way: 'sudo', program: sudo, quiet: true }
  return undefined
}

/** Program and arguments that run `shell -s -- words` as root. */
export function rootArgv(
  elevation: Elevation,
  shell: readonly string[],
  words: readonly string[],
): readonly string[] {
  const inner = [...shell, '-s', '--', ...words]
  switch (elevation.way) {
    case 'root':
      return inner
    case 'sudo':
      return [elevation.program, ...(elevation.quiet ? ['-n'] : []), '--', ...inner]
    case 'desktop':
      // Without the flag pkexec would ask on a terminal that nobody looks at.
      return [elevation.program, '--disable-internal-agent', ...inner]
  }
}

/** What sudo or pkexec may need of our environment to ask; nothing that sh, a loader or Node would listen to. */
export function promptEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const passed = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'XDG_SESSION_ID', 'TERM']
  const kept = [...passed, 'DBUS_SESSION_BUS_ADDRESS'].flatMap((name) => {
    const value = env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
}

const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/run/wrappers/bin']

/** A program in the folders only root writes to, whatever PATH says. */
export async function systemProgram(name: string): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path
  }
  return undefined
}

const TODO = 'Nothing was changed. Run it again, or type the commands that maculactl setup --print shows.'

/** Why root's program did not start, from how sudo or pkexec ended (facts: pkexec 126 dismissed, 127 not allowed). */
export function refusalOf(
  { way, quiet }: Pick<Elevation, 'way' | 'quiet'>,
  end: { readonly code: number | null; readonly signal: string | null; readonly stderr: string },
): RootOutcome {
  const { code, signal, stderr } = end
  const refused = (how: 'dismissed' | 'denied' | 'no-agent', says: string): RootOutcome => ({
    kind: 'refused',
    how,
    says: `${says} ${TODO}`,
  })
  if (signal === 'SIGINT' || code === 130) return refused('dismissed', 'The password prompt was interrupted.')
  switch (way) {
    case 'desktop':
      if (code === 126) return refused('dismissed', 'The password window was closed without an answer.')
      if (/no authentication agent/i.test(stderr))
        return refused('no-agent', 'This desktop has no program that can ask for the password.')
      return refused(
        'denied',
        `The desktop did not allow it (${reasonOf(stderr) || `pkexec ended with ${code}`}).`,
      )
    case 'sudo':
      if (/a terminal is required|no tty present|no askpass|unable to read password/i.test(stderr))
        return refused('no-agent', 'sudo needs a terminal to ask for the password.')
      // After Ctrl-C a sudo that may ask says that it needs a password.
      if (/no password was provided/i.test(stderr) || (!quiet && /a password is required/i.test(stderr)))
        return refused('dismissed', 'No password was typed.')
      return refused('denied', `sudo did not allow it (${lastLine(stderr) || `it ended with ${code}`}).`)
    case 'root':
      return {
        kind: 'failed',
        steps: [],
        says: `The shell for root's program did not start (${lastLine(stderr) || `it ended with ${code ?? signal}`}).`,
      }
  }
}

/** Nobody answered in time: a person, or a sudo that asks nobody. */
export function timedOut({ way, quiet }: Pick<Elevation, 'way' | 'quiet'>, ms: number): RootOutcome {
  const within = `within ${Math.round(ms / 1000)} s`
  const says =
    way === 'sudo' && quiet
      ? `sudo has not answered ${within}. It often waits for a name server or a directory service: time sudo -n true shows it.`
      : `The password was not given ${within}.`
  return { kind: 'refused', how: 'timeout', says: `${says} ${TODO}` }
}

/** There is neither sudo nor a desktop that could ask. */
export function noWay(): RootOutcome {
  const says = 'There is no way to ask for root here: no terminal with sudo and no desktop with pkexec.'
  return { kind: 'refused', how: 'no-agent', says: `${says} ${TODO}` }
}

/** pkexec says its reason after a colon, and more for the administrator below. */
function reasonOf(stderr: string): string {
  return lastLine(/^Error executing command as another user: (.*)$/m.exec(stderr)?.[1] ?? stderr)
}

/** The last line a program wrote, made inert: usually its reason. */
export function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1) ?? ''
  return inert(line.trim()).slice(0, 300)
}
