import { useEffect, useState, type ReactNode } from 'react'
import { downloadOf, sayDownload } from '../../../main/model/download.ts'
import type { ImageInfo } from '../../../main/model/facts.ts'
import { INGRESS, type Sets } from '../../../main/model/service.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { RungShape } from '../../parts/rung-shape.tsx'
import { Checkbox } from '../../parts/switch.tsx'
import { useAsked } from '../../store/use-asked.ts'
import { useShellState } from '../../store/use-shell.ts'
import { sayWelcome, sayWizard } from '../../words/wizard.ts'
import {
  imagesFor,
  optionOf,
  runOptions,
  tierChoices,
  tiersOf,
  toRun,
  type RunOption,
  type TierChoice,
} from './run-choice.ts'
import { StepFrame, type StepProps } from './step-frame.tsx'
import './welcome.css'

const noSets: Sets = {}

/** What runs, what it costs, how a row is read, and the choice of what to run: before anything is asked or changed. */
export function WelcomeStep(props: StepProps): ReactNode {
  const { wizard, walk } = props
  const shown = useShellState((state) => state.shown)
  const sets = useShellState((state) => state.settings?.settings.sets) ?? noSets
  const images = useAsked('images')
  // What is here can be said as soon as Docker answers.
  const docker = useShellState((state) => state.snapshot?.docker.kind)
  const { quietly } = images
  useEffect(quietly, [quietly, docker])
  const choices = tierChoices(shown?.tiers ?? [], shown?.services ?? [])
  const options = runOptions(choices, sets, wizard.chosen)
  const [answered, setAnswered] = useState<RunOption['id']>()
  const [touched, setTouched] = useState<ReadonlySet<string>>()
  const [cluster, setCluster] = useState(
    wizard.steps.some((one) => one.id === 'cluster' && one.state === 'todo'),
  )
  const [kept, setKept] = useState(true)
  const answer = answered ?? optionOf(options, choices, wizard.chosen)
  const chosen = touched ?? tiersOf(choices, wizard.chosen)
  const run =
    answer === 'tiers' ? toRun(choices, chosen) : (options.find(({ id }) => id === answer)?.run ?? [])
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
        <Button kind="primary" disabled={run.length === 0} waits={!kept} onPress={go}>
          {sayWelcome.next}
        </Button>
      }
    >
      <fieldset className="runs">
        <legend>{sayWelcome.choose}</legend>
        {options.map((one) => (
          <Answer
            key={one.id}
            option={one}
            on={one.id === answer}
            images={images.value}
            onChoose={() => setAnswered(one.id)}
          />
        ))}
      </fieldset>
      <section className="block">
        <h3>{answer === 'tiers' ? sayWelcome.tiers : sayWelcome.runs}</h3>
        <ul className="tiers">
          {choices.map((tier) => (
            <Tier
              key={tier.id}
              tier={tier}
              on={answer === 'tiers' ? chosen.has(tier.id) : undefined}
              runs={run.filter((view) => view.tier === tier.id)}
              images={images.value}
              onChange={(on) =>
                setTouched(new Set(on ? [...chosen, tier.id] : [...chosen].filter((id) => id !== tier.id)))
              }
            />
          ))}
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
      {hasCluster ? (
        <section className="also">
          <Checkbox on={cluster} onChange={setCluster} label={sayWelcome.cluster} />
          <p className="sm t2">{sayWelcome.clusterSays}</p>
        </section>
      ) : null}
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

const titlesOf = (services: readonly ServiceView[]): string => services.map(({ title }) => title).join(', ')

/** One answer with what it costs: one of a group of which one is given. */
function Answer(props: {
  readonly option: RunOption
  readonly on: boolean
  readonly images: readonly ImageInfo[] | undefined
  readonly onChoose: () => void
}): ReactNode {
  const { option, images } = props
  const { id, run } = option
  const says =
    id === 'all' || id === 'tiers'
      ? ''
      : run.length > MOST_TITLES
        ? sayWelcome.services(run.length)
        : titlesOf(run)
  return (
    <label className="answer">
      <input type="radio" name="run" checked={props.on} onChange={props.onChoose} />
      <span>
        <b dir="auto">{sayWelcome.option(id)}</b>
        {says === '' ? null : <span className="sm t2">{says}</span>}
      </span>
      <span className="sm t2 num">
        {images === undefined || run.length === 0 ? '' : sayWelcome.price(downloadOf(imagesFor(images, run)))}
      </span>
    </label>
  )
}

/** More are counted. */
const MOST_TITLES = 8

/** A tier: to be chosen where tiers are, else what of it runs. */
function Tier(props: {
  readonly tier: TierChoice
  /** Whether it is chosen; undefined: something else is chosen from. */
  readonly on: boolean | undefined
  /** Its services that run by what is chosen now. */
  readonly runs: readonly ServiceView[]
  readonly images: readonly ImageInfo[] | undefined
  readonly onChange: (on: boolean) => void
}): ReactNode {
  const { tier, on, runs } = props
  const counts = on === undefined ? runs : tier.services
  const size =
    props.images === undefined || counts.length === 0
      ? ''
      : sayWelcome.size(downloadOf(imagesFor(props.images, counts)))
  return (
    <li>
      {on === undefined ? (
        <b>{tier.title}</b>
      ) : (
        <Checkbox on={on} onChange={props.onChange} label={tier.title} />
      )}
      <span className="sm t2 num">{size}</span>
      <p className="sm t2">
        {counts.length === 0 ? sayWelcome.noneOf : titlesOf(counts)}
        {on === false && runs.length > 0 ? `. ${sayWelcome.comesWith(runs.length)}` : ''}
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
