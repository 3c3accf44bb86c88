import type { ComposeProjectSeen, DataSetId, OldContainer } from '../../../model/migration.ts'

/** A store of theirs: the container that had it and the volume that it is in. */
export interface Source {
  readonly container: OldContainer
  readonly volume: string
}

interface Sign {
  /** The last part of the image's name, without tag. */
  readonly image: RegExp
  /** Where the store has its data in the container. */
  readonly at: RegExp
  /** What service or container must be called where the image alone does not tell. */
  readonly named?: RegExp
}

/**
 * How each store is known: by its image and the folder of its data, as the platform's own compose files and the images'
 * documentation have them; names decide only between two databases of one image.
 */
const signs: Readonly<Record<DataSetId, Sign>> = {
  registry: { image: /^(registry|distribution)$/, at: /^\/var\/lib\/registry$/ },
  powerdns: {
    image: /^postgres(ql)?$/,
    at: /^\/var\/lib\/postgresql(\/data)?$/,
    named: /dns/,
  },
  timescaledb: {
    image: /^(timescaledb|timescaledb-ha)$/,
    at: /^(\/var\/lib\/postgresql(\/data)?|\/home\/postgres\/pgdata(\/data)?)$/,
  },
  'object-store': { image: /^(minio|silo|aistor)$/, at: /^\/(data|export|bitnami\/minio\/data)$/ },
  grafana: { image: /^grafana(-oss|-enterprise)?$/, at: /^\/var\/lib\/grafana$/ },
}

/** "timescaledb" of "docker.io/timescale/timescaledb:latest-pg16@sha256:…" */
export function imageWord(image: string): string {
  return (
    (image.split('@')[0] ?? '')
      .replace(/:[^/:]*$/, '')
      .split('/')
      .at(-1) ?? ''
  )
}

/** Where a store of theirs is; undefined: their project has none. */
export function sourceOf(from: ComposeProjectSeen, id: DataSetId): Source | undefined {
  const { image, at, named } = signs[id]
  for (const container of from.containers) {
    if (!image.test(imageWord(container.image))) continue
    if (named && !named.test(container.service) && !named.test(container.name)) continue
    const volume = container.volumes.find((one) => at.test(one.at))
    if (volume) return { container, volume: volume.name }
  }
  return undefined
}
