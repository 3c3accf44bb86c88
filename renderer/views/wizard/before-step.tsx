import { useState, type ReactNode } from 'react'
import {
  mayWrite,
  sayOff,
  type DataSetView,
  type MigrationResult,
  type MigrationView,
  type PlannedStep,
} from '../../../main/model/migration.ts'
import { sayBytes, sentence } from '../../../main/model/say.ts'
import type { MigrationPlan } from '../../../preload/contract.ts'
import { newToken } from '../../token.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { ScrollBox } from '../../parts/scroll-box.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { Checkbox } from '../../parts/switch.tsx'
import type { MigrationJob } from '../../store/migration-job.ts'
import { takeOver } from '../../store/migration-work.ts'
import { useAsked } from '../../store/use-asked.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayBefore, sayWizard } from '../../words/wizard.ts'
import { Next, StepFrame, type StepProps } from './step-frame.tsx'
import { isOver } from './walk.ts'

/** What the machine ran before: everything that would be done to it, each with its exact effect, and a box to leave it out. */
export function BeforeStep(props: StepProps): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const { step, walk } = props
  const plan = useAsked('migration')
  const job = useShellState((state) => state.migration)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const going = job !== null && job.end === null
  const { value } = plan
  const chosen = chosenOf(value, left)
  const count = chosen.steps.length + chosen.data.length
  const toggle = (id: string, on: boolean): void =>
    setLeft(on ? new Set([...left].filter((one) => one !== id)) : new Set([...left, id]))
  const take = (): void => {
    if (value === undefined) return
    const work = async (): Promise<void> => {
      await takeOver(shell, { run: newToken(), ...chosen, digest: value.digest })
      plan.quietly()
      walk.look()
    }
    void work()
  }
  return (
    <StepFrame
      {...props}
      title={going ? sayBefore.going : sayWizard.heading('before', step.state === 'done')}
      says={going ? job.now : sayBefore.says}
      head={going ? <Progress label={sayBefore.going} part={job.part ?? undefined} /> : null}
      noSkip={going}
      left={going ? <Button onPress={() => actions.cancel(job.run)}>{sayBefore.stop}</Button> : null}
      {...(value === undefined || going || value.elevation === null
        ? {}
        : { note: sayBefore.how[value.elevation] })}
      primary={
        isOver(step) ? (
          <Next {...props} />
        ) : (
          <Button kind="primary" disabled={going || count === 0} onPress={take}>
            {sayBefore.take(count)}
          </Button>
        )
      }
    >
      {job === null ? null : <Job job={job} />}
      {plan.trouble === undefined ? null : <ErrorNote trouble={plan.trouble} />}
      {value === undefined || going ? null : <Plan view={value.view} left={left} onChange={toggle} />}
    </StepFrame>
  )
}

/** What is not left out, and can be had. */
function chosenOf(plan: MigrationPlan | undefined, left: ReadonlySet<string>) {
  const steps = plan?.view.steps.filter(({ id }) => !left.has(id)).map(({ id }) => id) ?? []
  const data =
    plan?.view.data.flatMap((set) => (isTakable(set) && !left.has(`data-${set.id}`) ? [set.id] : [])) ?? []
  return { steps, data: [...new Set(data)] }
}

const isTakable = ({ measured, taken }: DataSetView): boolean =>
  measured.kind === 'found' && taken === undefined

function Job({ job }: { readonly job: MigrationJob }): ReactNode {
  const { end } = job
  return (
    <section className="block" aria-live="polite">
      {end !== null && end.trouble !== undefined ? <ErrorNote trouble={end.trouble} /> : null}
      {end !== null && 'left' in end && end.left.length > 0 ? (
        <ul className="lefts">
          {end.left.map(({ id, title, because, without }) => (
            <li key={id}>
              <StateShape state="not set up" quiet />
              <b>{title}</b>
              <span className="t2 sm grow">
                {sentence(because)} {without === undefined ? '' : sayBefore.without(without)}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {end !== null && 'left' in end ? <After end={end} /> : null}
      {job.lines.length === 0 ? null : (
        <ScrollBox className="code" label={sayBefore.log}>
          {job.lines.join('\n')}
        </ScrollBox>
      )}
    </section>
  )
}

/** What a person should know afterwards: where data of Macula's own is now, and what does not run again. */
function After({ end }: { readonly end: MigrationResult }): ReactNode {
  const { aside = [], off = [] } = end
  return (
    <>
      {off.length === 0 ? null : <p>{sayOff(end)}</p>}
      {aside.length === 0 ? null : (
        <>
          <h3>{sayBefore.aside}</h3>
          <ul className="olds">
            {aside.map(({ from, to }) => (
              <li key={to}>
                <code>{sayBefore.asideAs(from, to)}</code>
              </li>
            ))}
          </ul>
          <p className="t2 sm">{sayBefore.asideHow}</p>
        </>
      )}
    </>
  )
}

function Plan(props: {
  readonly view: MigrationView
  readonly left: ReadonlySet<string>
  readonly onChange: (id: string, on: boolean) => void
}): ReactNode {
  const { view, left, onChange } = props
  return (
    <>
      <section className="block">
        <h3>{sayBefore.found}</h3>
        <ul className="olds">
          {view.found.map((part) => (
            <li key={part.title}>
              <b>{part.title}</b>
              <span className="t2 sm">{part.holds.join(' · ')}</span>
              <span className="sm">{part.costs}</span>
              {part.remains === undefined ? null : <span className="sm">{part.remains}</span>}
            </li>
          ))}
        </ul>
      </section>
      {view.data.length === 0 ? null : (
        <section className="block">
          <h3>{sayBefore.data}</h3>
          {view.data.map((set) => (
            <Store
              key={`${set.project} ${set.id}`}
              set={set}
              on={!left.has(`data-${set.id}`)}
              onChange={onChange}
            />
          ))}
        </section>
      )}
      {view.steps.length === 0 ? null : (
        <section className="block">
          <h3>{sayBefore.steps}</h3>
          {view.steps.map((step) => (
            <StepCard key={step.id} step={step} on={!left.has(step.id)} onChange={onChange} />
          ))}
        </section>
      )}
    </>
  )
}

function Store(props: {
  readonly set: DataSetView
  readonly on: boolean
  readonly onChange: (id: string, on: boolean) => void
}): ReactNode {
  const { set, on } = props
  const { measured, taken } = set
  const writers =
    measured.kind === 'found' && measured.writers !== undefined
      ? mayWrite(set.title, measured.writers)
      : undefined
  const trouble = measured.kind === 'refused' ? measured.trouble : writers
  const says = [
    ...(measured.kind === 'found'
      ? [sayBefore.store(sayBytes(measured.bytes), measured.says, measured.replaces)]
      : []),
    ...[trouble?.what, trouble?.why, trouble?.todo].filter(Boolean),
  ].join(measured.kind === 'found' ? '. ' : ' ')
  return (
    <p className="store">
      {isTakable(set) ? (
        <Checkbox
          on={on}
          onChange={(value) => props.onChange(`data-${set.id}`, value)}
          label={sayBefore.include(set.title)}
          hidden
        />
      ) : (
        <StateShape state={taken ? 'works' : 'degraded'} quiet />
      )}
      <b>{set.title}</b> <span className="t2 sm">{taken ? sayBefore.taken(taken.says) : says}</span>
    </p>
  )
}

function StepCard(props: {
  readonly step: PlannedStep
  readonly on: boolean
  readonly onChange: (id: string, on: boolean) => void
}): ReactNode {
  const { step, on } = props
  return (
    <article className={on ? 'change' : 'change left'}>
      <header>
        <Checkbox
          on={on}
          onChange={(value) => props.onChange(step.id, value)}
          label={sayBefore.include(step.title)}
          hidden
        />
        <b className="cut" title={step.title}>
          {step.title}
        </b>
        <span className="grow" />
        {step.change === undefined ? null : <span className="sm t2 cut">{sayBefore.root}</span>}
      </header>
      <div className="body">
        <div className="why">
          {step.price === undefined ? null : (
            <p>
              <span className="strong">{sayBefore.price}</span> {step.price}
            </p>
          )}
          <p>
            <span className="strong">{sayBefore.ifLeft}</span> {sentence(step.without)}
          </p>
          <p>
            <span className="strong">{sayBefore.back}</span> {sayBefore.backSays}
          </p>
        </div>
        <ScrollBox className="code" label={sayBefore.effects(step.title)}>
          {step.effects.join('\n')}
        </ScrollBox>
      </div>
    </article>
  )
}
