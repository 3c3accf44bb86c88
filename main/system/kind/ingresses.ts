import { z } from 'zod'
import { APP_LABEL, type IngressSeen, type PodSeen } from '../../model/cluster.ts'
import type { FluxSeen } from '../../model/flux.ts'
import { madeBy } from './flux.ts'
import type { Manifest } from './manifest.ts'
import { list, meta, podsOf } from './objects.ts'
import { all, nameOf, spaceOf, speaks, tree } from './speaks.ts'
import { lacksWebsockets } from './websockets.ts'

/** The class that the cluster's controller heeds (assets/cluster/base); it is the default of a cluster of ours. */
const CLASS = 'nginx'
/** How the class was written before it had a field of its own; controllers still read it. */
const OLD_CLASS = 'kubernetes.io/ingress.class'
/** What ExternalDNS is asked for besides the rules' hosts, with commas between. */
export const EXTERNAL_DNS = 'external-dns.alpha.kubernetes.io/hostname'

const backend = z.looseObject({
  service: z.looseObject({ name: z.string().default('') }).optional(),
})

const ingress = z.looseObject({
  metadata: meta.extend({ namespace: z.string().default('default') }),
  spec: z
    .looseObject({
      ingressClassName: z.string().nullish(),
      defaultBackend: backend.nullish(),
      rules: z
        .array(
          z.looseObject({
            host: z.string().default(''),
            http: z
              .looseObject({
                paths: z
                  .array(z.looseObject({ path: z.string().default('/'), backend: backend.nullish() }))
                  .default([]),
              })
              .nullish(),
          }),
        )
        .default([]),
    })
    .prefault({}),
})

const service = z.looseObject({
  metadata: meta.extend({ namespace: z.string().default('default') }),
  spec: z.looseObject({ selector: z.record(z.string(), z.string()).nullish() }).prefault({}),
})

const pod = z.looseObject({ metadata: meta.extend({ namespace: z.string().default('default') }) })

/** A port of a Service that an Ingress leads to. */
interface Backend {
  readonly name: string
  readonly port: Readonly<Record<string, unknown>>
}

export interface Written extends Omit<IngressSeen, 'pods' | 'selector' | 'quiet'> {
  readonly services: readonly string[]
  /** The same with the ports that are asked. */
  readonly spoken: readonly Backend[]
  readonly labels: Readonly<Record<string, string>>
}

function spokenOf(item: { readonly spec: z.infer<typeof ingress>['spec'] }): readonly Backend[] {
  const backends = [
    item.spec.defaultBackend,
    ...item.spec.rules.flatMap(({ http }) => http?.paths ?? []).map((path) => path.backend),
  ]
  return backends.flatMap((one) =>
    one?.service === undefined || one.service.name === ''
      ? []
      : [{ name: one.service.name, port: tree(one.service['port']) }],
  )
}

/** The Ingresses of an IngressList, with the Services that they lead to. */
export function ingressesOf(value: unknown): readonly Written[] {
  return (list(ingress).safeParse(value).data?.items ?? []).map((item) => {
    const { metadata, spec } = item
    const app = metadata.labels[APP_LABEL]
    const className = spec.ingressClassName ?? metadata.annotations[OLD_CLASS] ?? CLASS
    const asked = (metadata.annotations[EXTERNAL_DNS] ?? '').split(',').map((host) => host.trim())
    const rules = spec.rules.filter(({ host }) => host !== '')
    // A rule without a host is for all of them.
    const open = [
      ...(spec.defaultBackend ? ['/'] : []),
      ...spec.rules
        .filter(({ host }) => host === '')
        .flatMap(({ http }) => (http?.paths ?? []).map(({ path }) => path)),
    ]
    const hosts = [...new Set([...rules.map(({ host }) => host), ...asked])].filter((host) => host !== '')
    const to = (host: string, path: string): string => (path === '/' ? host : `${host}${path}`)
    const routes = [
      ...rules.flatMap(({ host, http }) =>
        (http?.paths ?? [{ path: '/' }]).map(({ path }) => to(host, path)),
      ),
      ...hosts.flatMap((host) => open.map((path) => to(host, path))),
    ]
    const backends = [
      spec.defaultBackend?.service?.name,
      ...spec.rules.flatMap(({ http }) => http?.paths ?? []).map((path) => path.backend?.service?.name),
    ]
    return {
      namespace: metadata.namespace,
      name: metadata.name,
      ...(typeof metadata.creationTimestamp === 'string' ? { since: metadata.creationTimestamp } : {}),
      ...(app === undefined ? {} : { app }),
      hosts,
      routes: className === CLASS ? [...new Set(routes)] : [],
      ...(className === CLASS ? {} : { ignored: className }),
      ...(lacksWebsockets(item) ? { lacksWebsockets: true as const } : {}),
      labels: metadata.labels,
      spoken: spokenOf(item),
      services: [...new Set(backends.flatMap((name) => (name === undefined || name === '' ? [] : [name])))],
    }
  })
}

/** Whether pods behind a Service's port say of themselves that they answer there, as the API server lists both. */
function speaksOf(namespace: string, { name, port }: Backend, services: unknown, pods: unknown): boolean {
  const items = (value: unknown, kind: string): readonly Manifest[] =>
    all(tree(value)['items']).map((one) => ({ ...one, kind }) as Manifest)
  const found = items(services, 'Service').find(
    (one) => nameOf(one) === name && (spaceOf(one) || 'default') === namespace,
  )
  return speaks(found, port, found ? items(pods, 'Pod') : [])
}

/** Puts Ingresses together with the pods behind their Services, by the Services' selectors. */
export function withPods(
  ingresses: readonly Written[],
  services: unknown,
  pods: unknown,
  flux: readonly FluxSeen[] = [],
): readonly IngressSeen[] {
  const allServices = list(service).safeParse(services).data?.items ?? []
  const allPods = list(pod).safeParse(pods).data?.items ?? []
  return ingresses.map(({ services: names, labels, spoken, ...one }) => {
    const behind = allServices.filter(
      ({ metadata }) => metadata.namespace === one.namespace && names.includes(metadata.name),
    )
    const selectors = behind.flatMap(({ spec }) =>
      Object.keys(spec.selector ?? {}).length > 0 ? [Object.entries(spec.selector ?? {})] : [],
    )
    const mine = allPods.filter(
      ({ metadata }) =>
        metadata.namespace === one.namespace &&
        selectors.some((selector) => selector.every(([key, is]) => metadata.labels[key] === is)),
    )
    const seen: readonly PodSeen[] = podsOf({ items: mine }).map(({ value }) => value)
    const selector = selectors[0]?.map(([key, is]) => `${key}=${is}`).join(',')
    const isQuiet = spoken.length > 0 && !spoken.some((to) => speaksOf(one.namespace, to, services, pods))
    const owner = madeBy(labels, flux)
    return {
      ...one,
      ...(owner === undefined ? {} : { flux: owner }),
      pods: seen,
      ...(isQuiet ? { quiet: true as const } : {}),
      ...(selector === undefined ? {} : { selector }),
    }
  })
}
