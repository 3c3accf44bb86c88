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
