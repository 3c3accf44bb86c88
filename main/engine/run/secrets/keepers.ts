import { MaculaError, Refusal, troubleOf } from '../../../model/errors.ts'
import type { SecretKeeper } from '../../../model/secret.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { RunContext } from '../context.ts'

/** A service that keeps a secret in its own data. */
export interface Keeping {
  readonly service: ServiceSpec
  readonly name: string
  readonly keeper: SecretKeeper
  readonly user: string
}

/** Who keeps these secrets themselves. */
export function keepingOf(services: readonly ServiceSpec[], names: Iterable<string>): readonly Keeping[] {
  const wanted = new Set(names)
  return services.flatMap((service) =>
    Object.entries(service.secretUses ?? {}).flatMap(([name, { kept, user }]) =>
      wanted.has(name) && kept !== undefined && user !== undefined
        ? [{ service, name, keeper: kept, user }]
        : [],
    ),
  )
}

/** Those of them that have data: what was never made takes its first password from its container's variables. */
export async function withData(
  { adapters, truth, catalog }: RunContext,
  all: readonly Keeping[],
): Promise<readonly Keeping[]> {
  if (all.length === 0) return []
  const containers = catalog().services.filter(({ runtime }) => runtime.kind === 'container')
  const expected = await adapters.stack.expect(containers, { publish: !truth.observe.isNative() })
  const has = new Map<string, boolean>()
  for (const { service } of all) {
    // One without volumes keeps its data in a database that it needs.
    const volumes = expected.flatMap(({ id, volumes: own }) =>
      id === service.id || service.needs.includes(id) ? own : [],
    )
    const there = await Promise.all(volumes.map(async (name) => await adapters.docker.volumes.has(name)))
    has.set(service.id, truth.seen.containers.has(service.id) || there.includes(true))
  }
  return all.filter(({ service }) => has.get(service.id) === true)
}

/**
 * Gives each keeper the value of its secret. Returns those that took it before one did not, with its trouble, and that one as
 * `unsure` when only its answer is missing: it may have taken it.
 */
export async function tellAll(
  { adapters, truth }: RunContext,
  all: readonly Keeping[],
  values: ReadonlyMap<string, string>,
): Promise<{
  readonly told: readonly Keeping[]
  readonly unsure: readonly Keeping[]
  readonly failed?: MaculaError
}> {
  const told: Keeping[] = []
  for (const keeping of all) {
    const { service, name, keeper, user } = keeping
    const value = values.get(name)
    if (value === undefined) continue
    let isAsked = false
    try {
      const container = truth.seen.containers.get(service.id)
      if (container?.state !== 'running')
        throw new MaculaError({
          kind: 'failed',
          what: `${service.title} does not run, so it cannot be given its new password.`,
          todo: `maculactl up ${service.id} says why.`,
        })
      const made = await adapters.docker.madeWith(service.id)
      const admin = made?.variables.get('POSTGRES_USER') ?? 'postgres'
      isAsked = true
      await adapters.inside.tell(keeper, container.id, { user, admin }, value)
      told.push(keeping)
    } catch (error) {
      const unsure = isAsked && !(error instanceof Refusal) ? [keeping] : []
      return { told, unsure, failed: new MaculaError(troubleOf(error), { cause: error }) }
    }
  }
  return { told, unsure: [] }
}
