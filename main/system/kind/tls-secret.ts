import type { ServedTls } from '../../model/tls.ts'
import { ApiError, type Api } from './api.ts'
import type { Manifest } from './manifest.ts'

/** The Secret in which pods find certificate, key and authority; mounted, it follows a renewal by itself. */
const TLS_SECRET = 'macula-tls'

/** Where our own manifests mount it. */
const MOUNTED_AT = '/etc/macula/tls'

/** It, with the keys that Kubernetes gives such a Secret (kubernetes.io/tls) and the authority beside them. */
export function tlsSecret(namespace: string, { certificate, key, authority }: ServedTls): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: {
      name: TLS_SECRET,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'macula-desktop' },
    },
    stringData: {
      'tls.crt': certificate,
      'tls.key': key,
      'ca.crt': authority,
      // For variables that are only to be there while these are: optional keys of a Secret make them so.
      'cert-path': `${MOUNTED_AT}/tls.crt`,
      'key-path': `${MOUNTED_AT}/tls.key`,
      'ca-path': `${MOUNTED_AT}/ca.crt`,
    },
  }
}

/** Takes it away; where it is not there nothing is to be done. */
export async function removeTlsSecret(api: Api | undefined, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/secrets/${TLS_SECRET}`
  await api?.send('DELETE', path, undefined, 'application/json').catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 404)) throw error
  })
}
