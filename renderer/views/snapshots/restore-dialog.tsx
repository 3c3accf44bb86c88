import { useState, type ReactNode } from 'react'
import type { BackupListed } from '../../../main/model/backup.ts'
import { DangerButtons } from '../../parts/danger-buttons.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { saySnapshots as say } from '../../words/snapshots.ts'
import { ChoiceLine, PassphraseLine } from './form-lines.tsx'
import { beginRestore } from './work.ts'

/** Says what a restore replaces and where that goes, and asks; for the passphrase too, where there is one. */
export function RestoreDialog({ listed }: { readonly listed: BackupListed }): ReactNode {
  const actions = useActions()
  const shell = useShell()
  const suffix = useShellState((state) => state.settings?.settings.suffix)
  const [secrets, setSecrets] = useState<'keep' | 'restore'>()
  const [passphrase, setPassphrase] = useState('')
  const [tried, setTried] = useState(false)
  const { name, manifest } = listed
  const close = (): void => actions.ask(null)
  if (!manifest) return null
  const encrypted = manifest.secrets === 'encrypted'
  const restore = (): void => {
    setTried(true)
    if (encrypted && (secrets === undefined || (secrets === 'restore' && passphrase === ''))) return
    close()
    actions.go({ view: 'snapshots' })
    beginRestore({ shell, actions }, name, encrypted && secrets === 'restore' ? passphrase : undefined)
  }
  return (
    <Dialog
      wide
      title={say.restoreTitle(name)}
      onClose={close}
      buttons={<DangerButtons go={say.restoreGo} onGo={restore} onKeep={close} />}
    >
      <p>
        {say.restoreWhat(
          manifest.services.map(({ title }) => title),
          say.when(Date.parse(manifest.at)),
        )}
      </p>
      <p>{say.restoreHow}</p>
      <p>{say.restoreAside}</p>
      {suffix === undefined || suffix === manifest.suffix ? null : (
        <p>{say.restoreOther(manifest.suffix, suffix)}</p>
      )}
      {encrypted ? (
        <div className="snapform">
          <ChoiceLine
            label={say.secrets}
            options={[
              ['keep', say.keepHere],
              ['restore', say.restoreThem],
            ]}
            chosen={secrets}
            onChoose={setSecrets}
            wrong={tried && secrets === undefined ? say.chooseRestore : ''}
          />
          {secrets === 'restore' ? (
            <PassphraseLine
              label={say.passphrase}
              value={passphrase}
              onChange={setPassphrase}
              onEnter={restore}
              wrong={tried && passphrase === '' ? say.needed : undefined}
            />
          ) : null}
        </div>
      ) : null}
    </Dialog>
  )
}
