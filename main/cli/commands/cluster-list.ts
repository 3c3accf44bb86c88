import { HUB, nextPeer } from '../../model/cluster-id.ts'
import { CLUSTER_PRICE, NEXT_CLUSTER_PRICE } from '../../model/cluster-price.ts'
import { portText } from '../../model/protocol.ts'
import { waiting, writeJson, type Face, type Session } from '../face.ts'
import { oneLine, widthOf, wrap } from '../layout.ts'
import { stateSign } from '../style.ts'

/** What there is of clusters, and what could be made. */
export async function listClusters(face: Face, { engine, clean }: Session): Promise<number> {
  const snapshot = clean.deep(await waiting(face, 'Looking at clusters', engine.look()))
  const views = new Map(snapshot.services.map((view) => [view.id, view]))
  const all = engine.catalog().services
  const rows = all.flatMap(({ id, title, runtime }) => {
    if (runtime.kind !== 'cluster' || runtime.app) return []
    const { cluster } = runtime
    const view = views.get(id)
    const applications = all.flatMap((one) =>
      one.runtime.kind === 'cluster' && one.runtime.app?.cluster === cluster.id ? [one.id] : [],
    )
    return [
      {
        id: cluster.id,
        title,
        name: cluster.name,
        state: view?.state ?? ('unknown' as const),
        reason: view?.reason ?? '',
        address: cluster.address,
        ports: cluster.ports.map(({ listen, host, port, protocol = 'tcp' }) => ({
          listen,
          host,
          port,
          protocol,
        })),
        applications,
      },
    ]
  })
  const next = nextPeer(rows.map(({ id }) => id))
  if (face.json) {
    const { clustersJson } = await import('../json/cluster.ts')
    await writeJson(face.out, clustersJson(rows, next), 'whole')
    return 0
  }
  const style = face.out.style()
  const wide = (pick: (row: (typeof rows)[number]) => string): number =>
    Math.max(...rows.map((row) => pick(row).length))
  for (const row of rows) {
    const ports = row.ports.map(
      ({ listen, host, port, protocol }) => `${portText(listen, protocol)} at ${host}:${port}`,
    )
    const says = row.reason === '' ? row.state : row.reason
    const head = `${stateSign(style, row.state)} ${row.id.padEnd(wide(({ id }) => id))}  ${row.title.padEnd(wide(({ title }) => title))}  ${row.address.padEnd(wide(({ address }) => address))}  `
    const line = oneLine(`${head}${says}`)
    // What does not fit beside the columns goes below them.
    if (widthOf(line) <= style.width) face.out.line(line)
    else face.out.lines([head.trimEnd(), ...wrap(oneLine(says), style.width, '  ')])
    const verb = row.state === 'not set up' ? 'would publish' : 'publishes'
    face.out.lines(
      wrap(`kind-${row.name}, ${verb} ${ports.join(', ')}`, style.width, '  ').map((one) =>
        style.paint.dim(one),
      ),
    )
  }
  // A peer without a hub is of little use.
  const isHub = rows.some(({ id, state }) => id === HUB && state !== 'not set up')
  const hint = `maculactl cluster create ${isHub ? next : HUB} creates ${isHub ? 'another peer' : 'the hub'}: ${isHub ? NEXT_CLUSTER_PRICE : CLUSTER_PRICE}, some minutes the first time.`
  face.err.lines(wrap(hint, face.err.style().width))
  return 0
}
