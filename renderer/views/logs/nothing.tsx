import type { ReactNode } from 'react'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { EngineFix } from '../../parts/engine-fix.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayLogs } from '../../words/logs.ts'

export interface NothingProps {
  readonly snapshot: Snapshot
  readonly chosen: readonly string[]
  readonly names: string
  /** Lines that are kept, and their size. */
  readonly lines: number
  readonly bytes: number
  /** What is looked for, when only finds are shown. */
  readonly text: string
  readonly opening: boolean
  /** All lines are of our own checks, and hidden. */
  readonly own: boolean
  readonly onOwn: () => void
  readonly onAll: () => void
  readonly onAllLevels: () => void
}

/** Why no line is shown, and what can be done about it. */
export function Nothing(props: NothingProps): ReactNode {
  const actions = useActions()
  const { snapshot, lines } = props
  const { docker } = snapshot
  if (lines > 0 && props.own)
    return (
      <Empty title={sayLogs.onlyOwn} says={sayLogs.onlyOwnSays(lines)}>
        <Button small onPress={props.onOwn}>
          {sayLogs.showOwn}
        </Button>
      </Empty>
    )
  if (lines > 0 && props.text !== '')
    return (
      <Empty
        title={sayLogs.noneMatches(props.text)}
        says={sayLogs.noneMatchesSays(props.chosen.length, props.bytes)}
      >
        <Button small onPress={props.onAll}>
          {sayLogs.searchAll}
        </Button>
      </Empty>
    )
  if (lines > 0)
    return (
      <Empty title={sayLogs.noneOfLevel} says={sayLogs.noneOfLevelSays(lines)}>
        <Button small onPress={props.onAllLevels}>
          {sayLogs.showAll}
        </Button>
      </Empty>
    )
  if (docker.kind !== 'up') {
    const { headline } = snapshot.causes.find((cause) => cause.id === 'docker') ?? {}
    return (
      <Empty title={sayLogs.docker} says={[headline?.why, headline?.todo].filter(Boolean).join(' ')}>
        <EngineFix kind="primary" />
      </Empty>
    )
  }
  if (!snapshot.services.some((view) => view.since !== undefined) && props.chosen.length === 0)
    return (
      <Empty title={sayLogs.nothingRuns} says={sayLogs.nothingRunsSays}>
        <Button kind="primary" onPress={actions.startAll}>
          {sayLogs.startAll}
        </Button>
      </Empty>
    )
  if (props.chosen.length === 0)
    return <Empty title={sayLogs.nothingChosen} says={sayLogs.nothingChosenSays} />
  return (
    <Empty
      title={props.opening ? sayLogs.opening : sayLogs.noLine}
      says={props.opening ? '' : sayLogs.noLineSays(props.names)}
    />
  )
}
