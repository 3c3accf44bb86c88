import { sayDataStep, type DataStep, type DataStepped } from '../../model/data-step.ts'
import { MaculaError } from '../../model/errors.ts'
import type { RunResult } from '../../model/run.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { waiting, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { stateSign } from '../style.ts'
import { carryOut } from './run.ts'
import { commandLine } from './up.ts'

export interface DataOptions {
  /** The image that reads the old data. */
  readonly image?: string | undefined
  readonly yes?: boolean | undefined
}

/** Brings the data of a PostgreSQL to the major version that its image serves: says what, asks, does it. Returns the exit code. */
export async function updateData(
  face: Face,
  session: Session,
  service: ServiceSpec,
  { image, yes }: DataOptions,
): Promise<number> {
  const { engine, clean } = session
  const title = clean.text(service.title)
  const looked = await waiting(face, 'Looking at the data', engine.dataStep(service.id, image))
  if (!looked) return await nothingToDo(face, service.id, title)
  const step = clean.deep(looked)
  const resume = `${commandLine('update', [service.id])} --data${image === undefined ? '' : ` --image ${image}`}`
  face.err.lines(sayDataStep(step))
  await needYes(face, title, step, resume, yes === true)
  let result: DataStepped | undefined
  const code = await carryOut(face, session, {
    command: 'update',
    resume,
    json: async () => {
      if (!result) return undefined
      const { dataJson } = await import('../json/update.ts')
      return dataJson(service.id, result)
    },
    async work(tell, signal): Promise<RunResult> {
      result = await engine.stepData(service.id, image, tell, signal)
      return result
    },
  })
  if (face.json || !result || code === 130) return code
  const said = clean.deep(result)
  face.out.lines([
    `${stateSign(face.out.style(), 'works')} The data of ${title} was upgraded to PostgreSQL ${said.to}: ${said.says}.`,
    ...said.kept.map(
      ({ from, to }) =>
        `  ${from} as it was is kept as ${to}: an image of PostgreSQL ${said.from} reads it; ${commandLine('reset', [service.id])} --back puts it back.`,
    ),
  ])
  return code
}

async function nothingToDo(face: Face, id: string, title: string): Promise<number> {
  const says = `There is nothing to do: ${title} has no data of another major version of PostgreSQL.`
  if (face.json) {
    const { dataJson } = await import('../json/update.ts')
    await writeJson(face.out, dataJson(id, undefined), 'whole')
  } else face.out.line(says)
  return 0
}

async function needYes(
  face: Face,
  title: string,
  { to }: DataStep,
  resume: string,
  yes: boolean,
): Promise<void> {
  if (yes) return
  if (!canAsk(face.host))
    throw new MaculaError({
      kind: 'usage',
      what: 'Nothing was done: it needs a confirmation, and this is not a terminal.',
      todo: `Run ${resume} --yes`,
    })
  const answer = await face.host.ask.one({
    message: `Upgrade the data of ${title} to PostgreSQL ${to}?`,
    options: [
      { value: 'no', label: 'Do nothing' },
      { value: 'yes', label: 'Upgrade the data' },
    ],
  })
  if (answer !== 'yes')
    throw new MaculaError({ kind: 'refused', what: 'Nothing was done. Everything is as it was.' })
}
