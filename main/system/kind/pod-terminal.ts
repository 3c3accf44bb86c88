import type { PipedHandle, TerminalArgv, TerminalHandle } from '../../engine/adapters.ts'
import type { AppSpec, ClusterSpec } from '../../model/cluster.ts'
import { MaculaError } from '../../model/errors.ts'
import { openPiped } from '../docker/piped.ts'
import { openTerminal } from '../docker/terminal.ts'
import type { Link } from '../docker/link.ts'
import { hangUp, newMark } from '../docker/marked.ts'
import { dockerTrouble } from '../docker/trouble.ts'
import type { KindContext } from './context.ts'
import { enteredOf, type PodPlace } from './pod-place.ts'

/** Names of Kubernetes: what the API server tells is compared before it becomes an argument. */
const isName = (text: string): boolean => /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(text)

/** A way to a program: opened in a container, or in the node by kubectl. */
type Open<Handle> = (link: Link, id: string, argv: readonly string[]) => Promise<Handle>

/**
 * A terminal in a pod of an application, by the kubectl of the node, which always fits its version; of the cluster's own row in
 * its control plane. Throws MaculaError where none runs.
 */
export async function openPodTerminal(
  context: KindContext,
  cluster: ClusterSpec,
  app: AppSpec | undefined,
  { argv, ...size }: TerminalArgv,
): Promise<{ readonly where: string; readonly handle: TerminalHandle }> {
  return await open(
    context,
    { cluster, app, argv, how: 'terminal' },
    async (link, id, all) => await openTerminal(link, id, { ...size, argv: all }),
  )
}

/** A program in the same place, its streams apart. Throws MaculaError as `openPodTerminal` does. */
export async function openPodPiped(
  context: KindContext,
  cluster: ClusterSpec,
  app: AppSpec | undefined,
  argv: readonly string[],
): Promise<PipedHandle> {
  return (await open(context, { cluster, app, argv, how: 'pipes' }, openPiped)).handle
}

async function open<Handle extends TerminalHandle | PipedHandle>(
  context: KindContext,
  {
    cluster,
    app,
    argv,
    how,
  }: { cluster: ClusterSpec; app: AppSpec | undefined; argv: readonly string[]; how: How },
  opened: Open<Handle>,
): Promise<{ readonly where: string; readonly handle: Handle }> {
  const head = await context.head(cluster)
  const place = app && (await placeOf(context, cluster, app))
  const where = place ? `${place.namespace}/${place.pod}` : head.name
  try {
    const link = await context.link()
    if (!place) return { where, handle: await opened(link, head.name, argv) }
    const mark = argv[0] === 'sh' ? newMark() : undefined
    const inside = mark === undefined ? argv : marked(mark, argv)
    const handle = await opened(link, head.name, podArgv(place, inside, how))
    const end = async (): Promise<void> =>
      mark === undefined
        ? undefined
        : await hangUp(link, head.name, mark, (words) => podArgv(place, words, 'unheard')).catch(
            () => undefined,
          )
    return { where, handle: endedToo(handle, end) }
  } catch (error) {
    throw dockerTrouble(
      how === 'terminal'
        ? `No terminal can be opened in ${where}`
        : `${argv[0] ?? 'A program'} cannot be run in ${where}`,
      error,
    )
  }
}

/** No option of kubectl gives a program a variable, so its shell does: where sh is asked for, sh is wanted. */
const marked = (mark: string, argv: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  'export "$0"; exec "$@"',
  mark,
  ...argv,
]

/** A node ends nothing in a pod whose kubectl is gone: the program there is hung up as well. */
function endedToo<Handle extends TerminalHandle | PipedHandle>(
  handle: Handle,
  end: () => Promise<void>,
): Handle {
  const close = handle.close.bind(handle)
  let closed = false
  return {
    ...handle,
    async close() {
      if (closed) return
      closed = true
      const runs = (await handle.code()) === null
      await close()
      if (runs) await end()
    },
  }
}

/** `unheard`: without an input. */
type How = 'terminal' | 'pipes' | 'unheard'

/** What is run in the node for a program in a pod. */
export function podArgv(
  { namespace, pod, container }: PodPlace,
  argv: readonly string[],
  how: How = 'terminal',
): readonly string[] {
  return [
    'kubectl',
    '--kubeconfig=/etc/kubernetes/admin.conf',
    'exec',
    ...(how === 'unheard' ? [] : ['--stdin']),
    ...(how === 'terminal' ? ['--tty'] : []),
    '--quiet',
    `--namespace=${namespace}`,
    `--container=${container}`,
    pod,
    '--',
    ...argv,
  ]
}

/** The pod that is entered. Throws MaculaError where none can be. */
async function placeOf(context: KindContext, cluster: ClusterSpec, app: AppSpec): Promise<PodPlace> {
  const api = await context.api(cluster)
  const label = app.found ? app.found.selector : `dev.macula/app=${app.id}`
  const namespace = app.found?.namespace ?? cluster.namespace
  const where = app.place ? '/api/v1/pods' : `/api/v1/namespaces/${namespace}/pods`
  const place =
    api && label !== undefined
      ? enteredOf(await api.get(`${where}?labelSelector=${encodeURIComponent(label)}`), namespace)
      : undefined
  if (place && [place.namespace, place.pod, place.container].every(isName)) return place
  throw new MaculaError({
    kind: 'failed',
    what: 'No pod of it runs, so there is none to enter.',
    todo: `Start it: maculactl up ${app.id}. Its ladder says what is in the way: maculactl status ${app.id}`,
  })
}
