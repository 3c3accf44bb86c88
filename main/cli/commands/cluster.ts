import { clusterOfRow, isPeer } from '../../model/cluster-id.ts'
import { kubectlLines } from '../../model/kubectl-lines.ts'
import { MaculaError } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { saySecond } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { CLUSTER_VERBS } from '../cluster-verbs.ts'
import { waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { oneLine } from '../layout.ts'
import { listClusters } from './cluster-list.ts'
import { aboutWhat, bareId, clustersOf, withApps } from './cluster-words.ts'
import { carryOut } from './run.ts'

export interface ClusterOptions {
  readonly yes?: boolean
}

/** Events that are shown; older ones are gone from the cluster after an hour anyway. */
const SHOWN_EVENTS = 200

async function agree(
  face: Face,
  { engine }: Session,
  cluster: ServiceSpec,
  verb: 'delete' | 'recreate',
  options: ClusterOptions,
): Promise<void> {
  if (options.yes === true) return
  // Of one that is not there nothing can go: it is said so, not asked.
  const row = (await waiting(face, `Looking at ${cluster.title}`, engine.look())).services.find(
    ({ id }) => id === cluster.id,
  )
  if (row?.state === 'not set up') return
  const what = `${verb === 'delete' ? 'Delete' : 'Delete and recreate'} ${cluster.title}?`
  if (!canAsk(face.host))
    throw new MaculaError({
      kind: 'usage',
      what: `${cluster.title} was not deleted: that needs a confirmation, and this is not a terminal.`,
      why: 'Everything in it is deleted with it: pods, volumes and state. Infrastructure and its data stay.',
      todo: `Run maculactl cluster ${verb} ${bareId(cluster)} --yes`,
    })
  const answer = await face.host.ask.one({
    message: what,
    options: [
      { value: 'leave', label: 'Leave it' },
      {
        value: 'go',
        label: verb === 'delete' ? 'Delete it' : 'Delete and recreate it',
        hint: 'everything in it is deleted; infrastructure and its data stay',
      },
    ],
  })
  if (answer !== 'go')
    throw new MaculaError({ kind: 'refused', what: 'Nothing was removed. Everything is as it was.' })
}

async function events(face: Face, { engine, clean }: Session, id: string): Promise<number> {
  const found = await engine.events(id)
  if (face.json) {
    const { eventsJson } = await import('../json/cluster.ts')
    await writeJson(face.out, clean.concealDeep(eventsJson([...found])), 'whole')
    return 0
  }
  if (found.length === 0) face.err.line('No recent events.')
  const { paint } = face.out.style()
  // Newest last, as logs are read.
  for (const event of found.slice(0, SHOWN_EVENTS).reverse()) {
    const times = event.count > 1 ? ` (${event.count} times)` : ''
    const words = oneLine(clean.text(`${event.about}: ${event.says}${times}`))
    const reason = clean.text(event.reason)
    face.out.line(
      `${paint.dim(saySecond(event.at))} ${event.warning ? paint.yellow(reason) : reason}  ${words}`,
    )
  }
  return 0
}

async function kubeconfig(face: Face, { engine, clean }: Session, id: string): Promise<number> {
  const view = await engine.kubeconfig(id)
  const lines = kubectlLines(view)
  if (face.json) {
    const { kubeconfigJson } = await import('../json/cluster.ts')
    const kubectl = view.app ? { kubectl: lines.map(({ line }) => line) } : {}
    await writeJson(face.out, kubeconfigJson({ ...view, ...kubectl }), 'whole')
    return 0
  }
  if (view.user) face.err.line(clean.text(`${view.user.says}.`.replace(/\.\.$/, '.')))
  if (view.app) {
    // Each names file and context: there is nothing to be set in a shell before.
    if (lines.length === 0)
      face.err.line('Which pods belong to it is not known, so there is no kubectl line for it.')
    for (const { line } of lines) face.out.line(clean.text(line))
    return lines.length === 0 ? 1 : 0
  }
  face.err.line(
    clean.text(
      `The context is ${view.context}. In a shell: eval "$(maculactl cluster kubeconfig ${clusterOfRow(id) ?? id})"`,
    ),
  )
  face.out.line(view.export)
  return 0
}

/** Several results as one. */
function joined(results: readonly RunResult[]): RunResult {
  return {
    ok: results.every(({ ok }) => ok),
    done: results.flatMap(({ done }) => done),
    failed: results.flatMap(({ failed }) => failed),
    skipped: results.flatMap(({ skipped }) => skipped),
    ms: results.reduce((sum, { ms }) => sum + ms, 0),
  }
}

/** Everything that is asked of clusters themselves. */
export async function cluster(
  face: Face,
  words: readonly string[],
  options: ClusterOptions,
): Promise<number> {
  const [first = '', ...named] = words
  const verb = CLUSTER_VERBS.find((one) => one === first) ?? 'list'
  return await withEngine(face, async (session) => {
    const { engine } = session
    const [word, ...more] = named
    if (verb === 'list') return await listClusters(face, session)
    if (verb === 'events' || verb === 'kubeconfig') {
      if (more.length > 0)
        throw new MaculaError({
          kind: 'usage',
          what: `maculactl cluster ${verb} takes one cluster or application at a time.`,
        })
      return verb === 'events'
        ? await events(face, session, aboutWhat(session, word))
        : await kubeconfig(face, session, aboutWhat(session, word))
    }
    const rows = await clustersOf(session, named, verb)
    const ids = rows.map(({ id }) => id)
    const again = ['maculactl', 'cluster', verb, ...rows.map(bareId)].join(' ')
    const remove = async (tell: (event: StepEvent) => void): Promise<RunResult> => {
      const results: RunResult[] = []
      for (const id of ids) results.push(await engine.removeCluster(id, tell))
      return joined(results)
    }
    const start = async (
      tell: (event: StepEvent) => void,
      signal: AbortSignal,
      how?: 'own',
    ): Promise<RunResult> =>
      await engine.up([...new Set(rows.flatMap((row) => withApps(session, row)))], tell, signal, how)
    switch (verb) {
      case 'create':
      case 'start':
        return await carryOut(face, session, { command: 'up', resume: again, work: start })
      case 'stop':
        return await carryOut(face, session, {
          command: 'down',
          resume: again,
          work: async (tell, signal) => await engine.down(ids, { also: false, remove: false }, tell, signal),
        })
      case 'delete':
        await waiting(face, 'Checking who made them', engine.needRemovable(ids))
        for (const row of rows) await agree(face, session, row, verb, options)
        return await carryOut(face, session, { command: 'down', resume: again, work: remove })
      case 'recreate':
        // Of several nothing goes while one of them cannot.
        await waiting(face, 'Checking who made them', engine.needRemovable(ids))
        for (const row of rows) await agree(face, session, row, verb, options)
        return await carryOut(face, session, {
          command: 'up',
          resume: again,
          work: async (tell, signal) => {
            // Nothing goes that could not be created again.
            await engine.needMakeable(ids, tell, signal)
            const removed = await remove(tell)
            if (!removed.ok) return removed
            // A peer is described no more once it is gone.
            await engine.addPeers(rows.map(bareId).filter(isPeer))
            return await start(tell, signal, 'own')
          },
        })
    }
  })
}
