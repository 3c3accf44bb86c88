import type { ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { Empty, ErrorNote } from '../../parts/empty.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Progress } from '../../parts/progress.tsx'
import { ScrollBox } from '../../parts/scroll-box.tsx'
import type { Asked } from '../../store/use-asked.ts'
import type { SetupPlan } from '../../../preload/contract.ts'
import { useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayWizard } from '../../words/wizard.ts'
import { sayReview } from '../../words/wizard-changes.ts'
import { ChangeCard, PlaceCard } from './change-card.tsx'
import { addressesOf, chosenItems, commandsOf, countParts, isOn, openItems, type Chosen } from './plan.ts'
import { Next, StepFrame, type StepProps } from './step-frame.tsx'

/** The plan and what is chosen of it; shared by the review and the password step. */
export interface Planned {
  readonly plan: Asked<SetupPlan>
  readonly chosen: Chosen
  readonly choose: (id: string, on: boolean) => void
  /** Asks for the password and applies what is chosen. */
  readonly apply: () => void
  /** Something of root's program goes on. */
  readonly busy: boolean
}

/** Every change with its exact content; each can be left out. */
export function ReviewStep(props: StepProps & Planned): ReactNode {
  const { step, plan, chosen } = props
  const mac = useShellState((state) => state.about?.platform === 'darwin')
  const example = useShellState((state) => addressesOf(state.snapshot)[0]?.url ?? '')
  const { value } = plan
  const open = openItems(value)
  const doing = chosenItems(value, chosen)
  const place = value?.items.filter((item) => item.state === 'in place') ?? []
  const blocked = value?.items.find((item) => item.state === 'blocked')
  const noWay = value?.elevation === null
  const { files, packages } = countParts(open)
  const again = (kind: 'normal' | 'primary'): ReactNode => (
    <Button icon="restart" kind={kind} disabled={plan.busy} onPress={plan.again}>
      {sayCommon.checkAgain}
    </Button>
  )
  const apply = (
    <Button
      kind={doing.length > 0 ? 'primary' : 'normal'}
      icon="lock"
      disabled={doing.length === 0 || props.busy || noWay}
      onPress={props.apply}
    >
      {sayReview.apply(doing.length)}
    </Button>
  )
  return (
    <StepFrame
      {...props}
      title={sayWizard.heading(step.id, value !== undefined && open.length === 0)}
      says={
        value === undefined
          ? plan.trouble === undefined
            ? sayReview.loading
            : sayReview.unread
          : open.length === 0
            ? (blocked?.says ?? sayReview.none)
            : sayReview.says(open.length, files, packages)
      }
      commands={commandsOf(doing.length > 0 ? doing : open)}
      left={plan.trouble !== undefined ? again('normal') : null}
      {...(value !== undefined && open.length > 0 && doing.length === 0
        ? { note: sayReview.nothingChosen }
        : {})}
      primary={
        <>
          {noWay && open.length > 0
            ? again('primary')
            : open.length > 0 || value === undefined
              ? apply
              : null}
          {value !== undefined && (open.length === 0 || doing.length === 0) ? (
            <Next {...props} quiet={step.state !== 'done' && step.state !== 'skipped'} />
          ) : null}
        </>
      }
    >
      {plan.trouble === undefined ? null : <ErrorNote trouble={plan.trouble} />}
      {value === undefined && plan.trouble === undefined ? (
        <Progress label={sayReview.loading} part={undefined} />
      ) : null}
      {noWay && open.length > 0 ? (
        <section className="nowway">
          <p>
            <b>{sayReview.noWay}</b> {sayReview.noWayTodo}
          </p>
          <ScrollBox className="code" label={sayWizard.commandsName}>
            {commandsOf(doing.length > 0 ? doing : open).join('\n')}
          </ScrollBox>
        </section>
      ) : null}
      {open.map((item) => (
        <ChangeCard
          key={item.change.id}
          item={item}
          present={value?.present ?? {}}
          on={isOn(chosen, item.change.id)}
          onChange={(on) => props.choose(item.change.id, on)}
        />
      ))}
      {place.map((item) => (
        <PlaceCard key={item.change.id} item={item} />
      ))}
      {value !== undefined && value.items.length === 0 ? (
        <Empty title={sayReview.none} says={step.what} />
      ) : null}
      {value === undefined || open.length === 0 ? null : (
        <div className="fine">
          <p>
            <Icon name="lock" />
            <span title={value.digest}>
              {sayReview.plan(value.digest)} {sayReview.planSays}
            </span>
          </p>
          <p>
            <Icon name="changes" />
            <span>
              {sayReview.record(
                mac ? '/Library/Application Support/macula-desktop' : '/var/lib/macula-desktop',
              )}
            </span>
          </p>
          <p>
            <Icon name="undo" />
            <span>{sayReview.without(example)}</span>
          </p>
        </div>
      )}
    </StepFrame>
  )
}
