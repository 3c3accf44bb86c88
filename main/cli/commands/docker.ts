import type { StepEvent } from '../../model/run.ts'
import { sayDuration } from '../../model/say.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { withEngine, writeJson, type Face, type Session } from '../face.ts'
import { stateSign } from '../style.ts'

/** Starts the container engine in use and tells each step; resolves when it answers, rejects with what is in the way. */
export async function startEngine(face: Face, { engine, clean }: Session): Promise<readonly string[]> {
  const abort = new AbortController()
  const undo = face.host.onInterrupt(() => {
    if (abort.signal.aborted) return face.host.endAtOnce(INTERRUPTED)
    face.err.line('No longer waiting; what was begun continues. Ctrl-C again quits at once.')
    abort.abort()
  }, 'outlived')
  const notes: string[] = []
  const tell = (event: StepEvent): void => {
    if (event.kind !== 'phase' && event.kind !== 'note') return
    const says = clean.text(event.says)
    if (event.kind === 'note') notes.push(says)
    else face.err.line(`${sayDuration(event.ms)}  ${says}`)
  }
  try {
    await engine.fix({ kind: 'engine' }, tell, abort.signal)
    return notes
  } finally {
    undo()
  }
}

/** `maculactl docker start` */
export async function dockerCommand(face: Face): Promise<number> {
  return await withEngine(face, async (session) => {
    const notes = await startEngine(face, session)
    const { docker } = await session.engine.look()
    if (face.json) {
      const { dockerJson } = await import('../json/docker.ts')
      await writeJson(face.out, session.clean.concealDeep(dockerJson(docker, notes)), 'whole')
      return 0
    }
    const style = face.out.style()
    face.out.lines(notes.map((says) => `${stateSign(style, 'works')} ${says}`))
    return 0
  })
}
