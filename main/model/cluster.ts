/** The words for clusters and the applications in them: what the catalog wants, and what was seen. */
import type { PlaceSpec } from './added-app.ts'
import type { FluxSeen } from './flux.ts'
import type { WithProtocol } from './protocol.ts'

/** A port of a cluster's nodes that kind publishes on this machine, and that its address leads to. */
export interface ClusterPort extends WithProtocol {
  /** In the node, and on the cluster's address: 80 for the ingress, 443 for its TLS, 4433 of UDP for the mesh. */
  readonly listen: number
  /** Where kind publishes it. */
  readonly host: string
  readonly port: number
  /** It is published on all addresses of this machine, of which `host` is one; absent: on that one. */
  readonly open?: true
}

/** Whether Docker itself has the port of the cluster's address, so that no forwarder can or need listen there. */
export function isOpenThere({ listen, port, open }: Pick<ClusterPort, 'listen' | 'port' | 'open'>): boolean {
  return open === true && listen === port
}

/** One KinD cluster as its two files describe it. */
export interface ClusterSpec {
  /** Its folder's name; its row's id is `cluster/ID`. */
  readonly id: string
  /** The name kind knows it by; its nodes are `NAME-control-plane`, … */
  readonly name: string
  /** Node image, pinned by digest. */
  readonly image: string
  /** What its id was in earlier versions, where no other cluster has it now: settings may still say it. */
  readonly before?: string
  /** Loopback address whose port 80 leads to the cluster's ingress. */
  readonly address: string
  /** Where kind publishes the ingress on this machine. */
  readonly host: string
  readonly port: number
  /** All that it publishes, the ingress' port among them. */
  readonly ports: readonly ClusterPort[]
  /** Kubernetes namespace of the applications. */
  readonly namespace: string
  /** Which pods are the ingress controller. */
  readonly ingress: { readonly namespace: string; readonly app: string }
  /** Absolute path of kind's own configuration. */
  readonly config: string
  /** Absolute folder with the manifests that every cluster gets before its applications. */
  readonly base: string
}

/** One application: a folder of manifests, run by a cluster. */
export interface AppSpec {
  readonly id: string
  readonly cluster: string
  /** Image as the folder says; a setting may name another. May hold `{suffix}`. */
  readonly image: string
  /** Absolute folder of its manifests. */
  readonly folder: string
  /** Where its pods show their metrics; absent: where their own annotations say. */
  readonly metrics?: { readonly target: number; readonly path: string }
  /** It is used where it lies, anywhere on the disk; absent: described by a folder of the configuration, or of ours. */
  readonly place?: PlaceSpec
  /** Ids of applications of ours whose place it takes; absent: none. */
  readonly replaces?: readonly string[]
  /** Nobody described it: it was found by an Ingress that somebody else made, and is only shown. */
  readonly found?: {
    readonly namespace: string
    readonly ingress: string
    /** Which pods are behind it, as a label selector. */
    readonly selector?: string
    /** Its class, where the cluster's controller does not heed it. */
    readonly ignored?: string
    /** What of Flux made it. */
    readonly flux?: FluxSeen
  }
}

/** A pod as the API server tells it, as far as a person wants to know. */
export interface PodSeen {
  readonly name: string
  /** Absent: not told. */
  readonly namespace?: string
  readonly ready: boolean
  readonly phase: string
  /** Why its containers do not run: ImagePullBackOff, CrashLoopBackOff, ContainerCreating, Unschedulable, … */
  readonly reason: string
  readonly message: string
  readonly restarts: number
  readonly exitCode?: number
  /** Epoch ms; 0: not started. */
  readonly startedAt: number
  /** Epoch ms: the newest pod is the one of what was put into the cluster last. */
  readonly createdAt: number
  readonly image: string
  readonly container: string
  /** All that may have a log now: while those that run before the others are not over, the one of these; absent: `container`. */
  readonly containers?: readonly string[]
  /** That container is one of those that run before the others. */
  readonly init?: true
  /** What its manifest lets that container use of memory ("512Mi"); absent: no limit. */
  readonly memoryLimit?: string
  /** The kernel ended that container for its memory. */
  readonly oomKilled?: true
  /** Name of the job that made it. */
  readonly job?: string
  /** While it waits for an image of our registry: whether it is there; absent: not asked, or not ours. */
  readonly pushed?: boolean
  /** Inside the cluster; empty while it has none. */
  readonly address: string
  /** It is being deleted. */
  readonly ending: boolean
  /** Of an earlier version of its workload: it goes as soon as the newest is ready. */
  readonly outdated: boolean
  /** Last line of its log before it ended; read only when it crashes. */
  readonly lastLine?: string
}

/** Something the cluster told about an object. */
export interface ClusterEvent {
  /** Epoch ms of the last time. */
  readonly at: number
  readonly warning: boolean
  readonly reason: string
  readonly about: string
  readonly says: string
  readonly count: number
  /** The application it belongs to, when known. */
  readonly app?: string
}

/** Something of an application that is to be done once, or by a schedule. */
export interface JobSeen {
  readonly kind: 'job' | 'cron job'
  readonly name: string
  /** runs: at work, or about to be; done: all that was asked; waits: for its schedule; off: suspended. */
  readonly state: 'runs' | 'done' | 'failed' | 'waits' | 'off'
  /** "is done", "runs by its schedule 0 3 * * *", or why it failed. */
  readonly says: string
}

export interface AppSeen {
  /** Its objects are in the cluster. */
  readonly applied: boolean
  /** Pods that are to run on, wanted by all its workloads together; 0 and no job: stopped on purpose. */
  readonly replicas: number
  /** What was put in last has been taken up by the cluster: its pods are of that, or on their way. */
  readonly takenUp: boolean
  readonly pods: readonly PodSeen[]
  /** What ingresses of the cluster route to it, or to nobody's application by its label: `host`, or `host/path`. */
  readonly hosts: readonly string[]
  /** Of the files that were put in last; absent: not known. */
  readonly sum?: string
  /** What is to be done once or by a schedule; absent: nothing. */
  readonly jobs?: readonly JobSeen[]
  /** The newest warning about it or its pods. */
  readonly event?: ClusterEvent
}

/** An Ingress of a cluster, whoever made it. */
export interface IngressSeen {
  readonly namespace: string
  readonly name: string
  /** When it was made, as Kubernetes writes it (RFC 3339, UTC); absent: not told. */
  readonly since?: string
  /** The application that its label names. */
  readonly app?: string
  /** What it asks for, each once, as written: hosts of its rules, and those that ExternalDNS is told. */
  readonly hosts: readonly string[]
  /** What is routed by it: `host`, or `host/path`. */
  readonly routes: readonly string[]
  /** Its class, which the cluster's controller does not heed; absent: it does. */
  readonly ignored?: string
  /** Its annotation does not let WebSockets pass, and may be written here; absent: they pass, or it is not ours to say. */
  readonly lacksWebsockets?: true
  /** What of Flux made it; absent: not Flux. */
  readonly flux?: FluxSeen
  /** Pods behind its Services. */
  readonly pods: readonly PodSeen[]
  /** None of them says that it answers where it is led to: their ports or probes tell another thing. */
  readonly quiet?: true
  /** How its first Service that chooses pods at all chooses them: `app=shop,tier=web`. */
  readonly selector?: string
}

/** A Service of type LoadBalancer. */
export interface BalancerSeen {
  readonly namespace: string
  readonly name: string
  /** The application that its label names. */
  readonly app?: string
  /** How it chooses pods: `app=shop,tier=web`; absent: it chooses none. */
  readonly selector?: string
  /** The names that ExternalDNS is asked for; absent: none. */
  readonly hosts?: readonly string[]
  /** What its status tells, whoever wrote it. */
  readonly addresses: readonly string[]
  /** Its ports, with the port of every node that leads there; those without one are left out. */
  readonly ports: readonly (WithProtocol & { readonly port: number; readonly nodePort: number })[]
}

export interface NodeSeen {
  readonly id: string
  readonly name: string
  readonly running: boolean
  readonly image: string
  /** Address on our docker network; empty: it has not joined, or does not run. */
  readonly address: string
  /** Epoch ms. */
  readonly startedAt: number
  readonly exitCode: number
  /** "127.0.0.1:8080" by the port in the node: "80", of UDP "4433/udp"; absent: not told. */
  readonly published?: ReadonlyMap<string, string>
}

/**
 * absent: no node. unfinished: our own create or delete was interrupted. foreign: made by somebody else and not
 * usable. stopped: nodes are there and do not run. down: nodes run, the API server does not answer. adopted: somebody
 * else made it (by hand, or another Macula) with our name and what we need, so it can be used.
 */
export type ClusterSeen =
  | {
      readonly kind: 'absent'
      /** Macula had made it to the end: somebody else removed its nodes. */
      readonly wasMade: boolean
      /** One that somebody else made, by kind's name, which would be used in its place; absent: there is none. */
      readonly like?: string
    }
  | { readonly kind: 'unfinished'; readonly during: 'create' | 'delete'; readonly nodes: readonly NodeSeen[] }
  | { readonly kind: 'foreign'; readonly says: string; readonly nodes: readonly NodeSeen[] }
  | { readonly kind: 'stopped'; readonly nodes: readonly NodeSeen[]; readonly adopted: boolean }
  | {
      readonly kind: 'down'
      readonly says: string
      readonly nodes: readonly NodeSeen[]
      readonly adopted: boolean
      /** As they were when it was last up; absent: it was not seen so. */
      readonly ingresses?: readonly IngressSeen[]
    }
  | {
      readonly kind: 'up'
      readonly version: string
      readonly nodes: readonly NodeSeen[]
      /** Pods of the ingress controller. */
      readonly ingress: readonly PodSeen[]
      readonly apps: ReadonlyMap<string, AppSeen>
      /** Those of applications of the catalog are told without their pods; absent: not read. */
      readonly ingresses?: readonly IngressSeen[]
      /** Services of type LoadBalancer, whoever made them; absent: not read, or there are none. */
      readonly balancers?: readonly BalancerSeen[]
      readonly events: readonly ClusterEvent[]
      readonly adopted: boolean
    }

/** Label on every object of an application. */
export const APP_LABEL = 'dev.macula/app'

/** The image of an application: the setting, else what its folder says. */
export function imageOf(app: AppSpec, images: Readonly<Record<string, string>>, suffix: string): string {
  return (images[app.id] ?? app.image).replaceAll('{suffix}', suffix)
}

/** Registry, repository and tag of an image: `registry.macula.local/macula/console:dev`. */
export function splitImage(image: string): {
  readonly registry: string
  readonly repository: string
  readonly tag: string
} {
  const [bare = ''] = image.split('@')
  const slash = bare.indexOf('/')
  const first = bare.slice(0, Math.max(0, slash))
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost'
  const rest = hasRegistry ? bare.slice(slash + 1) : bare
  const [repository = '', tag = 'latest'] = rest.split(':')
  return {
    registry: hasRegistry ? first : 'docker.io',
    repository,
    tag,
  }
}

/** The command that puts a first image where the cluster looks for it. */
export function pushCommand(image: string): string {
  return `docker build -t ${image} . && docker push ${image}`
}

/** Where in its cluster an application is, as kubectl is told it. */
export interface AppPlace {
  readonly namespace: string
  /** Its objects are in several namespaces; absent: in this one only. */
  readonly several?: true
  /** Which pods are its own. */
  readonly selector: string
  /** Nobody described it, so that only its pods are known to be its own. */
  readonly found?: true
  /** The newest pod that runs; absent: none does. */
  readonly pod?: { readonly name: string; readonly container: string }
}

/** What a person needs to use a cluster with their own tools. */
export interface KubeconfigView {
  /** Our own file, always there while the cluster is. */
  readonly file: string
  readonly context: string
  /** The line that leads a shell to it. */
  readonly export: string
  /** What became of the person's own file; absent: it is not to be touched (the setting says own). */
  readonly user?: { readonly kind: 'same' | 'written' | 'left'; readonly file: string; readonly says: string }
  /** The application that was asked about; absent: the cluster was. */
  readonly app?: AppPlace
}
