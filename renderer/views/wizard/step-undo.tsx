import { useState, type ReactNode } from 'react'
import type { LedgerEntry } from '../../../main/model/change.ts'
import type { WizardStep } from '../../../main/model/wizard.ts'
import { Button } from '../../parts/button.tsx'
import { useActions, useShell } from '../../store/use-shell.ts'
import { sayChanges } from '../../words/changes.ts'
import { sayWizard } from '../../words/wizard.ts'
import { openEntries } from '../../../main/model/say-change.ts'
import { UndoDialog } from '../changes/undo-dialog.tsx'

/** Takes back what a step brought, when the ledger has something of it. */
export function StepUndo({ step }: { readonly step: WizardStep }): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const [entries, setEntries] = useState<readonly LedgerEntry[] | null>(null)
  if (step.undo.length === 0) return null
  const ask = (): void => {
    shell.request('ledger', {}).then(
      (all) => setEntries(openEntries(all).filter((entry) => step.undo.includes(entry.id))),
      (error: unknown) => actions.failed(sayChanges.unread, error),
    )
  }
  return (
    <div>
      <Button small icon="undo" onPress={ask}>
        {sayWizard.undo}
      </Button>
      {entries === null ? null : <UndoDialog entries={entries} onClose={() => setEntries(null)} />}
    </div>
  )
}
