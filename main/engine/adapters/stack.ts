/** What the engine needs of the rendered stack and of Compose. */
import type { Trouble } from '../../model/errors.ts'
import type { ServiceSpec } from '../../model/service.ts'

/** One service's rendered fragment: what the container must have been made from. */
export interface RenderedService {
  readonly id: string
  readonly image: string
  /** Hash over the fragment, its configuration files and the variables it uses; also its label dev.macula.config. */
  readonly config: string
  /** Labels by which its container is known. */
  readonly labels: Readonly<Record<string, string>>
  /** Names of the volumes that compose makes for it. */
  readonly volumes: readonly string[]
  /** Of the files that its program reads again while it runs (the ingress' routes); absent: it has none. */
  readonly revision?: string
}

/** The same without writing anything; `config` is undefined while a secret that it needs does not exist. */
export type ExpectedService = Omit<RenderedService, 'config'> & { readonly config: string | undefined }

/** What Compose would make of a service, with all variables filled in: passwords too. */
export interface ServiceMade {
  readonly image: string
  /** Undefined: the image's own. */
  readonly entrypoint: readonly string[] | undefined
  readonly argv: readonly string[] | undefined
  readonly user: string | undefined
  readonly env: Readonly<Record<string, string>>
  readonly mounts: readonly {
    readonly type: 'volume' | 'bind'
    /** The name of a volume, or a path. */
    readonly source: string
    readonly at: string
    readonly readOnly: boolean
  }[]
  /** Volumes that compose makes, by their keys in the fragment. */
  readonly volumes: readonly { readonly key: string; readonly name: string }[]
}

export interface StackAdapter {
  /** "2.29.1"; undefined when Compose is not installed. */
  composeVersion(): Promise<string | undefined>
  /**
   * Writes the rendered copy of the stack (fragments, configuration, overlays, variables), whole files only,
   * and returns the services with their hashes. Edits found in the rendered copy are kept aside and returned.
   */
  render(
    services: readonly ServiceSpec[],
    options: { readonly publish: boolean },
  ): Promise<{
    readonly services: readonly RenderedService[]
    readonly keptAside: readonly string[]
    /** What a person should know of where things lie: sentences. */
    readonly notes?: readonly string[]
    /** Services whose files cannot be used, with the reason; left out of `services`, the others are rendered. */
    readonly refused: readonly { readonly service: string; readonly trouble: Trouble }[]
  }>
  /** What `render` would give now, without writing anything; services that cannot be read are left out. Never throws. */
  expect(
    services: readonly ServiceSpec[],
    options: { readonly publish: boolean },
  ): Promise<readonly ExpectedService[]>
  /**
   * Variables of a file as Compose reads them, as far as they are there and not empty. Throws MaculaError `usage` with the
   * line where Compose cannot read it, `outside` without Compose.
   */
  readVariables(text: string, names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** What compose would make of a service that was rendered; makes nothing. Throws MaculaError with compose's reason. */
  resolved(service: string, signal: AbortSignal): Promise<ServiceMade>
  /** When each of these paths came to be (epoch ms, 0: not known); undefined: it is not there. */
  sources(paths: readonly string[]): Promise<ReadonlyMap<string, number | undefined>>
  /**
   * Lets compose create (or recreate, when changed; with `anew` in any case) the containers of `services`, without
   * starting them. Throws MaculaError naming the service and compose's reason.
   */
  create(
    services: readonly string[],
    onStep: (service: string, says: string) => void,
    signal: AbortSignal,
    how?: 'anew',
  ): Promise<void>
}
