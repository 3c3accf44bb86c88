import { z } from 'zod'
import { APP_LABEL, type BalancerSeen } from '../../model/cluster.ts'
import { EXTERNAL_DNS } from './ingresses.ts'
import { list, meta } from './objects.ts'

const balancer = z.looseObject({
  metadata: meta,
  spec: z
    .looseObject({
      type: z.string().default(''),
      loadBalancerClass: z.string().nullish(),
      selector: z.record(z.string(), z.string()).nullish(),
      ports: z
        .array(
          z.looseObject({
            port: z.number(),
            nodePort: z.number().nullish(),
            protocol: z.string().default('TCP'),
          }),
        )
        .default([]),
    })
    .prefault({}),
  status: z
    .looseObject({
      loadBalancer: z
        .looseObject({
          ingress: z
            .array(z.looseObject({ ip: z.string().nullish(), hostname: z.string().nullish() }))
            .default([]),
        })
        .prefault({}),
    })
    .prefault({}),
})

/** The Services of type LoadBalancer of a ServiceList; those of a class of their own have a controller of their own. */
export function balancersOf(value: unknown): readonly BalancerSeen[] {
  return (list(balancer).safeParse(value).data?.items ?? [])
    .filter(
      ({ metadata, spec }) =>
        spec.type === 'LoadBalancer' &&
        (spec.loadBalancerClass ?? '') === '' &&
        typeof metadata.deletionTimestamp !== 'string',
    )
    .map(({ metadata, spec, status }): BalancerSeen => {
      const app = metadata.labels[APP_LABEL]
      const selector = Object.entries(spec.selector ?? {})
      const hosts = (metadata.annotations[EXTERNAL_DNS] ?? '').split(',').flatMap((host) => host.trim() || [])
      return {
        namespace: metadata.namespace ?? 'default',
        name: metadata.name,
        ...(app === undefined ? {} : { app }),
        ...(selector.length === 0 ? {} : { selector: selector.map(([key, is]) => `${key}=${is}`).join(',') }),
        ...(hosts.length === 0 ? {} : { hosts: [...new Set(hosts)] }),
        addresses: status.loadBalancer.ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? []),
        ports: spec.ports.flatMap(({ port, nodePort, protocol }) =>
          nodePort && (protocol === 'TCP' || protocol === 'UDP')
            ? [{ port, nodePort, ...(protocol === 'UDP' ? { protocol: 'udp' as const } : {}) }]
            : [],
        ),
      }
    })
}
