import { INGRESS, type EndpointSpec, type ServiceSpec } from './service.ts'

/**
 * Whether port 80 of an endpoint is led through the ingress, by host name: what speaks HTTP and has a name. Where it says
 * `clean`, it is led straight to the service while the ingress does not run.
 */
export function isByIngress(
  service: Pick<ServiceSpec, 'id' | 'runtime'>,
  endpoint: Pick<EndpointSpec, 'name' | 'scheme' | 'clean' | 'ingress' | 'listen'>,
): boolean {
  return (
    service.id !== INGRESS &&
    service.runtime.kind === 'container' &&
    endpoint.scheme === 'http' &&
    (endpoint.ingress !== undefined ||
      (endpoint.name !== undefined && (endpoint.clean || endpoint.listen === 80)))
  )
}
