import { useState, type ReactNode } from 'react'
import type { WizardState, WizardStepId } from '../../../main/model/wizard.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { applySetup } from '../../store/root-work.ts'
import type { Place } from '../../store/state.ts'
import { useAsked } from '../../store/use-asked.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayWelcome, sayWizard } from '../../words/wizard.ts'
import type { ViewProps } from '../view-props.ts'
import { BeforeStep } from './before-step.tsx'
import { ClusterStep } from './cluster-step.tsx'
import { CheckStep } from './check-step.tsx'
import { DoneStep } from './done-step.tsx'
import { ImagesStep } from './images-step.tsx'
import { NamesStep } from './names-step.tsx'
import { PasswordStep } from './password-step.tsx'
import { chosenItems, type Chosen } from './plan.ts'
import { ReviewStep, type Planned } from './review-step.tsx'
import { StartStep } from './start-step.tsx'
import type { StepProps, Walk } from './step-frame.tsx'
import { StepsNav } from './steps-nav.tsx'
import { WelcomeStep } from './welcome-step.tsx'
import { useWizard } from './use-wizard.ts'
import { stepOf } from './walk.ts'
import './wizard.css'
import './review.css'
import './steps.css'

/** Set-up, over the whole window: it goes on where the machine is, whoever did the rest. */
export function WizardView({ place }: ViewProps): ReactNode {
  const wizard = useWizard()
  const actions = useActions()
  const { value } = wizard
  if (value === undefined)
    return (
      <main className="wiz first" aria-busy={wizard.trouble === undefined}>
        <div className="looking">
          <h1>{wizard.trouble === undefined ? sayWizard.loading : sayWizard.unread}</h1>
          {wizard.trouble === undefined ? (
            <Progress label={sayWizard.loading} part={undefined} />
          ) : (
            <ErrorNote trouble={wizard.trouble}>
              <Button kind="primary" waits={wizard.busy} onPress={wizard.again}>
                {sayCommon.checkAgain}
              </Button>
            </ErrorNote>
          )}
          <Button onPress={() => actions.go({ view: 'services' })}>{sayWizard.leave}</Button>
        </div>
      </main>
    )
  // Who is led here for certain changes begins anew with them.
  const key = place.changes?.join(' ') ?? ''
  return <Steps key={key} place={place} wizard={wizard} state={value} />
}

function Steps(props: {
  readonly place: Place
  readonly wizard: ReturnType<typeof useWizard>
  readonly state: WizardState
}): ReactNode {
  const { place, wizard, state } = props
  const shell = useShell()
  const actions = useActions()
  // It stays where the person is; what gets done meanwhile only changes shapes.
  const [begun] = useState<WizardStepId>(state.at)
  const at = stepIn(state, place) ?? begun
  const [first] = useState(at)
  const [moved, setMoved] = useState(false)
  // Back and Forward move too.
  if (at !== first && !moved) setMoved(true)
  const go = (id: WizardStepId): void => {
    actions.go({ ...place, step: id })
    setMoved(true)
    wizard.quietly()
  }
  const planned = usePlanned(place, state, at, go)
  const walk: Walk = {
    go,
    moved,
    skip: wizard.skip,
    choose: (services, cluster, failed) => {
      const work = async (): Promise<void> => {
        try {
          const next = await shell.request('chooseRun', {
            services: services === null ? null : [...services],
            cluster,
          })
          wizard.put(next)
          go(next.at)
        } catch (error) {
          failed()
          actions.failed(sayWelcome.notKept, error)
        }
      }
      void work()
    },
    look: () => {
      actions.look()
      wizard.again()
    },
    looking: wizard.busy,
    leave: () => {
      // Not being able to keep it is no reason to keep the person here: it is asked again at the next start.
      shell.request('endWizard', {}).catch(() => undefined)
      actions.go({ view: 'services' })
    },
  }
  const step = stepOf(state, at)
  if (step === undefined) return null
  return (
    <div className="wiz">
      <StepsNav wizard={state} at={at} going={wizard.going} onGo={walk.go} onLeave={walk.leave} />
      <Step key={step.id} step={step} wizard={state} walk={walk} planned={planned} />
    </div>
  )
}

/** The step that a place names, where this machine has it: an address may name one that is not needed here. */
function stepIn(state: WizardState, { step }: Place): WizardStepId | undefined {
  return step === undefined ? undefined : stepOf(state, step)?.id
}

function Step({ planned, ...props }: StepProps & { readonly planned: Planned }): ReactNode {
  switch (props.step.id) {
    case 'welcome':
      return <WelcomeStep {...props} />
    case 'cluster':
      return <ClusterStep {...props} />
    case 'before':
      return <BeforeStep {...props} />
    case 'docker':
    case 'tools':
    case 'network':
      return <CheckStep {...props} />
    case 'review':
      return <ReviewStep {...props} {...planned} />
    case 'password':
      return <PasswordStep {...props} {...planned} />
    case 'names':
      return <NamesStep {...props} />
    case 'images':
      return <ImagesStep {...props} />
    case 'start':
      return <StartStep {...props} />
    case 'done':
      return <DoneStep {...props} />
  }
}

/** The plan while it is about it, and what is chosen of it. */
function usePlanned(
  place: Place,
  state: WizardState,
  at: WizardStepId,
  go: (id: WizardStepId) => void,
): Planned {
  const shell = useShell()
  const plan = useAsked('setupPlan', at === 'review' || at === 'password')
  const busy = useShellState(({ root }) => root !== null && root.end === null)
  const [touched, setTouched] = useState<ReadonlyMap<string, boolean>>(new Map())
  // What was left out before is not chosen again by itself.
  const [leftOut] = useState(
    stepOf(state, 'review')?.state === 'done' && stepOf(state, 'password')?.state === 'done',
  )
  const named = place.changes !== undefined && place.changes.length > 0 ? place.changes : null
  const chosen: Chosen = { touched, only: named ?? (leftOut ? [] : null) }
  return {
    plan,
    chosen,
    choose: (id, on) => setTouched(new Map([...touched, [id, on]])),
    busy,
    apply: () => {
      const ids = chosenItems(plan.value, chosen).map((item) => item.change.id)
      if (plan.value === undefined || ids.length === 0 || busy) return
      go('password')
      const work = async (digest: string): Promise<void> => {
        await applySetup(shell, ids, digest)
        plan.quietly()
      }
      void work(plan.value.digest)
    },
  }
}
