import type { ReactNode } from 'react'
import type { Problem } from '../../../main/model/problems.ts'
import { Button } from '../../parts/button.tsx'
import { CheckAgain } from '../../parts/check-again.tsx'
import { Copy } from '../../parts/copy.tsx'
import { DeedButton } from '../../parts/deed.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { Strip, three } from '../../parts/strip.tsx'
import type { Note } from '../../store/state.ts'
import { useSecond } from '../../store/minute.ts'
import { isBrowser } from '../../store/state.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayShell } from '../../words/shell.ts'
import { sayServices, sayStrip } from '../../words/services.ts'
import { AlertStrip } from './alert-strip.tsx'
import { explain } from './choose.ts'
import { pageProblem } from './list-keys.ts'
import { ServiceStrip } from './service-strip.tsx'

/** The strip of the home view: the selected row, else the worst problem, else what one can do here. */
export function Explanation(): ReactNode {
  const snapshot = useShellState((state) => state.shown)
  const selected = useShellState((state) => state.selected)
  const problem = useShellState((state) => state.problem)
  const note = useShellState((state) => state.note)
  const lostAt = useShellState((state) => state.lostAt)
  if (lostAt !== null) return <LostStrip since={lostAt} />
  if (snapshot === null) return <Waiting />
  const explained = explain({ snapshot, selected, problem, note })
  switch (explained.kind) {
    case 'note':
      return <NoteStrip note={explained.note} />
    case 'problem':
      return <ProblemStrip {...explained} />
    case 'service':
      return <ServiceStrip view={explained.view} snapshot={snapshot} />
    case 'alert':
      return <AlertStrip view={explained.view} alert={explained.alert} />
    case 'off':
      return explained.ever ? <OffStrip /> : <FirstStrip />
    case 'calm':
      return <CalmStrip reachable={explained.reachable} />
  }
}

/** While nothing is known the strip keeps its place. */
function Waiting(): ReactNode {
  return <section className="strip" aria-label={sayStrip.label} data-region="strip" tabIndex={-1} />
}

/** The engine is gone; what is shown was true before. */
function LostStrip({ since }: { readonly since: number }): ReactNode {
  const now = useSecond()
  const browser = useShellState(isBrowser)
  const seconds = Math.max(0, Math.round((now - since) / 1000))
  return (
    <Strip
      label={sayStrip.label}
      state="unknown"
      title={sayShell.lost}
      beside=""
      cells={three(
        browser ? sayShell.endedWhat(seconds) : sayShell.lostWhat(seconds),
        browser ? sayShell.endedWhy : sayShell.lostWhy,
        browser ? sayShell.endedTodo : sayShell.lostTodo,
      )}
      buttons={
        browser ? (
          <Copy text={sayShell.uiCommand} what={sayShell.uiCommand} button={sayStrip.copyCommand} />
        ) : undefined
      }
    />
  )
}

function NoteStrip({ note }: { readonly note: Note }): ReactNode {
  const actions = useActions()
  return (
    <Strip
      label={sayStrip.label}
      state={note.kind === 'failed' ? 'failed' : 'degraded'}
      title={note.title}
      beside={sayStrip.notes[note.kind]}
      cells={three(
        note.what,
        note.why,
        note.command === undefined ? note.todo : <code>{sayStrip.inTerminal(note.command)}</code>,
      )}
      pager={<IconButton icon="x" label={sayCommon.dismiss} onPress={() => actions.tell(null)} />}
      buttons={
        <>
          {note.command === undefined ? null : (
            <Copy text={note.command} what={note.command} button={sayStrip.copyCommand} />
          )}
          <Button onPress={() => actions.tell(null)}>{sayCommon.close}</Button>
        </>
      }
    />
  )
}

function ProblemStrip(props: {
  readonly problem: Problem
  readonly at: number
  readonly of: number
}): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const { problem, at, of } = props
  const { headline, service } = problem
  const { fix } = headline
  const hits = problem.hits.length === 0 ? '' : `, ${sayStrip.hits(problem.hits)}`
  const manual = fix?.action.kind === 'none'
  return (
    <Strip
      label={sayStrip.label}
      state={problem.state}
      title={problem.title}
      beside={`${sayStrip.problem(at, of)}${hits}`}
      cells={three(headline.what, headline.why, headline.todo)}
      pager={
        of < 2 ? null : (
          <>
            <IconButton
              icon="left"
              label={sayStrip.previous}
              onPress={() => pageProblem({ shell, actions }, -1)}
            />
            <IconButton
              icon="right"
              label={sayStrip.next}
              onPress={() => pageProblem({ shell, actions }, 1)}
            />
          </>
        )
      }
      buttons={
        <>
          {fix === undefined || manual ? (
            <CheckAgain kind={service === undefined ? 'primary' : 'normal'} />
          ) : (
            <DeedButton of={fix.label} kind="primary" label={fix.label} onPress={() => actions.fix(fix)}>
              {sayStrip.shortly(fix.label, problem.title)}
            </DeedButton>
          )}
          {fix !== undefined && (service === undefined || manual) ? (
            <Copy text={fix.command} what={fix.command} button={sayStrip.copyCommand} />
          ) : service === undefined ? null : fix?.action.kind === 'logs' ? (
            <>
              <Button onPress={() => actions.restart([service])}>{sayStrip.restart}</Button>
              <Button onPress={() => actions.go({ view: 'services', service })}>{sayStrip.details}</Button>
            </>
          ) : (
            <Button onPress={() => actions.go({ view: 'logs', service })}>{sayStrip.showLog}</Button>
          )}
        </>
      }
    />
  )
}

function FirstStrip(): ReactNode {
  const actions = useActions()
  return (
    <Strip
      label={sayStrip.label}
      state="stopped"
      title={sayStrip.firstTitle}
      beside={sayStrip.firstBeside}
      cells={three(sayStrip.firstWhat, sayStrip.firstWhy, sayStrip.firstTodo)}
      buttons={
        <>
          <Button kind="primary" onPress={() => actions.go({ view: 'wizard' })}>
            {sayServices.setUp}
          </Button>
          <Button onPress={actions.startAll}>{sayServices.startAll}</Button>
        </>
      }
    />
  )
}

function OffStrip(): ReactNode {
  const actions = useActions()
  return (
    <Strip
      label={sayStrip.label}
      state="stopped"
      title={sayStrip.offTitle}
      beside=""
      cells={three(sayStrip.offWhat, sayStrip.offWhy, sayStrip.offTodo)}
      buttons={
        <Button kind="primary" onPress={actions.startAll}>
          {sayServices.startAll}
        </Button>
      }
    />
  )
}

function CalmStrip({ reachable }: { readonly reachable: number }): ReactNode {
  const mac = useShellState((state) => state.about?.platform === 'darwin')
  return (
    <Strip
      label={sayStrip.label}
      state="works"
      title={sayStrip.calm}
      beside={sayStrip.calmBeside(reachable)}
      cells={[
        { head: sayStrip.calmChoose, body: sayStrip.calmChooseSays },
        { head: sayStrip.calmRun, body: sayStrip.calmRunSays(sayShell.findKey(mac)) },
        { head: sayStrip.calmKeys, body: sayStrip.calmKeysSays },
      ]}
      buttons={<CheckAgain />}
    />
  )
}
