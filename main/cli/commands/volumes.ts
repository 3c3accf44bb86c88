import { MaculaError } from '../../model/errors.ts'
import { sayBytes, sayDay } from '../../model/say.ts'
import { sayVolumeCut, type VolumeEntry, type VolumeListing } from '../../model/volume-list.ts'
import { waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { knowFound } from '../found.ts'
import { drawList } from '../draw/list.ts'
import { resolveServices } from '../targets.ts'

/** Shows volumes by service; of one service (or one volume of it) what is in them. */
export async function volumes(
  face: Face,
  word: string | undefined,
  volume: string | undefined,
): Promise<number> {
  return await withEngine(face, async (session) => {
    const { engine } = session
    if (word === undefined) return await overview(face, session)
    await knowFound(face, engine, [word])
    const [service, ...others] = resolveServices(engine.catalog(), engine.settings.suffix, [word])
    if (!service || others.length > 0)
      throw new MaculaError({
        kind: 'usage',
        what: 'Name one service whose volumes to list.',
        todo: 'maculactl volumes names those that have some.',
      })
    return await contents(face, session, service.id, volume)
  })
}

async function overview(face: Face, { engine, clean }: Session): Promise<number> {
  const ids = engine
    .catalog()
    .services.flatMap(({ id, runtime }) => (runtime.kind === 'container' ? [id] : []))
  // Docker measures what it was not asked for lately: the first answers have no sizes then.
  await engine.look()
  const facts = await Promise.all(ids.map(async (id) => await engine.facts(id)))
  const all = facts.flatMap((one) =>
    (one?.volumes ?? []).flatMap(({ kind, name, at, bytes }) =>
      one && kind === 'volume'
        ? [{ service: one.service, name, at, ...(bytes === undefined ? {} : { bytes }) }]
        : [],
    ),
  )
  if (face.json) {
    const { volumesJson } = await import('../json/volumes.ts')
    await writeJson(face.out, clean.concealDeep(volumesJson(all)), 'whole')
    return 0
  }
  if (all.length === 0) face.err.line('No service has a container with a volume.')
  const columns = [
    { head: 'Service' },
    { head: 'Volume' },
    { head: 'Size', side: 'right' },
    { head: 'In its container' },
  ] as const
  const rows = all.map(({ service, name, at, bytes }) => [
    service,
    clean.text(name),
    bytes === undefined ? 'not measured yet' : sayBytes(bytes),
    clean.text(at),
  ])
  face.out.lines(drawList(face.out.style(), columns, rows))
  return 0
}

async function contents(
  face: Face,
  { engine, clean }: Session,
  id: string,
  volume: string | undefined,
): Promise<number> {
  const found = await waiting(face, 'Looking into the volumes', engine.listVolumes(id, volume))
  if (face.json) {
    const { volumeFilesJson } = await import('../json/volumes.ts')
    await writeJson(face.out, clean.concealDeep(volumeFilesJson(id, found)), 'whole')
    return 0
  }
  const { paint } = face.out.style()
  const now = Date.now()
  for (const one of found) {
    face.out.line(paint.bold(clean.text(one.volume)))
    for (const folder of one.folders) {
      face.out.line(`/${clean.text(folder.path)}`)
      const rows = folder.entries.map((entry) => [
        `  ${nameOf(entry, clean.text)}`,
        entry.kind === 'file' ? sayBytes(entry.bytes) : '',
        entry.changedAt === 0 ? '' : sayDay(entry.changedAt, now),
      ])
      face.out.lines(
        drawList(face.out.style(), [{ head: '' }, { head: '', side: 'right' }, { head: '' }], rows),
      )
      if (folder.more > 0) face.out.line(paint.dim(`  and ${folder.more.toLocaleString('en')} more`))
    }
    if (one.seen === 0) face.out.line('It is empty.')
    tellCut(face, one)
  }
  return 0
}

const nameOf = ({ name, kind, to }: VolumeEntry, text: (raw: string) => string): string =>
  `${text(name)}${kind === 'folder' ? '/' : ''}${to === undefined ? '' : ` -> ${text(to)}`}`

function tellCut(face: Face, listing: VolumeListing): void {
  const says = sayVolumeCut(listing)
  if (says !== undefined) face.err.line(says)
}
