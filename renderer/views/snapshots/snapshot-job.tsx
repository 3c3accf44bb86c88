import type { ReactNode } from 'react'
import type { BackupCut, BackupListed } from '../../../main/model/backup.ts'
import { sayCut } from '../../../main/model/causes/restore.ts'
import { isWayBack } from '../../../main/model/kept.ts'
import { Button } from '../../parts/button.tsx'
import { Progress } from '../../parts/progress.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useSecond } from '../../store/minute.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import type { BackupEnded } from '../../../preload/contract.ts'
import { sayCommon } from '../../words/common.ts'
import { sayDeed, sayStep } from '../../words/deeds.ts'
import { saySnapshots as say } from '../../words/snapshots.ts'
import type { BackupRun } from './work.ts'

/** What goes on with a snapshot, and how to stop it. */
export function RunNote({ run }: { readonly run: BackupRun }): ReactNode {
  const actions = useActions()
  const step = useShellState((state) => state.steps[run.run])
  const services = useShellState((state) => state.snapshot?.services)
  const now = useSecond()
  const title = run.title ?? ''
  const says = say.going[run.verb](title)
  const titleOf = (id: string): string => services?.find((one) => one.id === id)?.title ?? id
  return (
    <section className="snapnote" aria-label={says}>
      <StateShape state="starting" />
      <div className="grow">
        <b>{says}</b>
        <p className="sm t2">
          <span aria-live="polite">{step === undefined ? say.begins : sayStep(step, titleOf)}</span>
          <span aria-hidden="true" className="num">
            {`, ${sayDeed.seconds(now - run.at)}`}
          </span>
        </p>
        <Progress label={says} part={undefined} />
      </div>
      {run.verb === 'restore snapshot' ? (
        <Button
          small
          onPress={() => actions.ask({ kind: 'snapshot', about: { does: 'stop', run: run.run, title } })}
        >
          {say.stopAsks}
        </Button>
      ) : (
        <Button small onPress={() => actions.cancel(run.run)}>
          {say.stop}
        </Button>
      )}
    </section>
  )
}

/** A restore that was cut: how things stand, and both ways on. `listed`: its snapshot, where it is still there. */
export function CutNote(props: {
  readonly cut: BackupCut
  readonly listed: BackupListed | undefined
}): ReactNode {
  const { cut, listed } = props
  const actions = useActions()
  return (
    <section className="snapnote" aria-label={say.cut(cut.name, cut.at)}>
      <StateShape state="failed" />
      <div className="grow">
        <b>{say.cut(cut.name, cut.at)}</b>
        <p className="sm t2">{sayCut(cut)}</p>
        <div className="snapways">
          {listed?.manifest ? (
            <Button
              small
              onPress={() => actions.ask({ kind: 'snapshot', about: { does: 'restore', listed } })}
            >
              {say.cutAgain}
            </Button>
          ) : null}
          <Button
            small
            onPress={() => actions.ask({ kind: 'snapshot', about: { does: 'back', name: cut.name } })}
          >
            {say.cutBack}
          </Button>
        </div>
      </div>
    </section>
  )
}

/** How the last work with a snapshot ended, until it is put away. */
export function EndedNote({ ended }: { readonly ended: BackupEnded }): ReactNode {
  const { store } = useShell()
  const { ok, trouble, moved, notes } = ended
  const lines = [
    ...(ok ? [] : [trouble?.why, ...(trouble?.todo ?? '').split('\n')]),
    ...moved.map(sayCommon.keptAs),
    ...(ok && moved.some(isWayBack) ? [say.movedBack] : []),
    ...notes,
  ].filter((line) => line !== undefined && line !== '')
  return (
    <section className="snapnote" aria-live="polite">
      <StateShape state={ok ? 'works' : 'failed'} />
      <div className="grow">
        <b>{say.ended(ended)}</b>
        {lines.map((line) => (
          <p key={line} className="sm t2">
            {line}
          </p>
        ))}
      </div>
      <Button small label={sayCommon.dismiss} onPress={() => store.setState({ putAway: ended.run })}>
        {sayCommon.close}
      </Button>
    </section>
  )
}
