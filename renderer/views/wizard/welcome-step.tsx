import { useState, type ReactNode } from 'react'
import { downloadOf, sayDownload } from '../../../main/model/download.ts'
import type { ImageInfo } from '../../../main/model/facts.ts'
import { INGRESS } from '../../../main/model/service.ts'
import { Button } from '../../parts/button.tsx'
import { RungShape } from '../../parts/rung-shape.tsx'
import { Checkbox } from '../../parts/switch.tsx'
import { useAsked } from '../../store/use-asked.ts'
import { useShellState } from '../../store/use-shell.ts'
import { sayWelcome, sayWizard } from '../../words/wizard.ts'
import { imagesFor, tierChoices, tiersOf, toRun, type TierChoice } from './run-choice.ts'
import { StepFrame, type StepProps } from './step-frame.tsx'
import './welcome.css'

/** What runs, what it costs, how a row is read, and the choice of what to run: before anything is asked or changed. */
export function WelcomeStep(props: StepProps): ReactNode {
  const { wizard, walk } = props
  const shown = useShellState((state) => state.shown)
  const images = useAsked('images')
  const choices = tierChoices(shown?.tiers ?? [], shown?.services ?? [])
  const [touched, setTouched] = useState<ReadonlySet<string> | null>(null)
  const [cluster, setCluster] = useState(
    wizard.steps.some((one) => one.id === 'cluster' && one.state === 'todo'),
  )
  const [kept, setKept] = useState(true)
  const chosen = touched ?? tiersOf(choices, wizard.chosen)
  const run = toRun(choices, chosen)
  const every = choices.reduce((sum, { services }) => sum + services.length, 0)
  const all = run.length === every
  const hasCluster = wizard.steps.some((one) => one.id === 'cluster')
  const go = (): void => {
    setKept(false)
    walk.choose(all ? null : run.map(({ id }) => id), cluster, () => setKept(true))
  }
  return (
    <StepFrame
      {...props}
      title={sayWizard.heading('welcome', true)}
      says={sayWelcome.says(every)}
      noCommand
      noSkip
      note={run.length === 0 ? sayWelcome.nothing : ''}
      primary={
        <Button kind="primary" disabled={run.length === 0 || !kept} onPress={go}>
          {sayWelcome.next}
        </Button>
      }
    >
      <section className="block">
        <h3>{sayWelcome.choose}</h3>
        <ul className="tiers">
          {choices.map((tier) => (
            <Tier
              key={tier.id}
              tier={tier}
              on={chosen.has(tier.id)}
              needed={run.filter((view) => view.tier === tier.id).length}
              images={images.value}
              onChange={(on) =>
                setTouched(new Set(on ? [...chosen, tier.id] : [...chosen].filter((id) => id !== tier.id)))
              }
            />
          ))}
          {hasCluster ? (
            <li>
              <Checkbox on={cluster} onChange={setCluster} label={sayWelcome.cluster} />
              <p className="sm t2">{sayWelcome.clusterSays}</p>
            </li>
          ) : null}
        </ul>
        {run.length > 0 && !run.some(({ id }) => id === INGRESS) ? (
          <p className="sm t2">{sayWelcome.noIngress}</p>
        ) : null}
        <output className="cost">
          {images.trouble !== undefined
            ? sayWelcome.noDocker
            : images.value === undefined
              ? sayWelcome.asking
              : sayCost(imagesFor(images.value, run))}
        </output>
      </section>
      <section className="block">
        <h3>{sayWelcome.ladder}</h3>
        <p className="t2">{sayWelcome.ladderSays}</p>
        <LadderKey />
      </section>
      <p className="sm t2">{sayWelcome.nothingYet}</p>
    </StepFrame>
  )
}

function sayCost(images: readonly ImageInfo[]): string {
  const all = new Set(images.map(({ image }) => image)).size
  const { missing } = downloadOf(images)
  if (missing === 0) return sayWelcome.here(all)
  return [sayDownload(images), missing === all ? '' : sayWelcome.hereOf(all - missing, all)]
    .filter((one) => one !== '')
    .join(' ')
}

function Tier(props: {
  readonly tier: TierChoice
  readonly on: boolean
  /** How many of its services run by what is chosen now. */
  readonly needed: number
  readonly images: readonly ImageInfo[] | undefined
  readonly onChange: (on: boolean) => void
}): ReactNode {
  const { tier, on, needed } = props
  const size =
    props.images === undefined ? '' : sayWelcome.size(downloadOf(imagesFor(props.images, tier.services)))
  return (
    <li>
      <Checkbox on={on} onChange={props.onChange} label={tier.title} />
      <span className="sm t2 num">{size}</span>
      <p className="sm t2">
        {tier.services.map(({ title }) => title).join(', ')}
        {!on && needed > 0 ? `. ${sayWelcome.comesWith(needed)}` : ''}
      </p>
    </li>
  )
}

/** The five letters, on a ladder as it lies in each row, with what each means. */
function LadderKey(): ReactNode {
  return (
    <ol className="ladkey">
      {sayWelcome.rungs.map(({ letter, title, says }) => (
        <li key={letter}>
          <span className="rails" aria-hidden="true">
            <svg viewBox="0 0 14 14">
              <RungShape state="ok" x={7} y={7} />
            </svg>
          </span>
          <b>
            <span className="letter" aria-hidden="true">
              {letter}
            </span>
            {title}
          </b>
          <span className="sm t2">{says}</span>
        </li>
      ))}
    </ol>
  )
}
