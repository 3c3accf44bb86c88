import { memo, type ReactNode } from 'react'
import { asksToStop, createdBy, isOn, meant, toggleOfAll } from '../../../main/model/may.ts'
import { stateWords } from '../../../main/model/say.ts'
import type { ServiceView, Snapshot, TierView } from '../../../main/model/snapshot.ts'
import { StateShape } from '../../parts/state-shape.tsx'
import { ownPress } from '../../parts/own-press.ts'
import { Icon } from '../../parts/icon.tsx'
import { useActions, useShell, useShellState, useTier } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayServices } from '../../words/services.ts'
import { useRowLabel } from './row-label.ts'

function inTier(snapshot: Snapshot | null, tier: string): readonly ServiceView[] {
  return snapshot?.services.filter((view) => view.tier === tier) ?? []
}

/** A tier's head: its addresses, how it stands, one button. */
export const TierRow = memo(function TierRow(props: {
  readonly id: string
  readonly open: boolean
  readonly onToggle: (tier: string) => void
}): ReactNode {
  const tier = useTier(props.id)
  const actions = useActions()
  const dockerUp = useShellState((state) => state.connected && state.shown?.docker.kind === 'up')
  // Then the summary says once that nothing is known.
  const dockerDown = useShellState((state) => state.shown?.docker.kind === 'down')
  const { store } = useShell()
  // A text, so that equal answers are equal.
  const toggle = useShellState((state) => {
    const views = inTier(state.shown, props.id)
    // Stopping goes service by service: until the last is done the button neither turns nor can be pressed.
    const stopping = state.runs.some(
      ({ verb, services }) =>
        verb === 'stop' &&
        views.some(({ id }) => services.includes(id)) &&
        views.every((view) => !isOn(view) || services.includes(view.id)),
    )
    if (stopping) return 'stop waits'
    const { verb, can } = toggleOfAll(views)
    const ids = meant(views, views[0]?.tier ?? 'all', verb)
    const asks =
      verb === 'start' ? createdBy(views, ids).length > 0 : asksToStop(state.shown?.services ?? [], ids)
    return `${verb}${asks ? ' asks' : ''} ${can ? 'can' : 'waits'}` as const
  })
  const label = useRowLabel<HTMLHeadingElement>(tier === undefined ? '' : `${tier.title}: ${tier.says}`)
  if (tier === undefined) return null
  const { title } = tier
  const stops = toggle.startsWith('stop')
  const press = (): void => {
    const ids = meant(inTier(store.getState().shown, props.id), tier.id, stops ? 'stop' : 'start')
    if (stops) actions.stop(ids, title)
    else actions.start(ids)
  }
  return (
    <>
      {/* For the pointer: the keyboard has the arrows of the row, which says itself whether it is open. */}
      <button
        type="button"
        className="ib"
        tabIndex={-1}
        aria-label={sayServices.fold(title, props.open)}
        {...ownPress(() => props.onToggle(props.id))}
      >
        <Icon name={props.open ? 'down' : 'right'} />
      </button>
      <h2 ref={label}>{title}</h2>
      <span className="mono sm">{tier.addresses}</span>
      <span className="sum">
        {tier.state === 'works' ? null : <StateShape state={tier.state} quiet />}
        <span className="cut" title={tier.says}>
          {tier.state === 'unknown' ? dockerDown ? '' : stateWords.unknown : <Says tier={tier} />}
        </span>
      </span>
      {tier.state === 'not set up' && !toggle.endsWith('can') ? (
        <button type="button" className="btn btn-s" {...ownPress(() => actions.go({ view: 'wizard' }))}>
          {sayServices.setUp}
        </button>
      ) : (
        <button
          type="button"
          className="btn btn-s"
          disabled={!dockerUp || !toggle.endsWith('can')}
          aria-label={stops ? sayServices.stopNamed(title) : sayServices.startNamed(title)}
          {...ownPress(press)}
        >
          {sayCommon.asking(stops ? sayServices.stop : sayServices.start, toggle.includes(' asks'))}
        </button>
      )}
    </>
  )
})

/** How it stands; why it is not set up gives way first where there is little room. */
function Says({ tier }: { readonly tier: TierView }): ReactNode {
  const word = stateWords[tier.state]
  if (tier.state !== 'not set up' || !tier.says.startsWith(word)) return tier.says
  return (
    <>
      {word}
      <span className="because">{tier.says.slice(word.length)}</span>
    </>
  )
}
