import { execa } from 'execa'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { inert } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import { writeWhole } from '../files.ts'
import { ownDockerConfig } from '../docker/own-config.ts'
import { knownTrouble } from '../../model/docker-known.ts'
import { endpointEnvironment, toolEnvironment } from '../host/environment.ts'
import { findTool } from '../host/tool.ts'
import { standApart } from '../process/apart.ts'
import type { Link } from '../docker/link.ts'
import type { KeptCompose } from './compose-kept.ts'

/** Their images are on this machine; health checks that others wait for take their time. */
const UP_DEADLINE_MS = 600_000

type Environment = Readonly<Record<string, string | undefined>>

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/**
 * The words of the command that brings a project up: with its own files where they are still there, else with the kept copy in
 * `copies`. `words` come after: the verb and its services.
 */
export async function upWords(
  kept: KeptCompose,
  copies: string,
  words: readonly string[],
): Promise<{ readonly args: readonly string[]; readonly cwd: string }> {
  const place = async (path: string, text: string | null, as: string): Promise<string> => {
    if (text === null || (await isThere(path))) return path
    const copy = join(copies, as)
    await writeWhole(copy, text, 0o600)
    return copy
  }
  const files = await Promise.all(
    kept.files.map(async ({ path, text }, index) => await place(path, text, `${index + 1}-compose.yml`)),
  )
  const environment = await Promise.all(
    kept.environment.map(async ({ path, text }, index) => await place(path, text, `${index + 1}.env`)),
  )
  const folder = await isThere(kept.folder)
  return {
    cwd: folder ? kept.folder : '/',
    args: [
      'compose',
      '--project-name',
      kept.project,
      ...(kept.folder === '' ? [] : ['--project-directory', kept.folder]),
      ...files.flatMap((file) => ['--file', file]),
      ...environment.flatMap((file) => ['--env-file', file]),
      ...words,
    ],
  }
}

/** Runs docker compose on a kept project. Throws MaculaError with its last words. */
export async function composeUp(input: {
  readonly kept: KeptCompose
  readonly copies: string
  readonly words: readonly string[]
  readonly link: Link
  readonly env: Environment
  readonly state: string
  readonly tell: (says: string) => void
  readonly signal: AbortSignal
}): Promise<void> {
  const { kept, link, env, signal } = input
  const docker = await findTool('docker', env)
  const { args, cwd } = await upWords(kept, input.copies, input.words)
  const failed = (why: string, todo: string): MaculaError =>
    new MaculaError({
      kind: 'failed',
      what: `The Compose project ${kept.project} could not be brought up.`,
      why,
      todo,
    })
  if (docker === undefined)
    throw failed(
      'The docker command is not installed.',
      'Install it, then run maculactl migrate --back again.',
    )
  const errors: string[] = []
  const child = execa(docker, args, {
    cwd,
    env: {
      ...toolEnvironment(env, await ownDockerConfig(input.state, env)),
      ...endpointEnvironment(link.endpoint),
    },
    extendEnv: false,
    detached: true,
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    buffer: false,
    timeout: UP_DEADLINE_MS,
    cancelSignal: signal,
    forceKillAfterDelay: 5000,
  })
  const ended = standApart(child.pid, signal)
  for await (const line of child.iterable({ from: 'stderr' })) {
    const says = inert(line).replaceAll(/\s+/g, ' ').trim()
    if (says === '') continue
    input.tell(says)
    // What it goes on with is no reason.
    if (!says.includes('level=warning') && errors.push(says) > 8) errors.shift()
  }
  const result = await child
  ended(result.timedOut)
  if (result.exitCode === 0) return
  if (result.isCanceled)
    throw new MaculaError({
      kind: 'refused',
      what: `Bringing up the Compose project ${kept.project} was interrupted.`,
      todo: 'maculactl migrate --back continues where it stopped.',
    })
  const words = errors.slice(-3).join(' ').slice(0, 600)
  throw failed(
    result.timedOut
      ? `Compose took longer than ${UP_DEADLINE_MS / 60_000} minutes.`
      : `Compose says: ${words}`,
    knownTrouble(words)?.todo ?? 'Repair what it names, then run maculactl migrate --back again.',
  )
}
