/** What the engine needs of KinD clusters. */
import type { AppSpec, ClusterSeen, ClusterSpec, KubeconfigView } from '../../model/cluster.ts'
import type { LogLine } from '../../model/log-line.ts'
import type { DockerPort } from './docker.ts'

/** What one application is put into its cluster with. */
export interface AppWish {
  readonly app: AppSpec
  readonly title: string
  readonly image: string
}

/** KinD clusters and what runs in them. Everything throws MaculaError, `see` never. */
export interface ClusterPort {
  /** The version of kind that was found, with its place; undefined: it is not installed. */
  tool(): Promise<{ readonly path: string; readonly version: string } | undefined>
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
  /** Makes the cluster with kind. What an interrupted try of ours left is removed first; nothing else ever is. */
  create(
    cluster: ClusterSpec,
    image: string,
    onStep: (says: string) => void,
    signal: AbortSignal,
  ): Promise<void>
  /** Starts the stopped nodes and waits until the API server answers. */
  start(cluster: ClusterSpec, signal: AbortSignal): Promise<void>
  stop(cluster: ClusterSpec): Promise<void>
  /** Removes a cluster that Macula made, and its entries in kubeconfigs. Refuses any other. */
  remove(cluster: ClusterSpec, onStep: (says: string) => void): Promise<void>
  /** Our docker network for every node, and the way to the registry: idempotent, done after every start. */
  join(cluster: ClusterSpec, registry: { readonly name: string; readonly url: string }): Promise<void>
  /** Takes every node out of our docker network, so that the network can go; nodes stay. */
  leave(cluster: ClusterSpec): Promise<void>
  /** Namespace, ingress controller and observability. */
  putBase(cluster: ClusterSpec): Promise<void>
  /** Puts our names into CoreDNS, or takes them out (`undefined`); true when something changed. */
  putNames(
    cluster: ClusterSpec,
    namesOf: ((before: ReadonlyMap<string, string>, node: string) => ReadonlyMap<string, string>) | undefined,
  ): Promise<boolean>
  /** The variables that every pod may take (a Secret of the namespace). */
  putVariables(cluster: ClusterSpec, variables: ReadonlyMap<string, string>): Promise<void>
  putApp(cluster: ClusterSpec, wish: AppWish): Promise<void>
  /** No pod is wanted any more; objects stay. */
  stopApp(cluster: ClusterSpec, app: AppSpec): Promise<void>
  /** New pods, which pull their image again. */
  restartApp(cluster: ClusterSpec, app: AppSpec): Promise<void>
  /** Log lines of an application's pods, as DockerPort.logs gives them. */
  logs(
    cluster: ClusterSpec,
    service: string,
    app: AppSpec | undefined,
    options: Parameters<DockerPort['logs']>[1],
  ): AsyncIterable<LogLine>
  /** Writes our own kubeconfig when it is missing, the person's own when the settings want it. */
  kubeconfig(cluster: ClusterSpec): Promise<KubeconfigView>
}
