import type { ReactNode } from 'react'
import { asksToStop, inUse, may, toggleOf } from '../../../main/model/may.ts'
import { pickEndpoint } from '../../../main/model/open.ts'
import { sentence, stateWords } from '../../../main/model/say.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { EngineFix } from '../../parts/engine-fix.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayActivity } from '../../words/activity.ts'
import { sayCommon } from '../../words/common.ts'
import { sayService } from '../../words/service.ts'

/** What it is doing in one sentence: its trouble, else what it is for. */
export function sayHead(view: ServiceView): string {
  if (view.headline) return sentence(view.headline.what)
  switch (view.state) {
    case 'works':
      return sentence(view.purpose)
    case 'stopped':
    case 'not set up':
      return `${capital(stateWords[view.state])}. ${sentence(view.purpose)}`
    case 'degraded':
    case 'starting':
    case 'stopping':
    case 'failed':
    case 'unknown':
      return sentence(capital(view.reason === '' ? stateWords[view.state] : view.reason))
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The service's name, its state, and what can be done with it. */
export function Head({
  snapshot,
  view,
}: {
  readonly snapshot: Snapshot
  readonly view: ServiceView
}): ReactNode {
  const actions = useActions()
  const { id, title, state } = view
  const endpoint = pickEndpoint(view, undefined)
  const off = state === 'stopped' || state === 'not set up'
  const asks = asksToStop(snapshot.services, [id])
  const toggle = toggleOf(view)
  // Nothing of it can be started or stopped then; what can be done is to bring the engine.
  const down = snapshot.docker.kind === 'down'
  const isFound = view.cluster === 'found'
  return (
    <div className="bar-t svchead">
      <IconButton icon="left" label={sayService.back} onPress={() => actions.go({ view: 'services' })} />
      <StateShape state={state} />
      <div className="grow">
        <h1 dir="auto">{title}</h1>
        <p className="cut" title={sayHead(view)}>
          {sayHead(view)}
        </p>
      </div>
      <div className="acts flex">
        <Button icon="logs" onPress={() => actions.go({ view: 'logs', service: id })}>
          {sayService.logs}
        </Button>
        <Button
          icon="activity"
          label={sayActivity.of(title)}
          onPress={() => actions.go({ view: 'activity', service: id })}
        >
          {sayActivity.title}
        </Button>
        {state === 'not set up' || isFound ? null : (
          <Button icon="restart" disabled={!may('restart', view)} onPress={() => actions.restart([id])}>
            {sayService.restart}
          </Button>
        )}
        {down ? (
          <EngineFix kind="primary" />
        ) : isFound || (state === 'not set up' && view.cluster === undefined) ? null : toggle.verb ===
          'start' ? (
          <Button icon="play" kind="primary" disabled={!toggle.can} onPress={() => actions.start([id])}>
            {sayCommon.asking(sayService.start, view.creates !== undefined)}
          </Button>
        ) : (
          <Button icon="stop" disabled={!toggle.can} onPress={() => actions.stop([id], title)}>
            {sayCommon.asking(sayService.stop, asks)}
          </Button>
        )}
        {endpoint?.opens === true && !off && !down ? (
          <Button
            icon="open"
            // One primary button a view: what does not run is started first.
            kind={toggle.verb === 'start' ? 'normal' : 'primary'}
            disabled={inUse(view) === undefined}
            onPress={() => actions.open(id)}
          >
            {sayService.open}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
