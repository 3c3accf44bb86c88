import { createHash } from 'node:crypto'
import { MaculaError } from '../model/errors.ts'
import type { MigrationEvent } from '../model/migration.ts'
import type { MigrationPlan, Output, Parsed } from '../../preload/contract.ts'
import type { GatewayContext } from './context.ts'

/** Bytes of a copy are told no more often than this (ms): a page draws them, and nobody reads faster. */
const BYTES_MS = 200

/** What taking over would do, with a digest that stands for exactly this. */
export async function migrationPlan(context: GatewayContext): Promise<MigrationPlan> {
  const { engine } = context.system()
  const [view, elevation] = await Promise.all([engine.migration(), engine.elevation()])
  const what = view.steps.map(({ id, effects, change }) => [id, effects, change?.verbs ?? []])
  return {
    view,
    digest: createHash('sha256').update(JSON.stringify(what)).digest('hex'),
    elevation: elevation ?? null,
  }
}

/** Takes over what was chosen of the plan that was shown; another plan is never carried out in its place. */
export async function migrate(
  context: GatewayContext,
  { run, steps, data, digest }: Parsed<'migrate'>,
): Promise<Output<'migrate'>> {
  const now = await migrationPlan(context)
  if (now.digest !== digest)
    throw new MaculaError({
      kind: 'failed',
      what: 'Nothing was taken over: the machine is not as it was when this was shown.',
      why: 'What would be done now differs from what you read.',
      todo: 'Read it again, then go on.',
    })
  const { view } = now
  const isChosen = ({ id }: { readonly id: string }): boolean => steps.includes(id)
  let toldAt = 0
  const tell = (event: MigrationEvent): void => {
    if (event.kind === 'bytes') {
      const { doneBytes, totalBytes } = event.progress
      if (Date.now() - toldAt < BYTES_MS && doneBytes < totalBytes) return
      toldAt = Date.now()
    }
    context.tellAll('migration', context.clean().deep(event))
  }
  const asked = { run, verb: 'migrate', services: [] } as const
  const result = await context.run(
    asked,
    async (_, signal) =>
      await context
        .system()
        .engine.migrate(
          { steps: view.steps.filter(isChosen), left: view.steps.filter((step) => !isChosen(step)), data },
          tell,
          signal,
        ),
  )
  return context.clean().deep(result)
}
