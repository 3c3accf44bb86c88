import { mkdir } from 'node:fs/promises'
import type { SecretsAdapter, StackAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'
import { openLink } from '../docker/link.ts'
import { ownDockerConfig } from '../docker/own-config.ts'
import { findTool } from '../host/tool.ts'
import type { Paths } from '../paths.ts'
import { projectText } from './compose-texts.ts'
import { composeConfig, composeCreate, composeTrouble, composeVersion } from './compose.ts'
import type { Fragment } from './fragment.ts'
import { serviceOf } from './progress.ts'
import { readResolved } from './resolved.ts'
import { readVariables } from './read-variables.ts'
import { expectStack, renderStack, stackFolder } from './render.ts'
import { born } from './sources.ts'
import { refuseForeign } from './foreign.ts'

/** The stack's rendered copy and compose, which makes containers from it. */
export function openStack(input: {
  readonly paths: Paths
  readonly settings: Settings
  readonly secrets: SecretsAdapter
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
  /** Where docker's command is looked for. */
  readonly find?: typeof findTool
}): StackAdapter {
  const { paths, settings, env, secrets, find = findTool } = input
  const folder = stackFolder(paths)
  let known: readonly Fragment[] = []
  let folders: ReadonlyMap<string, readonly string[]> = new Map()
  let given: Readonly<Record<string, string>> = {}
  // Compose before 2.29 has no JSON progress (its release notes); learnt once.
  let progress: 'json' | 'plain' = 'json'

  return {
    composeVersion: async () =>
      await composeVersion(await find('docker', env), env, await ownDockerConfig(paths.state, env)),
    async render(services, options) {
      const now = input.now()
      const {
        fragments,
        folders: toMake,
        variables,
        ...rest
      } = await renderStack({ paths, settings, secrets, env, now }, services, options)
      known = fragments
      folders = toMake
      given = variables
      return rest
    },
    expect: async (services, options) =>
      await expectStack({ paths, settings, secrets, env }, services, options).catch(() => []),
    readVariables: async (text, names) =>
      await readVariables({
        docker: await find('docker', env),
        config: await ownDockerConfig(paths.state, env),
        env,
        text,
        names,
      }),
    async resolved(service, signal) {
      const fragment = known.find((one) => one.id === service)
      if (!fragment)
        throw new MaculaError({
          kind: 'internal',
          what: `${service} was not rendered, so it cannot be read.`,
        })
      const docker = await find('docker', env)
      const config = await ownDockerConfig(paths.state, env)
      const project = projectText(settings.project, [fragment])
      const read =
        docker === undefined
          ? undefined
          : await composeConfig({ folder, project, env, variables: given, docker, config, signal })
      const made = read?.text === undefined ? undefined : readResolved(read.text, service)
      if (made) return made
      throw composeTrouble(
        { kind: docker === undefined ? 'no-docker' : 'failed', errors: read?.errors ?? [] },
        [service],
        await secrets.read().catch(() => new Map<string, string>()),
      )
    },
    sources: async (all) => await born(all),
    async create(services, onStep, signal, how) {
      const fragments = services.map((id) => {
        const fragment = known.find((one) => one.id === id)
        if (fragment) return fragment
        throw new MaculaError({ kind: 'internal', what: `${id} was not rendered, so it cannot be created.` })
      })
      if (fragments.length === 0) return
      const link = await openLink(settings.dockerHost, env)
      await refuseForeign(link, settings, fragments)
      const docker = await find('docker', env)
      const config = await ownDockerConfig(paths.state, env)
      // What cannot be created Docker tells, or a file stands there, which is mounted.
      for (const path of services.flatMap((id) => folders.get(id) ?? []))
        await mkdir(path, { recursive: true }).catch(() => undefined)
      const run = async () =>
        await composeCreate({
          folder,
          docker,
          config,
          // Only these services: a fragment that compose cannot read must not keep the others from being created.
          project: projectText(settings.project, fragments),
          services,
          endpoint: link.endpoint,
          env,
          variables: given,
          progress,
          anew: how === 'anew',
          signal,
          onStep(container, says) {
            const service = serviceOf(container, settings.project)
            if (service !== undefined && services.includes(service)) onStep(service, says)
          },
        })
      let result = await run()
      if (result.kind === 'no-json') {
        progress = 'plain'
        result = await run()
      }
      if (result.kind !== 'done')
        throw composeTrouble(result, services, await secrets.read().catch(() => new Map<string, string>()))
    },
  }
}
