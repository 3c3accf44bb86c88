import { resolve } from 'node:path'
import type { Ejected } from '../../model/eject.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { unwatched, waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { wrap } from '../layout.ts'
import { stateSign } from '../style.ts'

export interface EjectFlags {
  readonly withSecrets?: boolean
  readonly keepData?: boolean
  readonly force?: boolean
}

const passwords: Readonly<Record<Ejected['secrets'], string>> = {
  written: 'Passwords are in infrastructure/.env, which only you can read. Keep it out of Git.',
  kept: 'infrastructure/.env existed already and is unchanged.',
  'to be made': 'No passwords were written. infrastructure/make-env.sh makes new ones.',
}

/** What was written and what comes next, a paragraph each. */
function paragraphs({ clean }: Session, ejected: Ejected, project: string): readonly string[] {
  const { folder, files, volumes, movedAside, leftOut, notes } = ejected
  return [
    ...(movedAside === undefined ? [] : [`What was in ${folder} is now in ${movedAside}.`]),
    passwords[ejected.secrets],
    volumes.length === 0
      ? `Its services start without data; Macula’s data stays in its volumes (${project}_…).`
      : `Data stays in use in ${sayCount(volumes.length, 'volume')}: ${sayList(volumes, 20)}.`,
    ...leftOut.map(
      ({ service, trouble }) =>
        `${service} is left out: ${[trouble.what, trouble.why].filter(Boolean).join(' ')}`,
    ),
    ...notes,
    `Macula and these files cannot run at the same time: both use the same network and addresses. Run maculactl down --remove first. README.md explains the rest${files.includes('scripts/setup-cluster.sh') ? ', clusters too' : ''}.`,
  ].map((text) => clean.text(text))
}

/** Writes everything as plain files. Exit 1 when a service had to be left out. */
export async function eject(face: Face, word: string, flags: EjectFlags): Promise<number> {
  if (word === '') throw new MaculaError({ kind: 'usage', what: 'The name of the folder is empty.' })
  return await withEngine(face, async (session) => {
    const { engine, clean } = session
    const folder = resolve(word)
    const ejected = await waiting(
      face,
      `Writing ${clean.text(folder)}`,
      unwatched(
        face,
        async () =>
          await engine.eject(folder, {
            withSecrets: flags.withSecrets === true,
            keepData: flags.keepData === true,
            force: flags.force === true,
          }),
      ),
    )
    const code = ejected.leftOut.length === 0 ? 0 : 1
    if (face.json) {
      const { ejectJson } = await import('../json/eject.ts')
      await writeJson(face.out, clean.concealDeep(ejectJson(ejected)), 'whole')
      return code
    }
    const style = face.out.style()
    const width = Math.min(style.width, 110)
    face.out.lines([
      ...wrap(
        clean.text(`${sayCount(ejected.files.length, 'file')} written in ${folder}`),
        width,
        '  ',
        `${stateSign(style, code === 0 ? 'works' : 'degraded')} `,
      ),
      ...paragraphs(session, ejected, engine.settings.project).flatMap((text) => wrap(text, width, '  ')),
    ])
    return code
  })
}
