import type { EndpointSpec } from '../../model/service.ts'
import type { AppEndpoint } from './schema.ts'

/** The port in the node on which the ingress controller listens. */
export const INGRESS_PORT = 80

/** An endpoint of an application: by name through its cluster's ingress, or at a port of its cluster's address. */
export function appEndpointOf(written: AppEndpoint): EndpointSpec {
  const { id, name, scheme, listen, open } = written
  const probe = written.probe ?? { path: '/', expect: [], headers: {} }
  if (listen !== undefined) return { id, name, scheme, target: listen, listen, clean: false, probe }
  return {
    id,
    name,
    scheme,
    target: INGRESS_PORT,
    clean: false,
    ingress: '/',
    ...(open === undefined ? {} : { open }),
    probe,
  }
}
