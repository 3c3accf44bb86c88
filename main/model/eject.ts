import { listenerKey, listenersOf, namesOf, type ListenerSpec } from './listeners.ts'
import { withNeeds } from './graph.ts'
import type { Trouble } from './errors.ts'
import { isUdp, type WithProtocol } from './protocol.ts'
import type { Catalog, ServiceSpec, Settings, TierId } from './service.ts'

/** The routing scripts of the approved design, by the word in their names. */
export const routingScripts = ['kind', 'observability', 'data'] as const
export type RoutingScript = (typeof routingScripts)[number]

/** Which script leads to the services of a tier; null: Docker publishes them itself, as the design has it for its nginx. */
const scriptOf: Readonly<Record<TierId, RoutingScript | null>> = {
  host: null,
  applications: 'kind',
  observability: 'observability',
  // The design has no script for its tools; Excalidraw's address follows those of observability.
  tools: 'observability',
  data: 'data',
}

/** Stands for the address of a cluster's own node, which is known only when there is one. */
export const NODE = 'node'

/** A forwarder of a routing script. */
export interface EjectForward {
  readonly address: string
  readonly port: number
  readonly to:
    | { readonly kind: 'service'; readonly service: string; readonly port: number }
    | { readonly kind: 'host'; readonly host: string; readonly port: number }
}

/** A port that Docker publishes on a loopback address. */
export interface EjectPublished extends WithProtocol {
  readonly address: string
  readonly port: number
  readonly service: string
  readonly target: number
}

/** How the catalog is to be written as plain files. */
export interface EjectPlan {
  /** Compose's name of the project and of its network: none that Macula itself works with. */
  readonly project: string
  /** Services that run in containers, each after what it needs. */
  readonly services: readonly string[]
  readonly published: readonly EjectPublished[]
  readonly forwards: Readonly<Record<RoutingScript, readonly EjectForward[]>>
  /** Every name with its loopback address. */
  readonly names: ReadonlyMap<string, string>
}

/** What a person may say of it. */
export interface EjectOptions {
  /** Write the passwords into .env (0600). */
  readonly withSecrets: boolean
  /** Use the volumes that hold Macula's data now. */
  readonly keepData: boolean
  /** Move what is in the folder aside. */
  readonly force: boolean
}

/** What was written. */
export interface Ejected {
  readonly folder: string
  /** Paths below it, sorted. */
  readonly files: readonly string[]
  /** Where what lay in the folder is now; absent: nothing did, or it was an earlier writing that nobody had changed. */
  readonly movedAside?: string
  /** Names of volumes whose data goes on. */
  readonly volumes: readonly string[]
  readonly secrets: 'written' | 'kept' | 'to be made'
  /** Services whose files cannot be used; they are not in it. */
  readonly leftOut: readonly { readonly service: string; readonly trouble: Trouble }[]
  /** What a person should know, a sentence each. */
  readonly notes: readonly string[]
}

function tierOf(catalog: Catalog, listener: ListenerSpec): TierId {
  const { to, address } = listener
  if (to.kind === 'fixed') return 'applications'
  const owner = (one: ServiceSpec): boolean => one.address === address && one.runtime.kind === 'container'
  return catalog.services.find(owner)?.tier ?? 'tools'
}

/** What leads to clusters over UDP and is in none of the files, a sentence each. */
export function leftOfClusters(catalog: Catalog): readonly string[] {
  return catalog.forwards.filter(isUdp).map(({ address, listen, host, port, protocol, cluster }) => {
    const [here, there] = [
      { address, port: listen, protocol },
      { address: host, port, protocol },
    ]
    return `Nothing forwards ${listenerKey(here)} to the cluster ${cluster}: the scripts' socat is for TCP. kind publishes it at ${listenerKey(there)}.`
  })
}

/** The plan for a catalog: only services that can be written may be in it. Pure; the same input gives the same plan. */
export function ejectPlan(catalog: Catalog, settings: Pick<Settings, 'project' | 'suffix'>): EjectPlan {
  const published: EjectPublished[] = []
  const forwards: Record<RoutingScript, EjectForward[]> = { kind: [], observability: [], data: [] }
  // What is written serves no TLS: its key would be a copy that nobody renews.
  for (const listener of listenersOf({ ...catalog, tls: undefined })) {
    const { address, port, to } = listener
    const script = scriptOf[tierOf(catalog, listener)]
    // The scripts' socat is for TCP; Docker leads UDP by itself, and to a cluster kind publishes it where its file says.
    if (isUdp(listener)) {
      if (to.kind === 'service')
        published.push({ address, port, service: to.service, target: to.port, protocol: 'udp' })
    } else if (to.kind === 'fixed')
      forwards.kind.push({ address, port, to: { kind: 'host', host: to.host, port: to.port } })
    else if (script !== null)
      forwards[script].push({ address, port, to: { kind: 'service', service: to.service, port: to.port } })
    else published.push({ address, port, service: to.service, target: to.port })
  }
  const containers = catalog.services.filter(({ runtime }) => runtime.kind === 'container')
  const ids = containers.map(({ id }) => id)
  return {
    project: `${settings.project}-infrastructure`,
    services: withNeeds(containers, ids).filter((id) => ids.includes(id)),
    published,
    forwards,
    names: namesOf(catalog, settings.suffix),
  }
}
