import { execa } from 'execa'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = fileURLToPath(new URL('../../..', import.meta.url))

export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A Macula of its own with its settings, and the folder that it ejects into. `net`: the last but one number of its addresses. */
export function ejected({ project, suffix, net }: { project: string; suffix: string; net: number }) {
  const base = mkdtempSync(join(tmpdir(), 'macula-it-eject-'))
  const folder = join(base, 'out')
  const infrastructure = join(folder, 'infrastructure')
  const home = join(base, 'own')
  const env = {
    HOME: base,
    MACULA_HOME: home,
    XDG_STATE_HOME: join(base, 'state'),
    PATH: process.env['PATH'] ?? '',
  }
  const run = async (
    file: string,
    args: readonly string[] = [],
    options: {
      readonly cwd?: string
      readonly env?: Readonly<Record<string, string>>
      readonly timeout?: number
    } = {},
  ): Promise<Ended> => {
    const ended = await execa(file, args, {
      env,
      extendEnv: false,
      reject: false,
      cwd: infrastructure,
      stdin: 'ignore',
      ...options,
    })
    return { exitCode: ended.exitCode ?? -1, stdout: ended.stdout, stderr: ended.stderr }
  }
  return {
    base,
    folder,
    infrastructure,
    home,
    env,
    /** The Compose project of the files. */
    written: `${project}-infrastructure`,
    run,
    maculactl: async (...args: readonly string[]) =>
      await run(process.execPath, [join(top, 'dist', 'maculactl.mjs'), ...args], { cwd: base }),
    compose: async (...args: readonly string[]) =>
      await run('docker', ['compose', ...args], { timeout: 200_000 }),
    script: async (name: string, ...args: readonly string[]) =>
      await run(join(folder, name), args, { cwd: '/' }),
    password: (name: string): string => {
      const text = readFileSync(join(infrastructure, '.env'), 'utf8')
      return new RegExp(`^MACULA_SECRET_${name}=(.*)$`, 'm').exec(text)?.[1] ?? ''
    },
    settle: (more: Readonly<Record<string, unknown>> = {}): void => {
      mkdirSync(join(home, 'config'), { recursive: true })
      writeFileSync(
        join(home, 'config', 'settings.json'),
        JSON.stringify({
          version: 1,
          suffix,
          subnet: `172.28.${net}.0/24`,
          addresses: `127.0.${net}.0/24`,
          project,
          ...more,
        }),
      )
    },
    clear: (): void => rmSync(base, { recursive: true, force: true }),
  }
}
