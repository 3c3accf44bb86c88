import { isAbsolute, join, normalize } from 'node:path'

type Labels = Readonly<Record<string, string>>

/**
 * Labels that Compose writes on what it makes: docker-compose 1.x (compose/const.py), docker compose 2.x to 5.x (docker/compose,
 * pkg/api/labels.go). podman-compose writes the same ones beside its own.
 */
export const compose = {
  project: 'com.docker.compose.project',
  folder: 'com.docker.compose.project.working_dir',
  files: 'com.docker.compose.project.config_files',
  environment: 'com.docker.compose.project.environment_file',
  service: 'com.docker.compose.service',
  needs: 'com.docker.compose.depends_on',
  version: 'com.docker.compose.version',
} as const

/** podman-compose's own; with it, containers lie in a pod that Docker's interface knows nothing of. */
const PODMAN = 'io.podman.compose.project'

/** From what a container was made, as its labels tell. */
export interface Make {
  /** Empty: not told (docker-compose before 1.25). */
  readonly folder: string
  /** Whole paths, in the order they were given. */
  readonly files: readonly string[]
  /** What else it was made from and is no file here: an address, or "-" (stdin). */
  readonly elsewhere: readonly string[]
  /** Files of variables, where they were named. */
  readonly environment: readonly string[]
  /** Who else than Compose made it, and alone knows all of it. */
  readonly by?: 'podman-compose'
}

/** Reads what a container was made from. Version 1 writes paths as they were typed, from its folder; later ones whole. */
export function makeOf(labels: Labels): Make {
  const folder = labels[compose.folder] ?? ''
  const isFirst = (labels[compose.version] ?? '').startsWith('1.')
  const all = listOf(labels[compose.files], folder, isFirst)
  return {
    folder,
    files: all.filter(isAbsolute),
    elsewhere: all.filter((one) => !isAbsolute(one)),
    environment: listOf(labels[compose.environment], folder, isFirst).filter(isAbsolute),
    ...(labels[PODMAN] === undefined ? {} : { by: 'podman-compose' }),
  }
}

/** What is no path: an address (https://, oci://, git@), or stdin. */
const isElsewhere = (one: string): boolean => one === '-' || /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/.test(one)

function listOf(label: string | undefined, folder: string, isRelative: boolean): readonly string[] {
  const list: string[] = []
  for (const part of (label ?? '').split(',')) {
    const last = list.at(-1)
    if (part === '') continue
    if (isAbsolute(part) || isElsewhere(part)) list.push(part)
    else if (isRelative && folder !== '') list.push(normalize(join(folder, part)))
    // A comma is allowed in a path, and the label knows no other way to say so.
    else if (last !== undefined && isAbsolute(last)) list[list.length - 1] = `${last},${part}`
    else list.push(folder === '' ? part : normalize(join(folder, part)))
  }
  return list
}

/** What a service waits for: "db:service_healthy:true,loki:service_started:false"; 2.0 to 2.5 wrote names alone. */
export interface Need {
  readonly service: string
  readonly condition: string
}

export function needsIn(labels: Labels): readonly Need[] {
  return (labels[compose.needs] ?? '').split(',').flatMap((part) => {
    const [service = '', condition = 'service_started'] = part.split(':')
    return service === '' ? [] : [{ service, condition }]
  })
}
