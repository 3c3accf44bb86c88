import { useEffect, useRef, useState, type ReactNode } from 'react'
import { sentence } from '../../../main/model/say.ts'
import type { WizardState, WizardStep, WizardStepId } from '../../../main/model/wizard.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { sayWizard } from '../../words/wizard.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { useOverflows } from '../../parts/use-overflows.ts'
import { beside, stepOf } from './walk.ts'

/** What every step gets. */
export interface StepProps {
  readonly step: WizardStep
  readonly wizard: WizardState
  readonly walk: Walk
}

/** The ways on from a step. */
export interface Walk {
  readonly go: (id: WizardStepId) => void
  /** Leaves a step out, or takes it in again; resolves when the steps after it know, with whether it is kept. */
  readonly skip: (id: WizardStepId, skipped: boolean) => Promise<boolean>
  /** Keeps what is to run, and goes to the step that needs somebody; `failed`: it was not kept, and is said. */
  readonly choose: (services: readonly string[] | null, cluster: boolean, failed: () => void) => void
  /** Looks at all steps again. */
  readonly look: () => void
  readonly looking: boolean
  /** The person went to a step; before that the focus is left where it is. */
  readonly moved: boolean
  /** Leaves set-up; it is not opened by itself again. */
  readonly leave: () => void
}

/** The way to the next step. */
export function Next(
  props: StepProps & {
    readonly quiet?: boolean
    /** The steps are being read again. */
    readonly waits?: boolean
  },
): ReactNode {
  const next = beside(props.wizard, props.step.id, 1)
  if (next === undefined) return null
  return (
    <Button
      kind={props.quiet === true ? 'normal' : 'primary'}
      disabled={props.waits === true}
      onPress={() => props.walk.go(next)}
    >
      {sayWizard.next}
    </Button>
  )
}

/** The way back to what must be done first. */
export function WaitsFor(props: StepProps): ReactNode {
  const { wizard, step, walk } = props
  const first = stepOf(wizard, wizard.at)
  if (first === undefined || first.id === step.id || first.id === 'done') return <Next {...props} />
  return (
    <Button kind="primary" onPress={() => walk.go(first.id)}>
      {sayWizard.goTo(first.title)}
    </Button>
  )
}

/** One step: what it is about, its content, and the ways on in the footer. */
export function StepFrame(
  props: StepProps & {
    readonly title: string
    readonly says: ReactNode
    /** Between head and content: a bar. */
    readonly head?: ReactNode
    readonly children: ReactNode
    /** More buttons beside Back. */
    readonly left?: ReactNode
    /** Several commands instead of the step's one. */
    readonly commands?: readonly string[]
    /** Few words beside the way on. */
    readonly note?: string
    /** There is no command for it. */
    readonly noCommand?: boolean
    /** While it goes on, it cannot be left out. */
    readonly noSkip?: boolean
    readonly primary: ReactNode
  },
): ReactNode {
  const { step, wizard, walk, commands } = props
  const heading = useRef<HTMLHeadingElement>(null)
  const main = useRef<HTMLElement>(null)
  const [box, overflows] = useOverflows()
  const { moved } = walk
  useKeptFocus(main, heading)
  useEffect(() => {
    // Who walks by the steps at the left stays there. Else a new step has the focus: what was pressed is gone, or would
    // be pressed again by the next key.
    const active = document.activeElement
    const lost = active === null || active === document.body || active.closest('.wmain') !== null
    if (moved && lost) heading.current?.focus()
  }, [moved])
  const isHere = useRef(true)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])
  const [skipping, setSkipping] = useState(false)
  /** The next step may wait for this one: it is shown when the steps are read again, and not as it was before. */
  const leaveOut = async (): Promise<void> => {
    setSkipping(true)
    const isKept = await walk.skip(step.id, true)
    if (!isHere.current) return
    setSkipping(false)
    const next = beside(wizard, step.id === 'review' ? 'password' : step.id, 1)
    if (isKept && next !== undefined) walk.go(next)
  }
  const back = beside(wizard, step.id, -1)
  const waits = step.state === 'waiting' && step.id !== 'tools' && wizard.at !== 'done'
  const canSkip = step.skippable && props.noSkip !== true && step.state !== 'done'
  return (
    <main ref={main} className="wmain" data-region="list">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {props.title}
        </h2>
        <p>{props.says}</p>
        {props.head}
      </header>
      <div
        ref={box}
        className="scroll"
        {...(overflows ? { tabIndex: 0, role: 'region', 'aria-label': props.title } : {})}
      >
        {props.children}
      </div>
      <footer data-region="strip">
        {back === undefined ? null : <Button onPress={() => walk.go(back)}>{sayWizard.back}</Button>}
        {props.left}
        {props.noCommand === true ? null : (
          <Copy
            text={commands === undefined ? step.command : commands.join('\n')}
            what={commands === undefined ? sayWizard.commandName : sayWizard.commandsName}
            button={commands === undefined ? sayWizard.copyCommand : sayWizard.copyCommands}
          />
        )}
        <span className="grow note sm t2">{props.note ?? (waits ? sayWizard.waitsFor : '')}</span>
        {(canSkip && step.state !== 'skipped') || skipping ? (
          <Button kind="quiet" waits={skipping} onPress={() => void leaveOut()}>
            {skipping ? sayWizard.skipping : sayWizard.skip}
          </Button>
        ) : null}
        {canSkip && step.state === 'skipped' && !skipping ? (
          <Button kind="quiet" onPress={() => void walk.skip(step.id, false)}>
            {sayWizard.takeUp}
          </Button>
        ) : null}
        {props.primary}
      </footer>
    </main>
  )
}

/** Why a step is needed, what to do, and its command; the same three answers as everywhere. */
export function Answers(props: { readonly step: WizardStep; readonly children?: ReactNode }): ReactNode {
  const { step } = props
  return (
    <div className="answers">
      {step.why === '' ? null : (
        <div>
          <h3>
            {step.state === 'trouble'
              ? sayWizard.cause
              : step.id === 'cluster'
                ? sayWizard.whatFor
                : sayWizard.why}
          </h3>
          <p>{sentence(step.why)}</p>
        </div>
      )}
      {step.todo === '' ? null : (
        <div>
          <h3>{sayWizard.todo}</h3>
          <p>{sentence(step.todo)}</p>
        </div>
      )}
      {props.children}
    </div>
  )
}
