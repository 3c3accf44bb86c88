import type { ReactNode } from 'react'
import { inUse, toggleOf } from '../../../main/model/may.ts'
import { pickEndpoint } from '../../../main/model/open.ts'
import { sayDay, sayDuration, stateWords } from '../../../main/model/say.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Strip, three, type StripCell } from '../../parts/strip.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayServices, sayStrip } from '../../words/services.ts'

/** A service without a problem of its own: where it is, how it answers, what it is tied to. */
export function ServiceStrip({
  view,
  snapshot,
}: {
  readonly view: ServiceView
  readonly snapshot: Snapshot
}): ReactNode {
  const actions = useActions()
  const titles = (ids: readonly string[]): readonly string[] =>
    ids.map((id) => snapshot.services.find((one) => one.id === id)?.title ?? id)
  const usedBy = snapshot.services.filter((one) => one.uses.includes(view.id)).map(({ title }) => title)
  const used = inUse(view)
  const toggle = toggleOf(view)
  return (
    <Strip
      label={sayStrip.label}
      state={view.state}
      title={view.title}
      beside={view.purpose}
      cells={cellsOf(view, titles, usedBy)}
      buttons={
        <>
          {toggle.verb === 'start' && toggle.can ? (
            <Button
              kind="primary"
              label={sayServices.startNamed(view.title)}
              onPress={() => actions.start([view.id])}
            >
              {sayCommon.asking(sayServices.start, view.creates !== undefined)}
            </Button>
          ) : view.state === 'not set up' && view.cluster !== 'found' ? (
            <Button kind="primary" onPress={() => actions.go({ view: 'wizard' })}>
              {sayServices.setUp}
            </Button>
          ) : used?.opens === true ? (
            <Button kind="primary" onPress={() => actions.open(view.id)}>
              {sayStrip.open}
            </Button>
          ) : (
            <Button disabled={used === undefined} onPress={() => actions.copyAddress(view)}>
              {sayStrip.copyAddress}
            </Button>
          )}
          <Button onPress={() => actions.go({ view: 'services', service: view.id })}>
            {sayStrip.details}
          </Button>
        </>
      }
    />
  )
}

function cellsOf(
  view: ServiceView,
  titles: (ids: readonly string[]) => readonly string[],
  usedBy: readonly string[],
): readonly StripCell[] {
  switch (view.state) {
    case 'stopped':
      return three(sayStrip.stoppedWhat(view.title), sayStrip.stoppedWhy, sayStrip.stoppedTodo(view.title))
    case 'starting':
    case 'stopping':
      return three(
        view.headline?.what ?? sayStrip.movingWhat(view.title, stateWords[view.state]),
        view.headline?.why || sayStrip.movingWhy,
        view.headline?.todo || sayStrip.movingTodo,
      )
    case 'not set up':
    case 'unknown':
    case 'failed':
    case 'degraded':
      return three(
        view.headline?.what ?? `${view.title}: ${stateWords[view.state]}.`,
        view.headline?.why ?? view.reason,
        view.headline?.todo ?? '',
      )
    case 'works':
      return worksCells(view, titles, usedBy)
  }
}

function worksCells(
  view: ServiceView,
  titles: (ids: readonly string[]) => readonly string[],
  usedBy: readonly string[],
): readonly StripCell[] {
  const endpoint = pickEndpoint(view, undefined)
  const used = inUse(view)
  const others = endpoint?.accesses.filter(
    (access) => access.works && access !== used?.access && access.kind !== 'direct',
  )
  const other = others?.find((access) => access.kind === 'address') ?? others?.[0]
  const name = endpoint?.ladder.find((rung) => rung.id === 'name' && rung.state === 'ok')?.ms
  const answer = sayDuration(view.answerMs ?? 0)
  const on = titles([...view.needs, ...view.uses])
  return [
    {
      head: sayStrip.address,
      body: (
        <>
          <span className={used?.opens === true ? 'busy' : undefined}>
            {used?.access.url ?? view.address}
          </span>
          <br />
          {other === undefined ? sayStrip.onlyWay : sayStrip.worksToo(other.url)}
        </>
      ),
    },
    {
      head: sayStrip.lastAnswer,
      body: (
        <>
          {name === undefined ? sayStrip.answerTook(answer) : sayStrip.nameTook(sayDuration(name), answer)}
          <br />
          {view.since === undefined ? '' : sayStrip.upSince(sayDay(view.since, Date.now()))}
        </>
      ),
    },
    {
      head: sayStrip.dependsOn,
      body: (
        <>
          {on.length === 0 ? sayStrip.needsNothing : sayStrip.needs(on)}
          <br />
          {sayStrip.neededBy(titles(view.neededBy), usedBy, view.title)}
        </>
      ),
    },
  ]
}
