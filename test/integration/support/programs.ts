import { execa } from 'execa'

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

export async function docker(...args: readonly string[]): Promise<Ran> {
  return await run('docker', args)
}

/** What tests make in Docker that is not ours has a name that begins with this. */
export const FOREIGN = 'beside-'
