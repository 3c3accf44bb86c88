import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { StatsSample } from '../../../main/model/facts.ts'
import { LOAD_KEPT_MS, withLoad } from '../../../main/model/load.ts'
import { sayMemory } from '../../../main/model/rungs/memory.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { useShell } from '../../store/use-shell.ts'
import { useStream } from '../../store/use-stream.ts'
import { sayService } from '../../words/service.ts'
import { Chart } from './chart.tsx'
import { useLoadHour } from './load-hour.ts'
import { extremes, scaleTop } from './samples.ts'

/** With reduced motion the lines move this seldom (ms); numbers stay true to the second. */
const CALM_MS = 10_000

/** CPU and memory of the last hour: what the engine measured while a window was seen, and each second while they are in sight. */
export function Load({ view }: { readonly view: ServiceView }): ReactNode {
  const shell = useShell()
  const [seen, setSeen] = useState(false)
  const [live, setLive] = useState<readonly StatsSample[]>([])
  const [drawn, setDrawn] = useState<readonly StatsSample[]>([])
  const place = useRef<HTMLElement>(null)
  const runs = view.since !== undefined
  const hour = useLoadHour(view.id, runs && seen, `${view.id} ${view.since ?? ''}`)
  useEffect(() => {
    const element = place.current
    if (!element) return undefined
    const watch = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? false))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  useStream(
    'stats',
    runs && seen,
    `${view.container?.id ?? ''} ${view.since ?? ''}`,
    async (stream) => await shell.request('openStats', { stream, service: view.id }),
    ({ sample }) => {
      const next = withLoad(live, sample)
      setLive(next)
      const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
      const last = drawn.at(-1)
      if (!isCalm || !last || drawn.length < 2 || sample.at - last.at >= CALM_MS || sample.at < last.at)
        setDrawn(next)
    },
  )
  const last = live.at(-1)
  const first = live[0]
  // What was measured before this page was opened, then what it heard itself.
  const shown = [...hour.filter(({ at }) => first === undefined || at < first.at), ...drawn].filter(
    ({ at }) => last === undefined || at > last.at - LOAD_KEPT_MS,
  )
  return (
    <section ref={place}>
      <h2 className="h">{sayService.load}</h2>
      {!runs || !last ? (
        <p className="sm t2 noload">{runs ? '…' : sayService.noLoad}</p>
      ) : (
        <>
          <div className="charts">
            <Figure
              name={sayService.cpu}
              samples={shown}
              value={(sample) => sample.cpu}
              now={last.cpu}
              say={sayService.percent}
              note={(most) => sayService.highest(sayService.percent(most))}
            />
            <Figure
              name={sayService.memory}
              samples={shown}
              value={(sample) => sample.memory}
              now={last.memory}
              say={sayMemory}
              note={() => sayService.ofMachine(last.memoryLimit)}
            />
          </div>
          <p className="xs t3">{sayService.loadNote}</p>
        </>
      )}
    </section>
  )
}

function Figure(props: {
  readonly name: string
  readonly samples: readonly StatsSample[]
  readonly value: (sample: StatsSample) => number
  readonly now: number
  readonly say: (value: number) => string
  readonly note: (most: number) => string
}): ReactNode {
  const values = props.samples.map(props.value)
  const { least, most } = extremes(values)
  return (
    <figure>
      <figcaption>
        <span>{props.name}</span>
        <b>{props.say(props.now)}</b>
      </figcaption>
      <Chart
        at={props.samples.map((sample) => sample.at)}
        values={values}
        top={scaleTop(most)}
        says={sayService.chart(props.name, props.say(props.now), props.say(least), props.say(most))}
      />
      <p className="xs t3">{props.note(most)}</p>
    </figure>
  )
}
