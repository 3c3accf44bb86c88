import type { Engine } from '../engine.ts'
import type { RunContext } from './context.ts'
import type { Runs } from './runs.ts'
import { applyTls, removeAuthority, seeTls } from './tls.ts'

/** What faces may ask of TLS. `alone`: one change at a time among all our processes. */
export function createTlsCalls(
  context: RunContext,
  runs: Runs,
  alone: <T>(purpose: string, work: () => Promise<T>) => Promise<T>,
): Pick<Engine, 'tls' | 'applyTls' | 'removeAuthority' | 'certificate'> {
  return {
    tls: async () => await seeTls(context),
    applyTls: async (options, tell) =>
      await alone('fixing TLS', async () => {
        const applied = await applyTls(context, options, tell)
        // Pods have it too; what cannot be put into a cluster is told by its row.
        await runs.settle().catch(() => undefined)
        return applied
      }),
    removeAuthority: async () =>
      await alone('removing the authority', async () => await removeAuthority(context)),
    certificate: async (folder, names, options) => await context.adapters.tls.write(folder, names, options),
  }
}
