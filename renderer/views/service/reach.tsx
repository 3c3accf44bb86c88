import { useState, type ReactNode } from 'react'
import { sayDuration, sentence } from '../../../main/model/say.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import { rungTitles, type Rung } from '../../../main/model/ladder.ts'
import { Button } from '../../parts/button.tsx'
import { CheckAgain } from '../../parts/check-again.tsx'
import { Choice } from '../../parts/tabs.tsx'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { useSecond } from '../../store/minute.ts'
import { sayService } from '../../words/service.ts'
import { RungMark } from './rung-mark.tsx'

/** The ladder, standing: as a request travels, from the top to the bottom. */
export function Reach({
  snapshot,
  view,
}: {
  readonly snapshot: Snapshot
  readonly view: ServiceView
}): ReactNode {
  const [chosen, setChosen] = useState('')
  const several = view.endpoints.length > 1
  const ladder = view.endpoints.find((endpoint) => endpoint.id === chosen)?.ladder ?? view.ladder
  return (
    <section>
      <div className="flex reachhead">
        <h2 className="h grow">{sayService.reach}</h2>
        <Check at={snapshot.at} />
      </div>
      {several ? (
        <Choice
          label={sayService.endpoint}
          options={[
            { id: '', text: sayService.whole },
            ...view.endpoints.map((endpoint) => ({ id: endpoint.id, text: endpoint.id })),
          ]}
          chosen={chosen}
          onChoose={setChosen}
        />
      ) : null}
      <ol className="rungs">
        {ladder.map((rung, index) => (
          <RungRow key={rung.id} rung={rung} first={index === 0} last={index === ladder.length - 1} />
        ))}
      </ol>
    </section>
  )
}

function RungRow(props: { readonly rung: Rung; readonly first: boolean; readonly last: boolean }): ReactNode {
  const actions = useActions()
  const { rung } = props
  const { fix } = rung
  const isBad = rung.state === 'round' || rung.state === 'stop'
  const tone = rung.state === 'round' ? ' warn' : rung.state === 'stop' ? ' fail' : ''
  return (
    <li>
      <RungMark state={rung.state} first={props.first} last={props.last} />
      <b>{rungTitles[rung.id]}</b>
      <span className="say">
        <span>
          {isBad ? <em>{rung.says}</em> : rung.says}
          {rung.why === undefined || rung.why === '' ? null : (
            <>
              <br />
              {sentence(rung.why)}
            </>
          )}
        </span>
        {fix ? (
          <Button small onPress={() => actions.fix(fix)}>
            {fix.label}
          </Button>
        ) : null}
      </span>
      <span className={`ms${tone}`}>{rung.ms === undefined ? '' : sayDuration(rung.ms)}</span>
    </li>
  )
}

/** When it was looked at last, and a way to look now. */
function Check({ at }: { readonly at: number }): ReactNode {
  const busy = useShellState((state) => state.looked?.busy === true)
  return (
    <>
      <span className="sm t3">{busy ? sayService.checking : <Ago at={at} />}</span>
      <CheckAgain small />
    </>
  )
}

function Ago({ at }: { readonly at: number }): ReactNode {
  const connected = useShellState((state) => state.connected)
  const now = useSecond()
  return connected ? sayService.checked(Math.max(0, now - at)) : sayService.notChecked(at)
}
