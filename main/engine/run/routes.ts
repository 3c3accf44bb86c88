import { INGRESS, REVISION_HOST } from '../../model/service.ts'
import type { RenderedService } from '../adapters.ts'
import { ANSWER_DEADLINE_MS, directTarget } from '../look/asking.ts'
import type { RunContext } from './context.ts'

/**
 * Lets a running ingress read its routes again when those that were rendered are others than it has: a service of a
 * person's own has its clean URL, and its place on the page of all services, without a new container. What it has is asked,
 * not remembered, so that an interrupted run leaves nothing behind.
 */
export async function rereadRoutes(
  { adapters, catalog, truth }: RunContext,
  rendered: readonly RenderedService[],
): Promise<void> {
  const revision = rendered.find(({ id }) => id === INGRESS)?.revision
  const container = truth.seen.containers.get(INGRESS)
  const port = catalog().services.find(({ id }) => id === INGRESS)?.endpoints[0]?.target
  if (revision === undefined || port === undefined || !container) return
  const where = directTarget(container, port, truth.observe.isNative())
  if (!where) return
  const seen = await adapters.host.ask({
    scheme: 'http',
    ...where,
    host: REVISION_HOST,
    probe: { path: `/${revision}`, expect: [204], headers: {} },
    deadline: ANSWER_DEADLINE_MS,
  })
  // One that does not answer has its own row; it reads its files when it starts.
  if (seen.kind === 'wrong') await adapters.docker.reread(container.id)
}

/**
 * The same after clusters came, went or go by another name: a running ingress leads to them, and no container was started that would
 * have it told. What cannot be rendered now is told by the next start.
 */
export async function followRoutes(context: RunContext): Promise<void> {
  const { adapters, catalog, truth } = context
  if (truth.seen.containers.get(INGRESS)?.state !== 'running') return
  try {
    const rendered = await adapters.stack.render(catalog().services, { publish: !truth.observe.isNative() })
    await rereadRoutes(context, rendered.services)
  } catch {
    // A file that cannot be used is a row of its own.
  }
}
