import { sayCount, sayList } from '../../model/say.ts'
import type { RunContext } from './context.ts'

/**
 * What a first start that failed leaves although nothing runs: told, so that nobody has to find it. It stays, because the next
 * try goes on with it. Undefined: something runs, which needs it.
 */
export async function sayLeftover(context: RunContext, ids: readonly string[]): Promise<string | undefined> {
  const { adapters, truth, settings, catalog } = context
  const runs =
    [...truth.seen.containers.values()].some(({ state }) => state === 'running' || state === 'restarting') ||
    [...truth.seen.clusters.values()].some(({ kind }) => kind === 'up' || kind === 'down')
  if (runs) return undefined
  const [server, forwards, parts] = await Promise.all([
    adapters.nameServer.seen(),
    adapters.forwarders.list(),
    adapters.docker.parts([]),
  ])
  const left = [
    ...(parts.network === undefined ? [] : [`the docker network ${settings.project}`]),
    ...(server.kind === 'runs' ? [`our name server (dnsmasq, pid ${server.pid})`] : []),
    ...(forwards.length > 0 ? [sayCount(forwards.length, 'forwarder')] : []),
  ]
  const titles = catalog()
    .services.filter(({ id }) => ids.includes(id))
    .map(({ title }) => title)
  const wanted = `that ${sayList(titles)} ${titles.length === 1 ? 'is' : 'are'} to run (wanted.json)`
  return `Nothing of Macula runs now. Kept for the next try: ${sayList([...left, wanted], left.length + 1)}. maculactl down --remove removes it; no data is removed.`
}
