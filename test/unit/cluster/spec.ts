import type { AppSpec, ClusterSpec } from '../../../main/model/cluster.ts'

/** A cluster and an application in it, as the catalog would give them. */
export const clusterSpec: ClusterSpec = {
  id: 'hub',
  name: 'macula-hub',
  image: 'kindest/node:v1.37.0',
  address: '127.0.0.2',
  host: '127.0.0.1',
  port: 8080,
  ports: [{ listen: 80, host: '127.0.0.1', port: 8080 }],
  namespace: 'macula',
  ingress: { namespace: 'nginx-ingress', app: 'nginx-ingress' },
  config: '/nowhere/kind.yaml',
  base: '/nowhere/base',
}

export const appSpec = (id: string): AppSpec => ({
  id,
  cluster: 'hub',
  image: `registry.{suffix}/macula/${id}:dev`,
  folder: `/nowhere/apps/${id}`,
})

export const notMade = 'The hub cluster has not been created on this machine.'

/** The runtime of the cluster's own row, or of an application in it. */
export function clusterRuntime(app?: string, reason: string = notMade) {
  return {
    kind: 'cluster' as const,
    reason,
    cluster: clusterSpec,
    ...(app === undefined ? {} : { app: appSpec(app) }),
  }
}
