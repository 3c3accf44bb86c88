import type { PipedHandle, TerminalArgv, TerminalHandle } from '../../engine/adapters.ts'
import type { AppSpec, ClusterSpec } from '../../model/cluster.ts'
import { MaculaError } from '../../model/errors.ts'
import { openPiped } from '../docker/piped.ts'
import { openTerminal } from '../docker/terminal.ts'
import { dockerTrouble } from '../docker/trouble.ts'
import type { KindContext } from './context.ts'
import { podsOf } from './objects.ts'

/** Names of Kubernetes: what the API server tells is compared before it becomes an argument. */
const isName = (text: string): boolean => /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(text)

/**
 * A terminal in a pod of an application, by the kubectl of the node, which always fits its version; of the cluster's own row in
 * its control plane. Throws MaculaError where none runs.
 */
export async function openPodTerminal(
  context: KindContext,
  cluster: ClusterSpec,
  app: AppSpec | undefined,
  wish: TerminalArgv,
): Promise<{ readonly where: string; readonly handle: TerminalHandle }> {
  const head = await context.head(cluster)
  const open = async (argv: readonly string[], where: string) => {
    try {
      return { where, handle: await openTerminal(await context.link(), head.name, { ...wish, argv }) }
    } catch (error) {
      throw dockerTrouble(`No terminal can be opened in ${where}`, error)
    }
  }
  if (!app) return await open(wish.argv, head.name)
  const { namespace, pod, container } = await podOf(context, cluster, app)
  return await open(podArgv({ namespace, pod, container }, wish.argv), `${namespace}/${pod}`)
}

/** A program in the same place, its streams apart. Throws MaculaError as `openPodTerminal` does. */
export async function openPodPiped(
  context: KindContext,
  cluster: ClusterSpec,
  app: AppSpec | undefined,
  argv: readonly string[],
): Promise<PipedHandle> {
  const head = await context.head(cluster)
  const inPod = app && podArgv(await podOf(context, cluster, app), argv, 'pipes')
  try {
    return await openPiped(await context.link(), head.name, inPod ?? argv)
  } catch (error) {
    throw dockerTrouble(`${argv[0] ?? 'A program'} cannot be run in ${app?.id ?? head.name}`, error)
  }
}

/** What is run in the node for a program in a pod. */
export function podArgv(
  {
    namespace,
    pod,
    container,
  }: { readonly namespace: string; readonly pod: string; readonly container: string },
  argv: readonly string[],
  how: 'terminal' | 'pipes' = 'terminal',
): readonly string[] {
  return [
    'kubectl',
    '--kubeconfig=/etc/kubernetes/admin.conf',
    'exec',
    '--stdin',
    ...(how === 'terminal' ? ['--tty'] : []),
    '--quiet',
    `--namespace=${namespace}`,
    `--container=${container}`,
    pod,
    '--',
    ...argv,
  ]
}

/** The pod that is entered: one that is ready goes before one that only runs. */
async function podOf(context: KindContext, cluster: ClusterSpec, app: AppSpec) {
  const api = await context.api(cluster)
  const label = app.found ? app.found.selector : `dev.macula/app=${app.id}`
  const namespace = app.found?.namespace ?? cluster.namespace
  const where = app.place ? '/api/v1/pods' : `/api/v1/namespaces/${namespace}/pods`
  const pods =
    api && label !== undefined
      ? podsOf(await api.get(`${where}?labelSelector=${encodeURIComponent(label)}`)).map(({ value }) => value)
      : []
  const found =
    pods.find((pod) => pod.ready) ?? pods.find((pod) => pod.phase === 'Running' && pod.reason === '')
  const place = found && {
    namespace: found.namespace ?? namespace,
    pod: found.name,
    container: found.container,
  }
  if (place && Object.values(place).every(isName)) return place
  throw new MaculaError({
    kind: 'failed',
    what: 'No pod of it runs, so there is none to open a terminal in.',
    todo: 'Start it; its ladder says what is in the way.',
  })
}
