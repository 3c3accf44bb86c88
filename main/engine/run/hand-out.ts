import type { DatabaseMade } from '../../model/database.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Variable } from '../../model/variable.ts'
import { variablesInside } from '../cluster/inside.ts'
import type { RunContext } from './context.ts'
import { createDatabase } from './databases.ts'
import { variablesFor } from './environment.ts'

type NeedWhole = (names: readonly string[]) => Promise<void>

/**
 * The variables of services, secrets in clear; `inside`: as a pod needs them. Throws MaculaError when one of the secrets opens
 * nothing: lost, another than data was made with, or in the middle of a change.
 */
export async function handOut(
  context: RunContext,
  needWhole: NeedWhole,
  ids: readonly string[],
  inside: boolean,
): Promise<readonly Variable[]> {
  const { adapters, settings, truth } = context
  const catalog = context.catalog()
  const snapshot = inside ? undefined : await truth.look()
  if (inside) await truth.observe.docker()
  context.needOwn()
  const wanted = catalog.services
    .filter((service) => ids.includes(service.id))
    .flatMap((service) => service.secrets)
  await needWhole(wanted)
  // What opens nothing must not be handed out; without passwords nothing is asked.
  const held = wanted.length === 0 ? () => undefined : await adapters.secrets.held(catalog.services)
  const trouble = wanted.map((name) => held(name)).find((one) => one !== undefined)
  if (trouble) throw new MaculaError(trouble)
  const secrets =
    wanted.length === 0 ? new Map<string, string>() : await adapters.secrets.ensure([...new Set(wanted)])
  if (inside) return variablesInside(catalog, ids, settings.suffix, secrets)
  const told = [
    ...variablesFor(catalog, ids, settings.suffix, secrets, snapshot),
    ...(await ofTls(context, ids)),
  ]
  return told.map((one) => {
    const state = snapshot?.services.find(({ id }) => id === one.service)?.state
    return state === 'stopped' || state === 'not set up' ? { ...one, off: state } : one
  })
}

/**
 * Certificate, key and authority for a program on this machine that speaks QUIC, where TLS is on: told with the first service that
 * speaks it, under the names that programs of the mesh read.
 */
async function ofTls(
  { adapters, settings, catalog }: RunContext,
  ids: readonly string[],
): Promise<readonly Variable[]> {
  const service = catalog().services.find(
    ({ id, endpoints }) => ids.includes(id) && endpoints.some(({ scheme }) => scheme === 'quic'),
  )?.id
  const files = settings.tls && service !== undefined ? (await adapters.tls.served())?.files : undefined
  if (files === undefined || service === undefined) return []
  const told = {
    MACULA_CERT_PATH: files.certificate,
    MACULA_KEY_PATH: files.key,
    MACULA_CA_PATH: files.authority,
  }
  return Object.entries(told).map(([name, value]) => ({ service, name, value, secret: false }))
}

/** Makes a database, and says how a program reaches it: as the service's own connection string, with its name. */
export async function newDatabase(
  context: RunContext,
  needWhole: NeedWhole,
  name: string,
  service: string | undefined,
): Promise<DatabaseMade> {
  const made = await createDatabase(context, name, service)
  const variables = await handOut(context, needWhole, [made.service], false)
  const whole = variables.map(({ value }) => value).find((value) => /^postgres(?:ql)?:\/\//.test(value))
  if (whole === undefined) return { ...made, url: '' }
  const url = new URL(whole)
  url.pathname = `/${name}`
  return { ...made, url: url.href }
}
