import {
  APP_LABEL,
  type AppPlace,
  type AppSpec,
  type ClusterSpec,
  type KubeconfigView,
  type PodSeen,
} from './cluster.ts'
import { word, type ConnectLine } from './connect.ts'

/** Where an application is: by its pods as they are now, else by what was put in. */
export function placeOfApp(cluster: ClusterSpec, app: AppSpec, pods: readonly PodSeen[]): AppPlace {
  const runs = pods
    .filter((pod) => pod.phase === 'Running' && !pod.ending && pod.init !== true && pod.job === undefined)
    .reduce<PodSeen | undefined>(
      (newest, pod) => (newest && newest.createdAt >= pod.createdAt ? newest : pod),
      undefined,
    )
  const namespace = (runs ?? pods[0])?.namespace ?? app.found?.namespace ?? app.place?.namespace
  return {
    namespace: namespace ?? cluster.namespace,
    ...((app.place?.namespaces.length ?? 0) > 1 ? { several: true as const } : {}),
    selector: app.found ? (app.found.selector ?? '') : `${APP_LABEL}=${app.id}`,
    ...(app.found ? { found: true as const } : {}),
    ...(runs ? { pod: { name: runs.name, container: runs.container } } : {}),
  }
}

/** A name as Kubernetes has them; anything else is put into no line. */
const isName = (text: string): boolean => /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(text)

/**
 * The lines of a person's own kubectl for one application. Each names file, context and namespace, so that it is right in whatever
 * shell it is pasted into, and leads to no other cluster.
 */
export function kubectlLines({ file, context, app }: KubeconfigView): readonly ConnectLine[] {
  if (!app || app.selector === '' || !isName(app.namespace)) return []
  const to = ['kubectl', `--kubeconfig=${file}`, `--context=${context}`]
  const namespace = `--namespace=${app.namespace}`
  const selector = `--selector=${app.selector}`
  const what = app.found === true ? 'pods' : 'deployments,statefulsets,daemonsets,pods'
  const line = (id: string, argv: readonly string[]): ConnectLine => ({
    id: `kubectl-${id}`,
    title: `kubectl ${id}`,
    line: argv.map(word).join(' '),
    secret: false,
  })
  return [
    line('get', [...to, app.several === true ? '--all-namespaces' : namespace, 'get', what, selector]),
    line('logs', [
      ...to,
      namespace,
      'logs',
      selector,
      '--all-containers',
      '--prefix',
      '--follow',
      // Without it kubectl refuses more than five containers.
      '--max-log-requests=50',
    ]),
    ...(app.pod && isName(app.pod.name) && isName(app.pod.container)
      ? [
          line('exec', [
            ...to,
            namespace,
            'exec',
            '--stdin',
            '--tty',
            app.pod.name,
            `--container=${app.pod.container}`,
            '--',
            'sh',
          ]),
        ]
      : []),
  ]
}
