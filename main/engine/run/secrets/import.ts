import { MaculaError } from '../../../model/errors.ts'
import type { StepEvent } from '../../../model/run.ts'
import { sayList } from '../../../model/say.ts'
import { placesOf, whyNotSecret, type SecretsImport } from '../../../model/secret.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { RunContext } from '../context.ts'
import { changeSecrets } from './change.ts'

/** Their variables with ours, as the fragments tell it. */
function pairsOf(
  services: readonly ServiceSpec[],
): readonly { readonly from: string; readonly name: string }[] {
  return services.flatMap(({ secretUses = {} }) =>
    Object.entries(secretUses).flatMap(([name, { was }]) => (was === undefined ? [] : [{ from: was, name }])),
  )
}

/**
 * Takes the passwords of a .env of the platform's own Compose project over, so that what programs have written down goes on
 * working. One that cannot be used is told by its name; the others are taken. Throws MaculaError `usage` when there is none.
 */
export async function importSecrets(
  context: RunContext,
  text: string,
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
): Promise<SecretsImport> {
  const { services } = context.catalog()
  const pairs = pairsOf(services)
  const found = await context.adapters.stack.readVariables(
    text,
    pairs.map(({ from }) => from),
  )
  const there = pairs.flatMap(({ from, name }) => {
    const value = found.get(from)
    return value === undefined
      ? []
      : [{ from, name, value, why: whyNotSecret(value, placesOf(services, name)) }]
  })
  if (there.length === 0)
    throw new MaculaError({
      kind: 'usage',
      what: 'The file has none of the passwords that are taken over.',
      why: `They are ${sayList(
        pairs.map(({ from }) => from),
        pairs.length,
      )}.`,
      todo: 'Name the .env beside the docker-compose.yml of the platform.',
    })
  const refused = there.flatMap(({ from, name, why }) => (why === undefined ? [] : [{ from, name, why }]))
  const good = there.filter(({ why }) => why === undefined)
  const change = await changeSecrets(
    context,
    new Map(good.map(({ name, value }) => [name, value])),
    tell,
    signal,
  )
  return { ...change, taken: good.map(({ from, name }) => ({ from, name })), refused }
}
