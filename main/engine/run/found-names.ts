import { namesNow } from '../look/names.ts'
import type { RunContext } from './context.ts'

/** Whether our name server answers other names than there are now. */
function differs({ catalog, settings, truth }: RunContext): boolean {
  const server = truth.seen.nameServer
  if (server.kind !== 'runs') return false
  const wanted = namesNow(catalog(), settings, truth.seen)
  return (
    wanted.size !== server.names.size ||
    [...wanted].some(([name, address]) => server.names.get(name) !== address)
  )
}

/** Serves the hosts of Ingresses that came, and no more those that went; nothing while no service is wanted. */
export async function serveFound(context: RunContext): Promise<boolean> {
  if (context.isOthers() || context.truth.seen.wanted.size === 0 || !differs(context)) return false
  await context.names(
    () => undefined,
    () => 0,
  )
  return true
}

/**
 * The same as soon as they came or went, while somebody watches. It waits for no turn: a start takes minutes, and a server that
 * runs is only given files, each written whole. `settle`: tells clusters.
 */
export async function followFound(context: RunContext, settle: () => Promise<void>): Promise<void> {
  const { truth } = context
  if (!(await serveFound(context))) return
  await truth.observe.names()
  truth.publish()
  await settle()
}
