import { execa } from 'execa'
import { readFile } from 'node:fs/promises'

/** The plain user who acts: in the group docker, allowed to use sudo (made by test/machine/setup.sh). */
export const user = 'macula-test'
export const home = `/home/${user}`

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a program by argv; never throws for its exit code. */
export async function run(
  program: string,
  args: readonly string[],
  options: { input?: string; timeout?: number } = {},
): Promise<Ran> {
  const result = await execa(program, args, {
    reject: false,
    timeout: options.timeout ?? 300_000,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
  })
  return { code: result.exitCode ?? -1, out: result.stdout, err: result.stderr }
}

/**
 * Words for pgrep and pkill: only processes of this machine itself. Those in the sandboxes of other suites are seen from here
 * too, and may have the same user and program.
 */
export const here = ['--ns', String(process.pid), '--nslist', 'pid'] as const

/**
 * Whether a process is of another instance of the plain user's than the one stack: the parts' own ones run beside the suites of that
 * (test/integration/backup, major, ui). What we start carries whose it is (main/system/process/mark.ts), a command its home.
 */
async function isOfAnother(pid: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  const valueOf = (name: string): string =>
    environment
      .split('\0')
      .find((entry) => entry.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? ''
  const owner = valueOf('MACULA_OWNER')
  return owner === '' ? valueOf('MACULA_HOME') !== '' : !owner.endsWith('/macula')
}

/** The pids that pgrep finds here by these words, but for processes of another instance. */
export async function pidsOf(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await run('pgrep', [...here, '-u', user, ...words])
  const pids = out.split('\n').filter(Boolean)
  const isOther = await Promise.all(pids.map(isOfAnother))
  return pids.filter((_, index) => isOther[index] === false)
}

/**
 * What of a program runs here as the plain user, as "pid argv" lines. A socat forks for each connection and dnsmasq for each question
 * over TCP, and a loaded machine has some of them at any moment: those are left out, and so is what ended and was not asked for yet.
 */
export async function processes(...programs: readonly string[]): Promise<readonly string[]> {
  const found = await pidsOf('-x', programs.join('|'))
  if (found.length === 0) return []
  const { out } = await run('ps', ['--no-headers', '-ww', '-o', 'pid=,ppid=,stat=,args=', '-p', found.join()])
  const all = out.split('\n').flatMap((line) => {
    const [, pid = '', parent = '', state = '', args = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return pid === '' || state.startsWith('Z') ? [] : [{ pid, parent, args }]
  })
  const pids = new Set(all.map(({ pid }) => pid))
  return all.filter(({ parent }) => !pids.has(parent)).map(({ pid, args }) => `${pid} ${args}`)
}

export async function docker(...args: readonly string[]): Promise<Ran> {
  return await run('docker', args)
}

/** What tests make in Docker that is not ours has a name that begins with this. */
export const FOREIGN = 'beside-'
