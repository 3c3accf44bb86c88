import type { Place } from './fragment.ts'

/** Something in a service's part of a Compose file that cannot work here, and what to write. */
export interface Refusal {
  readonly place: Place
  readonly reason: string
}

type Compose = Readonly<Record<string, unknown>>

/** Says what to write in place of a key, or undefined where its value can stay. */
type Rule = (value: unknown, id: string) => string | undefined

const names = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value.map(String)
    : typeof value === 'object' && value !== null
      ? Object.keys(value)
      : typeof value === 'string'
        ? [value]
        : []

const always =
  (says: string): Rule =>
  () =>
    says

/** A namespace of another container: it would have to be there first, and be the same one after each start. */
const borrowed: Rule = (value) =>
  typeof value === 'string' && /^(?:service|container):/.test(value)
    ? 'a container has its own here. Leave it out'
    : undefined

const BY_NAME = 'the other services are reached by their names, such as grafana:3000. Leave it out'

const HOOK =
  'only Compose’s own up runs it, and containers are started by Macula. Put it into command or entrypoint'

const ONE = 'a service is one container here. Leave it out'

const rules: Readonly<Record<string, Rule>> = {
  build: always(
    'containers are made of images that are there. Build it yourself (docker build -t NAME:TAG .) and write image: NAME:TAG',
  ),
  container_name: (_, id) =>
    `its container is named by the project, and others reach it as ${id}. Leave it out`,
  depends_on: (value) =>
    `each service is made by itself. Leave it out and write needs: [${names(value).join(', ')}] in x-macula`,
  develop: always('docker compose watch does not see this project. Leave it out'),
  extends: always('one file describes a service. Write what it takes over into this one'),
  external_links: always(BY_NAME),
  ipc: borrowed,
  links: always(BY_NAME),
  network_mode: always(
    'a service is reached through the network. Leave it out and write networks: { macula: {} }',
  ),
  pid: borrowed,
  post_start: always(HOOK),
  pre_start: always(HOOK),
  pre_stop: always(HOOK),
  profiles: (_, id) => `a service starts when it is asked for (maculactl up ${id}). Leave it out`,
  provider: always('it makes no container. Leave it out and name an image'),
  pull_policy: (value) =>
    value === 'missing' || value === 'if_not_present'
      ? undefined
      : 'an image is pulled when it is not there, and never again. Leave it out',
  scale: (value) => (value === 1 ? undefined : ONE),
  uts: borrowed,
  volumes_from: always('write the volumes themselves under volumes'),
}

/** What of `deploy` Compose itself heeds; the rest is for Docker Swarm. */
const DEPLOY = ['resources', 'restart_policy', 'labels', 'replicas', 'mode']

function deployRefusal(deploy: unknown): Refusal | undefined {
  if (typeof deploy !== 'object' || deploy === null) return undefined
  const { replicas, mode } = deploy as { replicas?: unknown; mode?: unknown }
  const refuse = (key: string, says: string): Refusal => ({
    place: ['deploy', key],
    reason: `deploy.${key} cannot be used here: ${says}`,
  })
  if (replicas !== undefined && replicas !== 1) return refuse('replicas', ONE)
  if (mode !== undefined && mode !== 'replicated') return refuse('mode', ONE)
  const swarm = Object.keys(deploy).find((key) => !DEPLOY.includes(key) && !key.startsWith('x-'))
  return swarm === undefined
    ? undefined
    : refuse(swarm, 'only Docker Swarm uses it. Leave it out; limits go into deploy.resources')
}

/** Labels by which we know our own containers. */
function labelRefusal(labels: unknown): Refusal | undefined {
  const ours = names(labels).findIndex((label) => label.startsWith('dev.macula.'))
  if (ours < 0) return undefined
  const name = (names(labels)[ours] ?? '').split('=')[0] ?? ''
  return {
    place: ['labels', Array.isArray(labels) ? ours : name],
    reason: `the label ${name} cannot be used here: labels that begin with dev.macula. mark our own containers. Choose another name`,
  }
}

/** The first thing of a service that cannot work here; places are below the service. */
export function refusalIn(service: Compose, id: string): Refusal | undefined {
  for (const [key, value] of Object.entries(service)) {
    const says = Object.hasOwn(rules, key) ? rules[key]?.(value, id) : undefined
    if (says !== undefined) return { place: [key], reason: `${key} cannot be used here: ${says}` }
  }
  return deployRefusal(service['deploy']) ?? labelRefusal(service['labels'])
}

const top: Readonly<Record<string, string>> = {
  include: 'each service has a folder of its own. Leave it out',
  models: 'there is no place for them. Leave it out',
  name: 'the project is named by "project" in settings.json. Leave it out',
}

/** The first thing at the top of a file that cannot work here. */
export function refusalAtTop(file: Compose): Refusal | undefined {
  const key = Object.keys(top).find((one) => Object.hasOwn(file, one))
  return key === undefined
    ? undefined
    : { place: [key], reason: `${key} cannot be used here: ${top[key] ?? ''}` }
}
