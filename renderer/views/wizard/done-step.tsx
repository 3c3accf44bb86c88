import { useState, type ReactNode } from 'react'
import { MASK } from '../../../main/model/clean.ts'
import { isGood } from '../../../main/model/may.ts'
import { pickEndpoint } from '../../../main/model/open.ts'
import { INGRESS } from '../../../main/model/service.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { WizardStepId } from '../../../main/model/wizard.ts'
import type { Variable } from '../../../main/model/variable.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayWizard } from '../../words/wizard.ts'
import { sayDone } from '../../words/wizard-services.ts'
import { firstLines } from './first-lines.ts'
import { SignIn } from './sign-in.tsx'
import { StepFrame, type StepProps } from './step-frame.tsx'
import { isOver, shapeOf } from './walk.ts'

const MOST = 4

/** Whether what opens is a page, and no answer of an interface such as /ready or /v2/. */
function isPage(view: ServiceView): boolean {
  const endpoint = pickEndpoint(view, undefined)
  return /^https?:\/\/[^/?#]+\/?$/.test(endpoint?.accesses[endpoint.best]?.url ?? '')
}

/** What to open first, pages only: what shows most of the others, then the rest as they come. */
export function firstToOpen(services: readonly ServiceView[]): readonly ServiceView[] {
  const opens = services.filter(
    (view) =>
      (view.state === 'works' || view.state === 'degraded') &&
      view.endpoints.some((endpoint) => endpoint.opens && endpoint.best >= 0) &&
      isPage(view),
  )
  return [...opens].sort((one, two) => two.uses.length - one.uses.length).slice(0, MOST)
}

/** What a person opens: of the ingress its page of all services, of the others themselves. */
export function nameOf({ id, title }: Pick<ServiceView, 'id' | 'title'>): string {
  return id === INGRESS ? sayDone.home : title
}

/** The end: what to click first, and where the connection strings are. */
export function DoneStep(props: StepProps): ReactNode {
  const actions = useActions()
  const { wizard, walk } = props
  const services = useShellState((state) => state.shown?.services) ?? []
  const first = firstToOpen(services)
  const left = wizard.steps.filter(
    // A cluster is nobody's need.
    (step) => step.state === 'skipped' && step.id !== 'done' && step.id !== 'cluster',
  )
  // What answers is told sooner than the step about it is read again.
  const mine = services.filter(
    ({ id, state }) => state !== 'not set up' && (wizard.chosen === null || wizard.chosen.includes(id)),
  )
  const answers = mine.length > 0 && mine.every(isGood)
  const open = wizard.steps.filter(
    (step) => step.id !== 'done' && !isOver(step) && !(step.id === 'start' && answers),
  )
  const lines = firstLines(services)
  const comeBack = async (id: WizardStepId): Promise<void> => {
    if (await walk.skip(id, false)) walk.go(id)
  }
  const next = open.find((step) => step.state !== 'waiting') ?? open[0]
  return (
    <StepFrame
      {...props}
      title={sayWizard.heading('done', open.length === 0)}
      noCommand
      says={
        open.length > 0
          ? sayDone.notYet(open.length)
          : first.length === 0
            ? sayDone.nothingYet
            : `${sayDone.says}${left.length > 0 ? ` ${sayDone.saysLeft(left.length)}` : ''}`
      }
      noSkip
      // Steps may be read again a moment later than services answer.
      note=""
      primary={
        next === undefined ? (
          <Button kind="primary" onPress={walk.leave}>
            {sayDone.close}
          </Button>
        ) : (
          <Button kind="primary" onPress={() => walk.go(next.id)}>
            {sayWizard.goTo(next.title)}
          </Button>
        )
      }
    >
      {open.length === 0 ? null : (
        <section className="block">
          <h3>{sayDone.open}</h3>
          <ul className="lefts">
            {open.map((step) => (
              <li key={step.id}>
                <StateShape state={shapeOf(step, false)} quiet />
                <b>{step.title}</b>
                <span className="t2 sm grow">{step.says}</span>
                {step.id === next?.id ? (
                  <span />
                ) : (
                  <Button small onPress={() => walk.go(step.id)}>
                    {sayWizard.goTo(step.title)}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {first.length === 0 ? null : (
        <section className="block">
          <h3>{sayDone.first}</h3>
          <ul className="firsts">
            {first.map((view) => {
              const endpoint = pickEndpoint(view, undefined)
              const url = endpoint?.accesses[endpoint.best]?.url ?? ''
              return (
                <li key={view.id}>
                  <StateShape state={view.state} />
                  <span>
                    <b dir="auto">{nameOf(view)}</b>
                    <span className="t2 sm">{view.id === INGRESS ? sayDone.homeSays : view.purpose}</span>
                    <SignIn view={view} />
                  </span>
                  <span className="mono t2 cut" title={url}>
                    {url}
                  </span>
                  <Copy text={url} what={url} />
                  <Button
                    icon="open"
                    label={sayDone.openOf(nameOf(view))}
                    onPress={() => actions.open(view.id)}
                  >
                    {sayDone.openOf(nameOf(view))}
                  </Button>
                </li>
              )
            })}
          </ul>
        </section>
      )}
      {lines.length === 0 ? null : (
        <section className="block">
          <h3>{sayDone.lines}</h3>
          <ul className="termlines">
            {lines.map(({ id, title, line }) => (
              <li key={id}>
                <b>{title}</b>
                <code className="mono">{line}</code>
                <Copy text={line} what={sayDone.line(title)} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Strings services={services.map((view) => view.id)} />
      {left.length === 0 ? null : (
        <section className="block">
          <h3>{sayDone.left}</h3>
          <ul className="lefts">
            {left.map((step) => (
              <li key={step.id}>
                <StateShape state="not set up" quiet />
                <b>{step.title}</b>
                <span className="t2 sm grow">{step.what}</span>
                <Button small label={sayDone.comeBackTo(step.title)} onPress={() => void comeBack(step.id)}>
                  {sayDone.comeBack}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="block">
        <h3>{sayDone.later}</h3>
        <p className="t2">{sayDone.laterSays}</p>
        <Button small onPress={() => actions.go({ view: 'changes' })}>
          {sayDone.changes}
        </Button>
      </section>
    </StepFrame>
  )
}

/** Variables of all services; asked for only when a person wants to see them, secrets stay masked. */
function Strings({ services }: { readonly services: readonly string[] }): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const [variables, setVariables] = useState<readonly Variable[] | null>(null)
  const show = (): void => {
    shell
      .request('variables', { services: [...services] })
      .then(setVariables, (error: unknown) => actions.failed(sayDone.unread, error))
  }
  return (
    <section className="block">
      <h3>{sayDone.strings}</h3>
      <p className="t2">{sayDone.stringsSays}</p>
      <Button
        small
        icon="eye"
        disabled={services.length === 0}
        onPress={() => (variables === null ? show() : setVariables(null))}
      >
        {variables === null ? sayDone.show : sayDone.hide}
      </Button>
      {variables === null ? null : variables.length === 0 ? (
        <p className="t2">{sayDone.none}</p>
      ) : (
        <ul className="strings">
          {variables.map((one) => (
            <li key={`${one.service} ${one.name}`}>
              <span className="mono">{one.name}</span>
              <span className="mono t2 cut">{one.nowhere ?? (one.secret ? MASK : one.value)}</span>
              {one.nowhere === undefined ? <Copy text={one.value} what={sayDone.value(one.name)} /> : null}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
