import { execa } from 'execa'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { MaculaError } from '../../model/errors.ts'
import { writeWhole } from '../files.ts'
import { toolEnvironment } from '../host/environment.ts'

const DEADLINE_MS = 10_000

const configSchema = z.looseObject({
  services: z.looseObject({ read: z.looseObject({ environment: z.record(z.string(), z.string()) }) }),
})

/**
 * Variables of a .env file as Compose reads them: quotes, escapes, comments, `$` and all, whatever a version of it does.
 * It is Compose that is asked, since it is what gave these values to the containers. Names that are empty or not there are
 * absent. Throws MaculaError `usage` naming the line that Compose cannot read, `outside` without Compose.
 */
export async function readVariables(input: {
  readonly docker: string | undefined
  readonly config: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly text: string
  readonly names: readonly string[]
}): Promise<ReadonlyMap<string, string>> {
  const { docker, config, env, text, names } = input
  const none = new MaculaError({
    kind: 'outside',
    what: 'The file cannot be read without Docker Compose, which wrote its values into containers.',
    todo: 'Install the Compose plugin, 2.20 or newer (Debian: docker-compose; Docker’s own packages: docker-compose-plugin).',
  })
  if (docker === undefined) throw none
  const folder = await mkdtemp(join(tmpdir(), 'macula-variables-'))
  try {
    const file = join(folder, 'variables')
    await writeWhole(file, text, 0o600)
    const environment = Object.fromEntries(names.map((name) => [name, `\${${name}-}`]))
    const project = { name: 'macula-variables', services: { read: { image: 'scratch', environment } } }
    const { exitCode, stdout, stderr } = await execa(
      docker,
      // prettier-ignore
      [
        'compose', '--project-directory', folder, '--file', '-', '--env-file', file,
        'config', '--format', 'json',
      ],
      {
        cwd: folder,
        env: toolEnvironment(env, config),
        extendEnv: false,
        reject: false,
        input: JSON.stringify(project),
        timeout: DEADLINE_MS,
      },
    )
    if (exitCode !== 0) {
      const words = stderr ?? ''
      if (exitCode === undefined || /is not a docker command|unknown (?:shorthand )?flag/i.test(words))
        throw none
      // What Compose says quotes the line, and with it the password: only its number is told.
      const line = /\bline (\d+)\b/.exec(words)?.[1]
      throw new MaculaError({
        kind: 'usage',
        what: `Compose cannot read the file${line === undefined ? '' : `: line ${line} is wrong`}.`,
        todo: 'Correct it as a .env file of Compose (NAME=value, quotes closed); nothing was changed.',
      })
    }
    const { environment: read } = configSchema.parse(JSON.parse(stdout ?? '')).services.read
    return new Map(
      names.flatMap((name) => {
        // In its output Compose doubles each $, so that the output can be read again.
        const value = (read[name] ?? '').replaceAll('$$', () => '$')
        return value === '' ? [] : [[name, value] as const]
      }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
