/** The words for an application that is used where it lies: a folder of a person's own, anywhere on the disk. */

/** What settings.json keeps of one; everything else is read from the folder each time. */
export interface AddedApp {
  /** Absolute path of a kustomization, a folder of manifests, or one manifest. */
  readonly path: string
  /** Empty: it is told by the folder. */
  readonly id: string
  /** Id of the cluster that runs it; empty: what its app.yaml says, else the first. */
  readonly cluster: string
  /** Whether it is put in by itself when its files changed, while a window, a tray or `status --watch` runs. */
  readonly follow: boolean
}

/** What is known of an application's folder besides what every application has. */
export interface PlaceSpec {
  /** The path as it was added. */
  readonly path: string
  /** Where objects go that name no namespace. */
  readonly namespace: string
  /** All namespaces that its objects name, and that one. */
  readonly namespaces: readonly string[]
  /** Of all files that it is made of, as they are now. */
  readonly sum: string
  readonly follow: boolean
  /** Absolute folders whose changes are changes of it. */
  readonly watched: readonly string[]
}

/** What was read of a folder, as a person sees it before it is added. */
export interface AppRead {
  readonly path: string
  readonly id: string
  readonly title: string
  readonly cluster: string
  readonly kind: 'kustomization' | 'manifests'
  readonly namespaces: readonly string[]
  /** Whole names that its Ingresses have. */
  readonly hosts: readonly string[]
  /** "service web: 80 TCP", "LoadBalancer bootstrap: 4433 UDP" */
  readonly ports: readonly string[]
  readonly images: readonly string[]
  /** "Deployment web", "CronJob prune (0 3 * * *)" */
  readonly pods: readonly string[]
  /** Titles of ours whose place it takes. */
  readonly replaces: readonly string[]
  readonly follow: boolean
  /** What a person should know: what cannot be told before it is put in, what is left as it is. */
  readonly notes: readonly string[]
}

/** One that was added, with what is wrong with it now. */
export interface AppListed {
  readonly added: AddedApp
  readonly id: string
  readonly title: string
  /** "FILE, line 3, column 1: …"; absent: it is read. */
  readonly problem?: string
}
