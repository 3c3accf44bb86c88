import type { ServedTls } from '../../model/tls.ts'
import { ApiError, type Api } from './api.ts'
import type { Manifest } from './manifest.ts'

/** The Secret in which pods find certificate, key and authority; mounted, it follows a renewal by itself. */
const TLS_SECRET = 'macula-tls'
const MANAGED_BY = 'app.kubernetes.io/managed-by'

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
      labels: { [MANAGED_BY]: 'macula-desktop' },
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

const pathOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets/${TLS_SECRET}`

/** Whose Secret of that name is there; one without our label was made by somebody else, and is neither written nor removed. */
export async function whoseTlsSecret(api: Api, namespace: string): Promise<'ours' | 'theirs' | 'none'> {
  try {
    const { metadata } = (await api.get(pathOf(namespace))) as {
      metadata?: { labels?: Readonly<Record<string, string>> }
    }
    return metadata?.labels?.[MANAGED_BY] === 'macula-desktop' ? 'ours' : 'theirs'
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 'none'
    throw error
  }
}

/** Takes ours away. */
export async function removeTlsSecret(api: Api | undefined, namespace: string): Promise<void> {
  if (!api || (await whoseTlsSecret(api, namespace)) !== 'ours') return
  await api.send('DELETE', pathOf(namespace), undefined, 'application/json').catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 404)) throw error
  })
}
