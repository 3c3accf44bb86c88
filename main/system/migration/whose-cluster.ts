import { stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { sayList } from '../../model/say.ts'
import { readIfThere } from '../files.ts'
import { homeOf } from '../home.ts'
import { userName } from '../process/user.ts'

/** What of a KinD cluster tells whose it is. */
export interface ClusterMarks {
  readonly name: string
  /** Folders of the machine that its nodes mount. */
  readonly folders: readonly string[]
  /** Ports of this machine at which its API server is published; empty when none is known. */
  readonly apiPorts: readonly number[]
}

const kubeconfigSchema = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.string() }) })).nullish(),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })).nullish(),
})

/**
 * Why a KinD cluster is not ours to stop, on a Docker that several people use; undefined: it is ours. Docker does not know who
 * made a container, so two things tell it: whose folders the nodes mount, and whether a kubeconfig of the person leads to the
 * cluster, which kind writes for whoever makes one. Where neither does, it counts as another person's. Root may stop every one.
 */
export async function whyClusterLeft(
  { name, folders, apiPorts }: ClusterMarks,
  who: { readonly uid: number; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<string | undefined> {
  if (who.uid === 0) return undefined
  let isOwn = false
  for (const folder of folders) {
    const info = await stat(folder).catch((error: NodeJS.ErrnoException) => error.code)
    if (info === 'EACCES' || info === 'EPERM') return `it uses ${folder}, which you may not read`
    if (typeof info !== 'object' || info.uid === 0) continue
    if (info.uid !== who.uid)
      return `it uses ${folder}, which belongs to ${(await userName(info.uid)) ?? `uid ${info.uid}`}`
    isOwn = true
  }
  return isOwn ? undefined : await whyNoContext(name, apiPorts, who.env)
}

/** kind's name for a cluster's context is "kind-" and its own. */
async function whyNoContext(
  name: string,
  apiPorts: readonly number[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const named = (env['KUBECONFIG'] ?? '').split(':').filter((path) => isAbsolute(path))
  const files = named.length > 0 ? named : [join(homeOf(env), '.kube', 'config')]
  const unread: string[] = []
  let elsewhere: string | undefined
  for (const file of files) {
    const servers = await serversOf(file, `kind-${name}`).catch(() => undefined)
    if (servers === undefined) unread.push(file)
    for (const server of servers ?? []) {
      if (isAt(server, apiPorts)) return undefined
      elsewhere = `the context kind-${name} of ${file} leads to ${server}, and this cluster is at ${sayList(apiPorts.map((port) => `port ${port}`))}`
    }
  }
  if (elsewhere !== undefined) return elsewhere
  if (unread.length > 0) return `whose it is cannot be known, because ${sayList(unread)} cannot be read`
  return `${sayList(files)} ${files.length === 1 ? 'has' : 'have'} no context kind-${name}, so somebody else may have made it`
}

/** Where a context leads; empty when there is none, or no file. Throws for what is no kubeconfig. */
async function serversOf(file: string, context: string): Promise<readonly string[]> {
  const text = await readIfThere(file)
  if (text === undefined || text.trim() === '') return []
  const { clusters, contexts } = kubeconfigSchema.parse(parse(text))
  const meant = (contexts ?? []).filter((one) => one.name === context).map((one) => one.context.cluster)
  return (clusters ?? []).filter((one) => meant.includes(one.name)).map((one) => one.cluster.server)
}

/** Only a loopback address can be compared with what Docker publishes; what somebody wrote by hand is believed. */
function isAt(server: string, apiPorts: readonly number[]): boolean {
  if (apiPorts.length === 0 || !URL.canParse(server)) return true
  const { hostname, port } = new URL(server)
  return !/^(?:127\.|localhost$|0\.0\.0\.0$|\[::1?\]$)/.test(hostname) || apiPorts.includes(Number(port))
}
