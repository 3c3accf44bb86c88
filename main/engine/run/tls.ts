import { MaculaError, troubleOf } from '../../model/errors.ts'
import { INGRESS } from '../../model/service.ts'
import type { StepEvent } from '../../model/run.ts'
import type { TlsApplied, TlsView } from '../../model/tls.ts'
import { namesNow } from '../look/names.ts'
import { clustersOf } from '../look/seen.ts'
import type { RunContext } from './context.ts'
import { rereadRoutes } from './routes.ts'

/** What there is of TLS, and whether it is wished. */
export async function seeTls({ adapters, settings }: RunContext): Promise<TlsView> {
  return { on: settings.tls, ...(await adapters.tls.seen()) }
}

/**
 * Makes the certificate of the clean URLs anew where it is due, and lets a running ingress take it (SIGHUP: what is open goes
 * on with the one it has). Nothing while TLS is not wished. What cannot be created is told and keeps nothing from starting.
 */
export async function keepTls(
  { adapters, settings, catalog, truth }: RunContext,
  tell: (event: StepEvent) => void,
  elapsed: () => number,
): Promise<void> {
  if (!settings.tls) return
  const note = (says: string): void => tell({ kind: 'note', ms: elapsed(), says })
  try {
    const { seen, changed } = await adapters.tls.ensure([...namesNow(catalog(), settings, truth.seen).keys()])
    if (seen.trouble) note([seen.trouble.what, seen.trouble.todo].filter(Boolean).join(' '))
    if (changed === undefined) return
    note(`The certificate of the clean URLs was renewed: ${changed}.`)
    const ingress = truth.seen.containers.get(INGRESS)
    if (ingress?.state === 'running') await adapters.docker.reread(ingress.id)
  } catch (error) {
    const { what, why } = troubleOf(error)
    note([what, why].filter(Boolean).join(' '))
  }
}

/**
 * Makes everything as the setting `tls` says now: authority and certificate, what the running ingress serves, and the
 * forwarders of port 443; or nothing of them. Its caller has the lock.
 */
export async function applyTls(
  context: RunContext,
  options: { readonly newAuthority?: boolean },
  tell: (event: StepEvent) => void,
): Promise<TlsApplied> {
  const { adapters, settings, catalog, truth } = context
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  await Promise.all([
    truth.observe.docker().then(truth.observe.containers).then(truth.observe.clusters),
    truth.observe.wanted(),
  ])
  const made = settings.tls
    ? await adapters.tls.ensure([...namesNow(catalog(), settings, truth.seen).keys()], options)
    : undefined
  const ingress = truth.seen.containers.get(INGRESS)
  const serves = ingress?.state === 'running' && !context.isOthers()
  if (serves) {
    const rendered = await adapters.stack.render(catalog().services, { publish: !truth.observe.isNative() })
    await rereadRoutes(context, rendered.services)
    // Routes may be the same while the certificate is another one.
    if (made?.changed !== undefined) await adapters.docker.reread(ingress.id)
    await context.reconcileForwards(tell, elapsed)
  }
  if (!settings.tls) {
    for (const spec of clustersOf(catalog()))
      if (truth.seen.clusters.get(spec.id)?.kind === 'up') await adapters.clusters.putTls(spec, undefined)
    // Only now nothing reads it any more. Where the ingress is away its next start takes it.
    await adapters.tls.withdraw()
  }
  truth.publish()
  return {
    ...(await seeTls(context)),
    serves,
    ...(made?.changed === undefined ? {} : { changed: made.changed }),
    keptAside: made?.keptAside ?? [],
  }
}

/** Removes the authority with its key. Throws MaculaError `usage` while TLS is on. */
export async function removeAuthority({ adapters, settings }: RunContext): Promise<readonly string[]> {
  if (settings.tls)
    throw new MaculaError({
      kind: 'usage',
      what: 'The authority is in use.',
      todo: 'Turn TLS off first: maculactl tls off --remove-ca',
    })
  return await adapters.tls.removeAuthority()
}
