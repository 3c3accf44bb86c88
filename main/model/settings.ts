/** The words for what a person may change. */
import type { AddedApp } from './added-app.ts'
import type { Trouble } from './errors.ts'
import type { ImageUpdates } from './image-pin.ts'

/** Ids of services by the name of their set. An id may be of a service that is gone: sets outlive folders. */
export type Sets = Readonly<Record<string, readonly string[]>>

/** What a person may change; read from settings.json, defaults for what is absent. */
export interface Settings {
  /** All names end in this. */
  readonly suffix: string
  /** A /24 in private space for the docker network. */
  readonly subnet: string
  /** A /24 of loopback addresses for the services: one of 127.0.0.4 is at 127.0.1.4 when this is 127.0.1.0/24. */
  readonly addresses: string
  /** Compose project, network and volume prefix; with the person it tells one Macula from another. */
  readonly project: string
  /** Whether services of 127.0.0.1 hold their native ports there too, where a clean URL leads to them. */
  readonly nativePorts: boolean
  /** dnsmasq's port on 127.0.0.1. */
  readonly dnsPort: number
  /** Zones besides the suffix that PowerDNS answers, and that this machine is led to: "lab". */
  readonly zones: readonly string[]
  /** Our name server also answers on 127.0.0.1:53, for programs that ask there by habit (dig @127.0.0.1). */
  readonly dns53: boolean
  /** Clean URLs have https too, by an authority of one's own. */
  readonly tls: boolean
  /** Docker socket or host; empty: DOCKER_HOST, else the current context, else the default socket. */
  readonly dockerHost: string
  /** Id of the resolver route to take; empty: the best that fits this machine. */
  readonly route: string
  /** How clusters and their applications are run. */
  readonly clusters: ClusterSettings
  /** Applications that are used where they lie. */
  readonly apps: readonly AddedApp[]
  /** Names for some services together: `maculactl up @name`. */
  readonly sets: Sets
  /** Images that the person updated to, by service. */
  readonly updates: ImageUpdates
  /** How the desktop face behaves. */
  readonly desktop: DesktopSettings
}

export interface ClusterSettings {
  /** own: a kubeconfig in our state folder, shown as an export; user: also our context in the person's own file. */
  readonly kubeconfig: 'own' | 'user'
  /** Image by application, in place of the one its folder names. */
  readonly images: Readonly<Record<string, string>>
  /** Node image by cluster, in place of the pinned one. */
  readonly nodes: Readonly<Record<string, string>>
  /** Folders of this machine that every node has, read-only, from when it is made on. */
  readonly sources: readonly SourceMount[]
}

/** A folder of this machine in the nodes of clusters; `node`: where it is there, empty for the same path. */
export interface SourceMount {
  readonly host: string
  readonly node: string
}

export interface DesktopSettings {
  readonly theme: 'system' | 'light' | 'dark'
  /** Start the application when the person signs in. */
  readonly startAtLogin: boolean
  /** Started at login: only the tray, no window. */
  readonly startMinimised: boolean
  /** Start what ran before as soon as the application starts. */
  readonly startServices: boolean
  readonly notify: {
    /** None at all, whatever the others say. */
    readonly muted: boolean
    readonly failed: boolean
    readonly recovered: boolean
    readonly ready: boolean
  }
  /** Single letters as shortcuts (WCAG 2.1.4 asks for a way to turn them off). */
  readonly letterKeys: boolean
}

/** The settings as a face shows them. */
export interface SettingsView {
  readonly settings: Settings
  readonly defaults: Settings
  /** The file they are kept in. */
  readonly file: string
  /** Why it cannot be used, with line and column; `settings` are the defaults then, and nothing is done by them. */
  readonly problem?: Trouble
  readonly routes: readonly {
    readonly id: string
    readonly title: string
    readonly fits: boolean
    readonly says: string
    readonly inPlace: boolean
  }[]
}

type Some<T> = { readonly [Key in keyof T]?: T[Key] | undefined }

/** A change of some settings; what is absent stays. */
export type SettingsPatch = Some<
  Pick<
    Settings,
    | 'nativePorts'
    | 'suffix'
    | 'subnet'
    | 'dockerHost'
    | 'route'
    | 'zones'
    | 'dns53'
    | 'tls'
    | 'apps'
    | 'sets'
    | 'updates'
  >
> & {
  readonly clusters?: Some<Pick<ClusterSettings, 'kubeconfig'>> | undefined
  readonly desktop?:
    | (Some<Omit<DesktopSettings, 'notify'>> & {
        readonly notify?: Some<DesktopSettings['notify']> | undefined
      })
    | undefined
}
