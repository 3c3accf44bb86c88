/** What the engine needs of KinD clusters. */
import type { AppSpec, ClusterSeen, ClusterSpec, KubeconfigView } from '../../model/cluster.ts'
import type { Catalog, SourceMount } from '../../model/service.ts'
import type { LogLine } from '../../model/log-line.ts'
import type { ServedTls } from '../../model/tls.ts'
import type { DockerAdapter } from './docker.ts'
import type { PipedHandle, TerminalArgv, TerminalHandle } from './terminal.ts'

/** What one application is put into its cluster with. */
export interface AppWish {
  readonly app: AppSpec
  readonly title: string
  readonly image: string
}

/** The kinds of a machine, as far as they matter for one node image. */
export interface KindTool {
  /** The first that fits: one of the machine's own, else the one that was brought; undefined: none fits. */
  readonly used: { readonly path: string; readonly version: string } | undefined
  /** Found, but too old for this node image. */
  readonly old: readonly { readonly path: string; readonly version: string }[]
  /** The version that is downloaded when a cluster is made and none fits; undefined: there is none for this platform. */
  readonly brings: string | undefined
}

/** What every node of a cluster is to have of the outside. */
export interface NodeWish {
  /** Its names in our docker network: those of the applications that it leads to. */
  readonly names: readonly string[]
  /** How our registry is written in manifests, and where it answers in our docker network. */
  readonly registry: { readonly references: readonly string[]; readonly url: string }
}

/** What CoreDNS of a cluster is told. */
export interface PodNames {
  /** Names under the suffix and names without a dot, with the address on our docker network that each leads to. */
  readonly names: ReadonlyMap<string, string>
  /** Zones besides the suffix that PowerDNS answers. */
  readonly zones: readonly string[]
  /** PowerDNS on our docker network while it runs: asked for what is under the suffix, or in a zone, and not among the names. */
  readonly asks: string | undefined
}

/** KinD clusters and what runs in them. Everything throws MaculaError, `see` never. */
export interface ClusterAdapter {
  /** Which kind would make nodes of an image. Never throws. */
  tool(image: string): Promise<KindTool>
  /** Sees to it that there is a kind for nodes of an image: downloads the pinned one where none fits. */
  bring(image: string, onStep: (says: string) => void, signal: AbortSignal): Promise<void>
  /** What is there now. `registry`: where images of the suffix can be asked for, when the registry runs. */
  see(
    cluster: ClusterSpec,
    apps: readonly AppWish[],
    registry: { readonly address: string; readonly port: number } | undefined,
  ): Promise<ClusterSeen>
  /** Calls `onChange` when a node or an object of the cluster changed, until `signal` aborts. Never throws. */
  watch(
    cluster: ClusterSpec,
    handlers: { readonly signal: AbortSignal; readonly onChange: () => void },
  ): Promise<void>
  /**
   * Writes down how a cluster is there where its description says otherwise: which ports it publishes, and, when it is about to be
   * used (`use`), that one which somebody else made takes its place. True: the catalog is to be read again.
   */
  settle(cluster: ClusterSpec, how: 'look' | 'use'): Promise<boolean>
  /**
   * Forgets clusters of somebody else that are gone and of which no row is `known`, so that nobody has to remove a file by hand. True:
   * the catalog is to be read again.
   */
  forgetLost(known: readonly string[]): Promise<boolean>
  /** Describes a peer that can be made (`peer0`) from the template, with an address and ports that are free. Throws MaculaError. */
  describe(id: string, catalog: Catalog): Promise<void>
  /** A peer that is gone is described no more, so that it holds neither address nor ports. */
  forget(id: string): Promise<void>
  /** Memory that is free on this machine, in bytes. */
  memory(): Promise<number>
  /** Makes the cluster with kind. What an interrupted try of ours left is removed first; nothing else ever is. */
  create(
    cluster: ClusterSpec,
    image: string,
    onStep: (says: string) => void,
    signal: AbortSignal,
  ): Promise<void>
  /** Starts the stopped nodes and waits until the API server answers. */
  start(cluster: ClusterSpec, signal: AbortSignal): Promise<void>
  /** Folders that nodes are to have (`clusters.sources`) and these do not: they are mounted when a node is made. */
  missingSources(cluster: ClusterSpec): Promise<readonly SourceMount[]>
  stop(cluster: ClusterSpec): Promise<void>
  /** Removes a cluster that Macula made, and its entries in kubeconfigs. Refuses any other. */
  remove(cluster: ClusterSpec, onStep: (says: string) => void): Promise<void>
  /**
   * Our docker network for every node, and the way to the registry: idempotent, done after every start. `again`: a node that was
   * seen right since its start is not asked once more.
   */
  join(cluster: ClusterSpec, wish: NodeWish, how?: 'again'): Promise<void>
  /** Takes every node out of our docker network, so that the network can go; nodes stay. */
  leave(cluster: ClusterSpec): Promise<void>
  /** Namespace, ingress controller and observability. */
  putBase(cluster: ClusterSpec): Promise<void>
  /** Puts our names into CoreDNS, or takes them out (`undefined`); true when something changed. */
  putNames(
    cluster: ClusterSpec,
    namesOf: ((before: ReadonlyMap<string, string>, node: string) => PodNames) | undefined,
  ): Promise<boolean>
  /** The variables that every pod may take (a Secret of the namespace). */
  putVariables(cluster: ClusterSpec, variables: ReadonlyMap<string, string>): Promise<void>
  /** The certificate of the clean URLs for pods (the Secret `macula-tls` of the namespace); `undefined`: takes it away. */
  putTls(cluster: ClusterSpec, served: ServedTls | undefined): Promise<void>
  /**
   * Puts the objects of its folder in, and takes out what it put in before and its folder no longer has; data
   * (PersistentVolumeClaims) stays. Returns what is to be told about that.
   */
  putApp(cluster: ClusterSpec, wish: AppWish): Promise<readonly string[]>
  /**
   * Takes everything out that an application put in, and the namespaces that were made for it once nothing else is in them.
   * `data`: its PersistentVolumeClaims too. Returns what is to be told: what stays, and why.
   */
  removeApp(cluster: ClusterSpec, app: AppSpec, data: boolean): Promise<readonly string[]>
  /** Tells a Service of type LoadBalancer, in its status, at which address of this machine it answers. */
  giveAddress(
    cluster: ClusterSpec,
    service: { readonly namespace: string; readonly name: string },
    address: string,
  ): Promise<void>
  /** Lets WebSockets pass for every Ingress that lacks it, whoever made it; not for what Flux made. */
  passWebsockets(cluster: ClusterSpec): Promise<void>
  /** No pod is wanted any more; objects stay. */
  stopApp(cluster: ClusterSpec, app: AppSpec): Promise<void>
  /** New pods, which pull their image again. */
  restartApp(cluster: ClusterSpec, app: AppSpec): Promise<void>
  /** Log lines of an application's pods, as DockerAdapter.logs gives them. */
  logs(
    cluster: ClusterSpec,
    service: string,
    app: AppSpec | undefined,
    options: Parameters<DockerAdapter['logs']>[1],
  ): AsyncIterable<LogLine>
  /** A terminal in a pod of an application, or in the control plane of a cluster's own row; `where`: which one. */
  terminal(
    cluster: ClusterSpec,
    app: AppSpec | undefined,
    wish: TerminalArgv,
  ): Promise<{ readonly where: string; readonly handle: TerminalHandle }>
  /** A program there by argv, its streams apart. */
  piped(cluster: ClusterSpec, app: AppSpec | undefined, argv: readonly string[]): Promise<PipedHandle>
  /** Writes our own kubeconfig when it is missing, the person's own when the settings want it. */
  kubeconfig(cluster: ClusterSpec): Promise<KubeconfigView>
}
