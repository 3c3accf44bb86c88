import type { Snapshot } from '../../model/snapshot.ts'
import { drawHome } from '../draw/home.ts'
import { drawService } from '../draw/service.ts'
import { withEngine, writeJson, type Face, type Session } from '../face.ts'
import type { Pen } from '../pen.ts'
import { resolveServices } from '../targets.ts'

export interface StatusOptions {
  readonly watch?: boolean
}

/** A snapshot with only some of its services; the summary stays that of the whole. */
export function onlyServices(snapshot: Snapshot, ids: ReadonlySet<string>): Snapshot {
  const services = snapshot.services.filter((view) => ids.has(view.id))
  return {
    ...snapshot,
    services,
    tiers: snapshot.tiers
      .map((tier) => ({ ...tier, services: tier.services.filter((id) => ids.has(id)) }))
      .filter((tier) => tier.services.length > 0),
    causes: snapshot.causes
      .map((cause) => ({ ...cause, services: cause.services.filter((id) => ids.has(id)) }))
      .filter((cause) => cause.services.length > 0 || cause.id === 'docker'),
  }
}

/** 4: no Docker to look at; 1: something failed; else 0 (a detour is no failure). */
export function statusExit(snapshot: Snapshot): number {
  if (snapshot.docker.kind === 'down') return 4
  return snapshot.services.some((view) => view.state === 'failed') ? 1 : 0
}

function draw(pen: Pen, { engine }: Session, snapshot: Snapshot, words: readonly string[], now: number) {
  const [only, ...others] = snapshot.services
  if (words.length > 0 && only && others.length === 0)
    return drawService(
      pen,
      snapshot,
      only,
      engine.catalog().services.find((service) => service.id === only.id),
      now,
    )
  return drawHome(pen, snapshot, now)
}

/** Shows whether every service can be reached, and for what cannot: where it breaks and what to do. */
export async function status(face: Face, words: readonly string[], options: StatusOptions): Promise<number> {
  return await withEngine(face, async (session) => {
    const { engine, clean } = session
    const wanted = new Set(
      resolveServices(engine.catalog(), engine.settings.suffix, words).map((service) => service.id),
    )
    const narrow = (snapshot: Snapshot): Snapshot =>
      words.length === 0 ? snapshot : onlyServices(snapshot, wanted)
    const show = async (snapshot: Snapshot, style: 'whole' | 'line'): Promise<void> => {
      if (face.json) {
        const { statusJson } = await import('../json/status.ts')
        await writeJson(face.out, statusJson(clean.concealDeep(snapshot)), style)
      } else face.out.lines(draw(face.out.pen(), session, clean.deep(snapshot), words, face.host.now()))
    }
    if (options.watch !== true) {
      const snapshot = narrow(await engine.look())
      await show(snapshot, 'whole')
      return statusExit(snapshot)
    }
    return await watch(face, session, narrow, async (snapshot) => await show(snapshot, 'line'), words)
  })
}

/** Draws again on every change until Ctrl-C; the last drawing stays. */
async function watch(
  face: Face,
  session: Session,
  narrow: (snapshot: Snapshot) => Snapshot,
  append: (snapshot: Snapshot) => Promise<void>,
  words: readonly string[],
): Promise<number> {
  const { engine, clean } = session
  const inPlace = face.out.tty && !face.json
  const { createLive } = await import('../live.ts')
  const live = inPlace ? createLive(face.out) : undefined
  let last: Snapshot | undefined
  const redraw = (): void => {
    if (last && live)
      live.draw(draw(face.out.pen(), session, clean.deep(narrow(last)), words, face.host.now()))
  }
  let written: Promise<void> = Promise.resolve()
  let undo: readonly (() => void)[] = []
  try {
    await new Promise<void>((resolve) => {
      const { stream } = face.out
      stream.once('close', resolve)
      stream.on('resize', redraw)
      undo = [
        () => stream.off('close', resolve).off('resize', redraw),
        face.host.onInterrupt(resolve),
        engine.subscribe((snapshot) => {
          last = snapshot
          if (live) redraw()
          else written = written.then(async () => await append(narrow(snapshot)))
        }),
      ]
    })
    await written
  } finally {
    for (const one of undo) one()
    live?.leave()
  }
  return last ? statusExit(narrow(last)) : 0
}
