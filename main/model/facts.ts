/** What is known of a service's container besides its state, read when somebody looks at it. */

import type { Trouble } from './errors.ts'

export interface VolumeFact {
  /** The docker volume's name, or the host's path for a bind mount. */
  readonly name: string
  readonly kind: 'volume' | 'bind'
  /** Path in the container. */
  readonly at: string
  readonly readOnly: boolean
  /** Undefined while unknown: measuring may take long. */
  readonly bytes?: number
}

export interface ServiceFacts {
  readonly service: string
  readonly container: string
  readonly image: string
  /** "sha256:…", of the image as it is here. */
  readonly digest: string
  readonly imageBytes?: number
  /** Address on our docker network, empty while not running. */
  readonly address: string
  /** "5432/tcp", or "5432/tcp on 127.0.0.1:32768" where published. */
  readonly ports: readonly string[]
  readonly volumes: readonly VolumeFact[]
  /** Bytes; 0: no limit. */
  readonly memoryLimit: number
  /** Epoch ms; 0: never. */
  readonly startedAt: number
  readonly restarts: number
  /** "unless-stopped". */
  readonly restartPolicy: string
}

/** One measurement of a running container's load. */
export interface StatsSample {
  /** Epoch ms. */
  readonly at: number
  /** Percent of one processor; above 100 on several. */
  readonly cpu: number
  /** Bytes in use without the page cache, as `docker stats` counts. */
  readonly memory: number
  /** Bytes; the machine's memory when the container has no limit. */
  readonly memoryLimit: number
}

/** An image that the stack needs. */
export interface ImageInfo {
  readonly service: string
  readonly title: string
  readonly image: string
  readonly present: boolean
  /** Size on disk when present; unknown before. */
  readonly bytes?: number
  /** Compressed bytes that come over the line, by its registry; absent: not checked yet, or not known. */
  readonly download?: number
  /** Why the registry told no size: "the registry does not answer". */
  readonly noSize?: string
  /** Why it could not be looked up; whether it is present is not known then. */
  readonly trouble?: Trouble
}
