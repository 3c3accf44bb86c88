import { execa } from 'execa'
import { join } from 'node:path'
import { inert } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Endpoint } from '../docker/endpoint.ts'
import { endpointEnvironment, toolEnvironment } from '../host/environment.ts'
import { standApart } from '../process/apart.ts'
import { knownTrouble } from '../../model/docker-known.ts'
import { parseProgress } from './progress.ts'

/** Making containers is quick; stopping the ones before, each with its grace period, is not. */
const CREATE_DEADLINE_MS = 300_000

type Environment = Readonly<Record<string, string | undefined>>

export interface ComposeRun {
  readonly kind: 'done' | 'interrupted' | 'late' | 'failed' | 'no-docker' | 'no-json'
  readonly errors: readonly string[]
}

/** Runs `compose create` on a project file given on stdin; `onStep` is told each step of a container. Never throws. */
export async function composeCreate(input: {
  readonly folder: string
  readonly project: string
  readonly services: readonly string[]
  readonly endpoint: Endpoint
  readonly env: Environment
  /** Values that the file of variables cannot hold. */
  readonly variables?: Readonly<Record<string, string>>
  /** The path of docker's command; undefined: there is none. */
  readonly docker: string | undefined
  /** The folder of our own configuration of it. */
  readonly config: string
  readonly progress: 'json' | 'plain'
  /** Also what compose takes for unchanged: it compares with its own label, not with the container. */
  readonly anew?: boolean
  readonly onStep: (container: string, says: string) => void
  readonly signal: AbortSignal
}): Promise<ComposeRun> {
  const { folder, docker, progress, anew = false, services, onStep, signal } = input
  if (signal.aborted) return { kind: 'interrupted', errors: [] }
  if (docker === undefined) return { kind: 'no-docker', errors: [] }
  // prettier-ignore
  const args = [
    'compose', '--progress', progress, '--project-directory', folder, '--file', '-',
    '--env-file', join(folder, '.env'),
    'create', '--pull', 'never', '--no-build', ...(anew ? ['--force-recreate'] : []), ...services,
  ]
  const errors: string[] = []
  const child = execa(docker, args, {
    cwd: folder,
    env: {
      ...toolEnvironment(input.env, input.config),
      ...endpointEnvironment(input.endpoint),
      ...input.variables,
      // The other services of the project are not in the file that compose gets, and stay.
      COMPOSE_IGNORE_ORPHANS: 'true',
    },
    extendEnv: false,
    detached: true,
    reject: false,
    input: input.project,
    stdout: 'ignore',
    buffer: false,
    timeout: CREATE_DEADLINE_MS,
    cancelSignal: signal,
    forceKillAfterDelay: 5000,
  })
  const ended = standApart(child.pid, signal)
  for await (const line of child.iterable({ from: 'stderr' })) {
    const event = parseProgress(line)
    if (event?.kind === 'step') onStep(event.container, event.says)
    // The last ones tell why; a broken compose must not fill memory.
    if (event?.kind === 'error' && errors.push(event.says) > 20) errors.shift()
  }
  const result = await child
  ended(result.timedOut)
  if (result.exitCode === 0) return { kind: 'done', errors }
  if (result.isCanceled) return { kind: 'interrupted', errors }
  if (result.timedOut) return { kind: 'late', errors }
  if (result.code === 'ENOENT') return { kind: 'no-docker', errors }
  const isOld = errors.some((line) => line.includes('unsupported --progress'))
  return { kind: progress === 'json' && isOld ? 'no-json' : 'failed', errors }
}

const CONFIG_DEADLINE_MS = 30_000

/** What compose reads of a project file given on stdin, as JSON with all variables filled in; undefined with its last words. */
export async function composeConfig(input: {
  readonly folder: string
  readonly project: string
  readonly env: Environment
  /** Values that the file of variables cannot hold. */
  readonly variables?: Readonly<Record<string, string>>
  readonly docker: string
  readonly config: string
  readonly signal: AbortSignal
}): Promise<{ readonly text?: string; readonly errors: readonly string[] }> {
  const { folder, docker, signal } = input
  const args = ['compose', '--project-directory', folder, '--file', '-', '--env-file', join(folder, '.env')]
  const result = await execa(docker, [...args, 'config', '--format', 'json'], {
    cwd: folder,
    env: { ...toolEnvironment(input.env, input.config), ...input.variables },
    extendEnv: false,
    reject: false,
    input: input.project,
    timeout: CONFIG_DEADLINE_MS,
    cancelSignal: signal,
  })
  const errors = (result.stderr ?? '').split('\n').filter((line) => line.trim() !== '')
  return result.exitCode === 0 && result.stdout ? { text: result.stdout, errors } : { errors }
}

const VERSION_DEADLINE_MS = 5000

/** The version of the Compose plugin; undefined when there is none. `docker`: where docker's command lies. */
export async function composeVersion(
  docker: string | undefined,
  env: Environment,
  config: string,
): Promise<string | undefined> {
  if (docker === undefined) return undefined
  const { exitCode, stdout } = await execa(docker, ['compose', 'version', '--short'], {
    env: toolEnvironment(env, config),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: VERSION_DEADLINE_MS,
  })
  const version = inert(stdout ?? '').trim()
  return exitCode === 0 && /^v?\d+\.\d+/.test(version) ? version.replace(/^v/, '').slice(0, 40) : undefined
}

/** Why a run did not make the containers, as an error; secrets are masked in whatever compose repeats. */
export function composeTrouble(
  run: ComposeRun,
  services: readonly string[],
  secrets: ReadonlyMap<string, string>,
): MaculaError {
  const subject = services.length === 1 ? (services[0] ?? '') : `${services.length} containers`
  const words = inert(mask([...new Set(run.errors)].slice(-3).join(' '), secrets)).slice(0, 600)
  const install =
    'Install the Compose plugin, 2.20 or newer (Debian: docker-compose; Docker’s own packages: docker-compose-plugin).'
  switch (run.kind) {
    case 'interrupted':
      return new MaculaError({
        kind: 'refused',
        what: 'Creating the containers was interrupted.',
        todo: 'maculactl up continues where it stopped.',
      })
    case 'no-docker':
      return new MaculaError({
        kind: 'outside',
        what: 'The docker command is not installed.',
        why: 'Containers are made by Docker Compose, which is a part of it.',
        todo: install,
      })
    case 'late':
      return new MaculaError({
        kind: 'failed',
        what: `${subject} cannot be created.`,
        why: `Compose took longer than ${CREATE_DEADLINE_MS / 1000} s.`,
        todo: 'maculactl doctor says whether Docker answers; then run maculactl up again.',
      })
    case 'done':
    case 'no-json':
    case 'failed': {
      // Without the plugin docker takes compose's options for its own.
      if (
        /is not a docker command|unknown command|unknown (?:shorthand )?flag|include.*not allowed/i.test(
          words,
        )
      )
        return new MaculaError({
          kind: 'outside',
          what: 'Docker Compose is not installed, or too old.',
          why: words,
          todo: install,
        })
      const known = knownTrouble(words)
      return new MaculaError({
        kind: 'failed',
        what: known ? `${subject} cannot be created: ${known.says}` : `${subject} cannot be created.`,
        why: `Compose says: ${words}`,
        todo: known?.todo ?? 'Repair what it names, then run maculactl up again.',
      })
    }
  }
}

/** The text with every known secret blotted out, in one line. */
function mask(text: string, secrets: ReadonlyMap<string, string>): string {
  // Longest first: one may be a part of another.
  const values = [...secrets.values()]
    .filter((value) => value !== '')
    .sort((one, two) => two.length - one.length)
  return values.reduce((masked, value) => masked.replaceAll(value, '••••'), text).replaceAll(/\s+/g, ' ')
}
