import { memo, type ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { stateWords } from '../../../main/model/say.ts'
import { StateShape } from '../../parts/state-shape.tsx'
import { ownPress } from '../../parts/own-press.ts'
import { Icon } from '../../parts/icon.tsx'
import { useActions, useShellState, useTier } from '../../store/use-shell.ts'
import { sayServices } from '../../words/services.ts'
import { canStart, canStop } from './may.ts'

/** A tier's head: its addresses, how it stands, one button. */
export const TierRow = memo(function TierRow(props: {
  readonly id: string
  readonly open: boolean
}): ReactNode {
  const tier = useTier(props.id)
  const actions = useActions()
  const dockerUp = useShellState((state) => state.connected && state.shown?.docker.kind === 'up')
  const running = useShellState(
    (state) => state.shown?.services.some((view) => view.tier === props.id && canStop(view)) === true,
  )
  const startable = useShellState(
    (state) => state.shown?.services.some((view) => view.tier === props.id && canStart(view)) === true,
  )
  if (tier === undefined) return null
  const { title, services } = tier
  return (
    <>
      <AriaButton slot="chevron" className="ib">
        <Icon name={props.open ? 'down' : 'right'} />
      </AriaButton>
      <h2>{title}</h2>
      <span className="mono sm">{tier.addresses}</span>
      <span className="sum">
        {tier.state === 'works' ? null : <StateShape state={tier.state} quiet />}
        <span className="cut" title={tier.says}>
          {tier.state === 'unknown' ? stateWords.unknown : tier.says}
        </span>
      </span>
      {tier.state === 'not set up' && !startable ? (
        <button type="button" className="btn btn-s" {...ownPress(() => actions.go({ view: 'wizard' }))}>
          {sayServices.setUp}
        </button>
      ) : (
        <button
          type="button"
          className="btn btn-s"
          disabled={!dockerUp || services.length === 0}
          aria-label={running ? sayServices.stopNamed(title) : sayServices.startNamed(title)}
          {...ownPress(() => (running ? actions.stop(services, title) : actions.start(services)))}
        >
          {running ? sayServices.stop : sayServices.start}
        </button>
      )}
    </>
  )
})
