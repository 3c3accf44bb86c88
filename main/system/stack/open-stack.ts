import { execa } from 'execa'
import { join } from 'node:path'
import type { SecretsPort, StackPort } from '../../engine/ports.ts'
import { inert } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'
import type { Paths } from '../paths.ts'
import { parseProgress } from './progress.ts'
import { renderStack } from './render.ts'

/** Making containers is quick; an image that must be unpacked is not. */
const CREATE_DEADLINE_MS = 300_000

/** Variables that a person's shell may have and that would change what compose does with our project. */
const foreign = /^(COMPOSE_|MACULA_)/

/** The stack's rendered copy and compose, which makes containers from it. */
export function openStack(input: {
  readonly paths: Paths
  readonly settings: Settings
  readonly secrets: SecretsPort
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
}): StackPort {
  const { paths, settings, env } = input
  const folder = join(paths.data, 'stack')
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)))

  async function mask(text: string): Promise<string> {
    const secrets = await input.secrets.read().catch(() => new Map<string, string>())
    let masked = text
    for (const value of secrets.values()) masked = masked.replaceAll(value, '••••')
    return inert(masked.replaceAll('\n', ' ')).slice(0, 600)
  }

  return {
    async render(services, options) {
      return await renderStack(
        { paths, settings, secrets: input.secrets, now: input.now() },
        services,
        options,
      )
    },
    async create(services, onStep, signal) {
      const run = await compose(services, onStep, signal, 'json')
      // Before 2.29 compose has no JSON progress (its release notes); its plain lines say the same.
      if (run.errors.some((line) => line.includes('unsupported --progress')))
        await judge(services, await compose(services, onStep, signal, 'plain'))
      else await judge(services, run)
    },
  }

  async function compose(
    services: readonly string[],
    onStep: (service: string, says: string) => void,
    signal: AbortSignal,
    progress: 'json' | 'plain',
  ) {
    const host =
      settings.dockerHost === ''
        ? []
        : [
            '--host',
            settings.dockerHost.startsWith('/') ? `unix://${settings.dockerHost}` : settings.dockerHost,
          ]
    const files = [
      '--project-directory',
      folder,
      '--file',
      join(folder, 'compose.yaml'),
      '--env-file',
      join(folder, '.env'),
    ]
    const args = [
      ...host,
      'compose',
      '--progress',
      progress,
      ...files,
      'create',
      '--pull',
      'never',
      '--no-build',
      ...services,
    ]
    const errors: string[] = []
    const child = execa('docker', args, {
      cwd: folder,
      env: clean,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
      buffer: false,
      timeout: CREATE_DEADLINE_MS,
      cancelSignal: signal,
      forceKillAfterDelay: 5000,
    })
    for await (const line of child.iterable({ from: 'stderr' })) {
      const event = parseProgress(line)
      if (event?.kind === 'error') errors.push(event.says)
      if (event?.kind === 'step') {
        const service = services.find((id) => event.container.startsWith(`${settings.project}-${id}-`))
        if (service !== undefined) onStep(service, event.says)
      }
    }
    return { result: await child, errors }
  }

  async function judge(
    services: readonly string[],
    { result, errors }: Awaited<ReturnType<typeof compose>>,
  ): Promise<void> {
    if (result.exitCode === 0) return
    if (result.isCanceled)
      throw new MaculaError({
        kind: 'refused',
        what: 'Making the containers was interrupted.',
        todo: 'maculactl up goes on where it stopped.',
      })
    const why = await mask(errors.slice(-3).join(' '))
    if (
      result.code === 'ENOENT' ||
      /is not a docker command|unknown command|unknown shorthand flag/i.test(why)
    )
      throw new MaculaError({
        kind: 'outside',
        what:
          result.code === 'ENOENT'
            ? 'The docker command is not installed.'
            : 'Docker Compose is not installed.',
        why,
        todo: 'Install the Compose plugin (Debian: docker-compose; Docker’s own packages: docker-compose-plugin), version 2.29 or newer is best.',
      })
    throw new MaculaError({
      kind: 'failed',
      what: `Compose cannot make ${services.length === 1 ? (services[0] ?? '') : `${services.length} containers`}.`,
      why: result.timedOut ? `It took longer than ${CREATE_DEADLINE_MS / 1000} s.` : why,
      todo: 'Repair what it names, then run maculactl up again.',
    })
  }
}
