import type { ReactNode } from 'react'
import type { ServiceView, TierView } from '../../../main/model/snapshot.ts'
import { Checkbox } from '../../parts/switch.tsx'
import { sayLogs } from '../../words/logs.ts'
import { ServiceMark } from './mark.tsx'

/** Whose lines are in the stream, by tier. */
export function Pick(props: {
  readonly tiers: readonly TierView[]
  readonly services: ReadonlyMap<string, ServiceView>
  readonly chosen: readonly string[]
  readonly signs: ReadonlyMap<string, number>
  readonly countOf: (service: string) => number
  readonly onChoose: (services: readonly string[]) => void
}): ReactNode {
  const { tiers, services, chosen, onChoose } = props
  const all = tiers.flatMap((tier) => tier.services.filter((id) => services.has(id)))
  const set = (ids: readonly string[], on: boolean): void =>
    onChoose(all.filter((id) => (ids.includes(id) ? on : chosen.includes(id))))
  return (
    <aside className="pick" aria-label={sayLogs.pick}>
      <div className="pickall">
        <button type="button" className="link" onClick={() => onChoose(all)}>
          {sayLogs.all}
        </button>
        <button type="button" className="link" onClick={() => onChoose([])}>
          {sayLogs.none}
        </button>
      </div>
      {tiers.map((tier) => {
        const own = tier.services.filter((id) => services.has(id))
        const isWhole = own.every((id) => chosen.includes(id))
        return own.length === 0 ? null : (
          <fieldset key={tier.id} aria-label={tier.title}>
            <h2>
              <button
                type="button"
                className="tierpick"
                aria-pressed={isWhole}
                title={sayLogs.allOf(tier.title)}
                onClick={() => set(own, !isWhole)}
              >
                {tier.title}
              </button>
            </h2>
            {own.map((id) => {
              const title = services.get(id)?.title ?? id
              const isChosen = chosen.includes(id)
              const count = props.countOf(id)
              const sign = props.signs.get(id)
              return (
                <div className="pickrow" key={id}>
                  <Checkbox label={title} on={isChosen} onChange={(on) => set([id], on)} />
                  {isChosen && count > 0 ? (
                    <span className="n">
                      {sayLogs.count(count)}
                      <span className="vh">{sayLogs.countSays(count)}</span>
                    </span>
                  ) : null}
                  {isChosen && sign !== undefined ? <ServiceMark index={sign} /> : <span className="rune" />}
                </div>
              )
            })}
          </fieldset>
        )
      })}
    </aside>
  )
}
