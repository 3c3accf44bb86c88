import { useEffect, useState, type ReactNode } from 'react'
import {
  checkGroups,
  checkStates,
  findingsOf,
  sayChecks,
  type CheckResult,
} from '../../../main/model/check.ts'
import type { LedgerEntry } from '../../../main/model/change.ts'
import { Button } from '../../parts/button.tsx'
import { Empty, ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { Choice } from '../../parts/tabs.tsx'
import { examine } from '../../store/checks.ts'
import { useAsked } from '../../store/use-asked.ts'
import { useShell, useShellState } from '../../store/use-shell.ts'
import { sayDoctor } from '../../words/doctor.ts'
import { UndoDialog } from '../changes/undo-dialog.tsx'
import { undoableOf } from '../changes/entries.ts'
import { Finding } from './finding.tsx'
import { ReportDialog } from './report-dialog.tsx'
import './doctor.css'

/** The doctor: the findings first, then every check by its group. */
export function DoctorView(): ReactNode {
  const shell = useShell()
  const checked = useShellState((state) => state.checked)
  const { value: ledger, quietly: readLedger } = useAsked('ledger')
  const [show, setShow] = useState<'findings' | 'all'>('all')
  const [dialog, setDialog] = useState<'report' | readonly LedgerEntry[] | null>(null)
  useEffect(() => void examine(shell), [shell])
  const again = (): void => {
    readLedger()
    void examine(shell)
  }

  const checks = checked?.checks ?? []
  const findings = findingsOf(checks)
  const seen = checked !== null && checked.at > 0
  const busy = checked?.busy ?? true
  const unread = !seen && !busy && checked?.trouble !== undefined
  const undoOf = (check: CheckResult): readonly LedgerEntry[] => undoableOf(ledger ?? [], check.changes ?? [])
  const summary = seen
    ? sayDoctor.summary(checks.length - findings.length, checks.length, checked.tookMs, checked.at)
    : unread
      ? sayDoctor.unreadSays
      : sayDoctor.lookingSays
  return (
    <main className="page doctor" aria-busy={busy}>
      <div className="bar-t" data-region="top">
        <StateShape
          state={seen ? checkStates[findings[0]?.result ?? 'ok'] : unread ? 'failed' : 'starting'}
          quiet
        />
        <div className="grow">
          <h1>{seen ? sayDoctor.head(findings.length) : unread ? sayDoctor.unread : sayDoctor.looking}</h1>
          <p className="cut" aria-live="polite">
            {seen && busy ? sayDoctor.again(summary) : summary}
          </p>
        </div>
        <Choice
          label={sayDoctor.show}
          options={[
            { id: 'findings', text: sayDoctor.findings },
            { id: 'all', text: sayDoctor.all },
          ]}
          chosen={show}
          onChoose={setShow}
        />
        <Button icon="copy" disabled={!seen} onPress={() => setDialog('report')}>
          {sayDoctor.copyReport}
        </Button>
        <Button icon="restart" disabled={busy} onPress={again}>
          {sayDoctor.checkAgain}
        </Button>
      </div>
      <div className="scroll" data-region="list" tabIndex={-1}>
        {checked?.trouble === undefined ? null : <ErrorNote trouble={checked.trouble} />}
        {seen || unread ? null : (
          <div className="looking">
            <Progress label={sayDoctor.looking} part={undefined} />
          </div>
        )}
        {findings.length > 0 ? (
          <section className="group">
            <h2>
              {sayDoctor.findings}
              <span className="t2">{sayDoctor.worstFirst}</span>
            </h2>
            {findings.map((check, index) => (
              <Finding
                // A check may have several findings; what was found tells them apart.
                key={`${check.id} ${check.what}`}
                check={check}
                first={index === 0}
                undo={undoOf(check)}
                onUndo={setDialog}
              />
            ))}
          </section>
        ) : null}
        {seen && findings.length === 0 && show === 'findings' ? (
          <Empty title={sayDoctor.nothing} says={sayDoctor.nothingSays(checks.length)} />
        ) : null}
        {show === 'all'
          ? checkGroups.map(({ id, title }) => (
              <Group
                key={id}
                title={title}
                checks={checks.filter((check) => check.group === id)}
                undoOf={undoOf}
                onUndo={setDialog}
              />
            ))
          : null}
      </div>
      {dialog === 'report' && checked ? (
        <ReportDialog checked={checked} onClose={() => setDialog(null)} />
      ) : null}
      {dialog !== null && dialog !== 'report' ? (
        <UndoDialog entries={dialog} onClose={() => setDialog(null)} />
      ) : null}
    </main>
  )
}

function Group(props: {
  readonly title: string
  readonly checks: readonly CheckResult[]
  readonly undoOf: (check: CheckResult) => readonly LedgerEntry[]
  readonly onUndo: (entries: readonly LedgerEntry[]) => void
}): ReactNode {
  const { checks } = props
  if (checks.length === 0) return null
  return (
    <section className="group">
      <h2>
        {props.title}
        <span className="t2">{sayChecks(checks)}</span>
      </h2>
      {checks.map((check, index) => {
        const undo = props.undoOf(check)
        return (
          <div className="item" key={`${check.id} ${check.what}`}>
            <StateShape state={checkStates[check.result]} />
            {/* Checks of one kind follow each other; their title is said once. */}
            <span className="cut">
              <span className={checks[index - 1]?.title === check.title ? 'vh' : ''}>{check.title}</span>
            </span>
            <span className="res cut" title={check.what}>
              {check.what}
            </span>
            {undo.length > 0 && check.result === 'ok' ? (
              <Button kind="quiet" label={sayDoctor.undoOf(check.title)} onPress={() => props.onUndo(undo)}>
                {sayDoctor.undo}
              </Button>
            ) : (
              <span />
            )}
          </div>
        )
      })}
    </section>
  )
}
