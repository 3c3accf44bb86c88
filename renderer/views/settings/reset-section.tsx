import { useState, type ReactNode } from 'react'
import type { LedgerEntry } from '../../../main/model/change.ts'
import type { SettingsView } from '../../../main/model/service.ts'
import { Button } from '../../parts/button.tsx'
import { DangerButtons } from '../../parts/danger-buttons.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { useActions, useShell } from '../../store/use-shell.ts'
import { sayChanges } from '../../words/changes.ts'
import { saySettings } from '../../words/settings.ts'
import { openEntries } from '../../../main/model/say-change.ts'
import { UndoDialog } from '../changes/undo-dialog.tsx'
import { Row, Section } from './rows.tsx'

/** The ways back: of the settings, of the machine, and through set-up again. */
export function ResetSection({ view }: { readonly view: SettingsView }): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const [asks, setAsks] = useState<'reset' | readonly LedgerEntry[] | null>(null)
  const words = saySettings.reset
  const reset = (): void => {
    setAsks(null)
    shell.request('resetSettings', {}).then(
      (settings) => shell.store.setState({ settings }),
      (error: unknown) => actions.failed(saySettings.notSaved, error),
    )
  }
  const askUndo = (): void => {
    shell.request('ledger', {}).then(
      (entries) => setAsks(openEntries(entries)),
      (error: unknown) => actions.failed(sayChanges.unread, error),
    )
  }
  return (
    <Section title={saySettings.sections.reset}>
      <Row label={words.settings}>
        <Button onPress={() => setAsks('reset')}>{words.button}</Button>
      </Row>
      <Row label={words.machine} hint={words.undoHint}>
        <Button kind="danger" onPress={askUndo}>
          {words.undo}
        </Button>
      </Row>
      <Row label={words.setup} hint={words.againHint}>
        <Button onPress={() => actions.go({ view: 'wizard', step: 'docker' })}>{words.again}</Button>
      </Row>
      {asks === 'reset' ? (
        <Dialog
          title={words.title}
          onClose={() => setAsks(null)}
          buttons={<DangerButtons go={words.doIt} onGo={reset} onKeep={() => setAsks(null)} />}
        >
          <p>{words.says}</p>
          <p>{words.names(view.defaults.suffix)}</p>
          <p>{words.kept}</p>
        </Dialog>
      ) : null}
      {asks !== null && asks !== 'reset' ? (
        <UndoDialog entries={asks} all onClose={() => setAsks(null)} />
      ) : null}
    </Section>
  )
}
