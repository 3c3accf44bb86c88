import { useEffect, useState, type ReactNode } from 'react'
import { sayDownload } from '../../../main/model/download.ts'
import { sayElapsed } from '../../../main/model/say.ts'
import type { State } from '../../../main/model/snapshot.ts'
import { newToken } from '../../token.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useSecond } from '../../store/minute.ts'
import { useAsked } from '../../store/use-asked.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayWizard } from '../../words/wizard.ts'
import { sayImages } from '../../words/wizard-services.ts'
import { imageRows, sumImages, type ImageRow } from './image-rows.ts'
import { Next, StepFrame, WaitsFor, type StepProps } from './step-frame.tsx'

/** What each service is made from: sizes, bytes, rate and time, and why one cannot be had. */
export function ImagesStep(props: StepProps): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const { step } = props
  const { value, trouble, quietly } = useAsked('images')
  const pulls = useShellState((state) => state.pulls)
  const run = useShellState((state) => state.runs.find((one) => one.verb === 'pull' || one.verb === 'start'))
  const ended = Object.values(pulls.images).filter((pull) => pull.endedAt !== undefined).length
  // The click shows at once; the list of runs comes a moment later.
  const [asked, setAsked] = useState(false)
  useEffect(quietly, [quietly, ended, run === undefined])
  const now = useSecond()
  const running = run !== undefined || asked
  const { chosen } = props.wizard
  const infos = (value ?? []).filter(({ service }) => chosen === null || chosen.includes(service))
  const rows = imageRows(infos, pulls, running, now)
  const sum = sumImages(rows)
  const missing = sum.all - sum.here
  const paused = !running && rows.some((row) => row.state === 'paused')

  const get = (): void => {
    setAsked(true)
    const services = rows.flatMap((row) => (row.state === 'here' || row.state === 'done' ? [] : row.services))
    shell.store.setState({ pulls: { ...pulls, failed: {} } })
    const work = async (): Promise<void> => {
      try {
        const name = newToken()
        await actions.deed(
          name,
          sayImages.get,
          'pull',
          async () => await shell.request('pull', { run: name, services }),
        )
      } catch (error) {
        actions.failed(sayImages.notPulled, error)
      }
      setAsked(false)
      quietly()
    }
    void work()
  }

  const done = value !== undefined && sum.all > 0 && missing === 0
  const says = done
    ? sayImages.here(sum.all)
    : running
      ? `${sayImages.progress({
          ...sum,
          sinceMs: run === undefined ? 0 : Math.max(0, now - run.at),
        })}. ${sayImages.goesOn}`
      : paused
        ? sayImages.resumes
        : value === undefined
          ? step.what
          : `${sayImages.before(missing, sum.all)} ${sayDownload(infos)}`
  const note = sum.failed > 0 ? sayImages.failed(sum.failed) : done || running ? '' : sayImages.withFirstStart
  return (
    <StepFrame
      {...props}
      title={
        running && !done ? sayImages.getting : paused ? sayImages.paused : sayWizard.heading('images', done)
      }
      says={<span aria-live="off">{says}</span>}
      head={
        running && !done ? (
          <Progress label={sayImages.bar} part={sum.total === 0 ? undefined : sum.part} />
        ) : null
      }
      left={
        run !== undefined && !done ? (
          <Button icon="pause" onPress={() => actions.cancel(run.run)}>
            {sayImages.pause}
          </Button>
        ) : null
      }
      {...(step.state === 'waiting' && !running ? {} : { note })}
      noSkip={running || done}
      primary={
        done ? (
          <Next {...props} />
        ) : step.state === 'waiting' && !running ? (
          <WaitsFor {...props} />
        ) : running ? (
          <Next {...props} quiet />
        ) : (
          <>
            {step.state === 'skipped' ? <Next {...props} quiet /> : null}
            <Button kind="primary" disabled={value === undefined} onPress={get}>
              {sum.failed > 0 ? sayImages.again : paused ? sayImages.goOn : sayImages.get}
            </Button>
          </>
        )
      }
    >
      {trouble === undefined ? null : <ErrorNote trouble={trouble} />}
      <ul className="imgs" aria-label={sayImages.list}>
        {rows.map((row) => (
          <Row key={row.image} row={row} />
        ))}
      </ul>
    </StepFrame>
  )
}

const shapes: Readonly<Record<ImageRow['state'], State>> = {
  here: 'works',
  done: 'works',
  missing: 'stopped',
  waiting: 'stopped',
  asking: 'starting',
  downloading: 'starting',
  extracting: 'starting',
  stalled: 'degraded',
  paused: 'stopped',
  failed: 'failed',
}

function sayBytesOf(row: ImageRow): string {
  if (row.state === 'here' || row.state === 'done') return row.bytes === 0 ? '' : sayImages.onDisk(row.bytes)
  if (row.total === 0) return row.noSize === undefined ? '–' : sayImages.sizeUnknown
  return row.bytes === 0 ? sayImages.onDisk(row.total) : sayImages.ofBytes(row.bytes, row.total)
}

function sayStatus(row: ImageRow): string {
  switch (row.state) {
    case 'downloading':
      return sayImages.rate(row.rate)
    case 'stalled':
      return sayImages.stalled(row.quietMs)
    case 'here':
    case 'done':
    case 'missing':
    case 'waiting':
    case 'asking':
    case 'extracting':
    case 'paused':
    case 'failed':
      return sayImages.status[row.state]
  }
}

function Row({ row }: { readonly row: ImageRow }): ReactNode {
  const over = row.state === 'here' || row.state === 'done'
  const loud = row.state === 'stalled' ? ' warn' : row.state === 'failed' ? ' fail' : ''
  return (
    <li className={row.trouble === undefined ? 'img' : 'img bad'}>
      <StateShape state={shapes[row.state]} quiet />
      <span className="cut title" dir="auto" title={row.title}>
        {row.title}
      </span>
      <span className="mono t2 cut" title={row.image}>
        {row.image}
      </span>
      {over || row.state === 'failed' ? (
        <span />
      ) : (
        <Progress label={row.title} part={row.total === 0 ? 0 : row.bytes / row.total} />
      )}
      <span className="num cut" title={row.noSize}>
        {sayBytesOf(row)}
      </span>
      <span className={`num cut${loud}`}>{sayStatus(row)}</span>
      <span className="num cut">{row.ms === 0 ? '' : sayElapsed(row.ms)}</span>
      {row.trouble === undefined ? null : (
        <p className="reason">
          {[row.trouble.what, row.trouble.why, row.trouble.todo].filter(Boolean).join(' ')}
        </p>
      )}
    </li>
  )
}
