import type { ReactNode } from 'react'
import type { BackupListed } from '../../../main/model/backup.ts'
import { sayContent } from '../../../main/model/say-backup.ts'
import { Button } from '../../parts/button.tsx'
import { DangerButtons } from '../../parts/danger-buttons.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import type { Asking } from '../../store/state.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { saySnapshots as say } from '../../words/snapshots.ts'
import { CreateDialog } from './create-dialog.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { beginBack, beginCheck, isBackupRun } from './work.ts'
import './snapshots.css'

type About = Extract<Asking, { kind: 'snapshot' }>['about']

/** The questions about snapshots in files. */
export function SnapshotDialog({ about }: { readonly about: About }): ReactNode {
  switch (about.does) {
    case 'create':
      return <CreateDialog again={about.name} />
    case 'show':
      return <ShowDialog listed={about.listed} />
    case 'restore':
      return <RestoreDialog listed={about.listed} />
    case 'delete':
      return <DeleteDialog listed={about.listed} />
    case 'back':
      return <BackDialog name={about.name} />
    case 'stop':
      return <StopDialog run={about.run} title={about.title} />
  }
}

function ShowDialog({ listed }: { readonly listed: BackupListed }): ReactNode {
  const actions = useActions()
  const shell = useShell()
  const busy = useShellState((state) => state.runs.some(isBackupRun))
  const { name, path, size, manifest, trouble, cut } = listed
  const close = (): void => actions.ask(null)
  const facts: readonly (readonly [string, string])[] = manifest
    ? [
        [say.facts.file, `${path}, ${say.bytes(size)}`],
        [say.facts.created, say.when(Date.parse(manifest.at))],
        [say.facts.by, say.product(manifest.product)],
        [say.facts.of, `${manifest.suffix}, ${manifest.subnet}`],
        [say.facts.passwords, say.secretsIn[manifest.secrets]],
      ]
    : [[say.facts.file, `${path}, ${say.bytes(size)}`]]
  return (
    <Dialog
      wide
      title={name}
      onClose={close}
      buttons={
        <>
          {cut ? (
            <Button
              disabled={busy}
              onPress={() => actions.ask({ kind: 'snapshot', about: { does: 'create', name } })}
            >
              {say.createAgain}
            </Button>
          ) : null}
          {manifest ? (
            <Button
              disabled={busy}
              onPress={() => {
                close()
                beginCheck({ shell, actions }, listed)
              }}
            >
              {say.menu.check}
            </Button>
          ) : null}
          <Button kind="primary" focus onPress={close}>
            {sayCommon.close}
          </Button>
        </>
      }
    >
      <dl className="snapfacts">
        {facts.map(([title, text]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {trouble ? <ErrorNote trouble={trouble} /> : null}
      {manifest ? (
        <>
          <h3 className="h">{say.content}</h3>
          <ul className="snapparts">
            {sayContent(manifest).map(([what = '', bytes = '', sum = '']) => (
              <li key={what}>
                <span>{what}</span>
                <span className="num">{bytes}</span>
                <span className="mono t3">{say.checksum(sum)}</span>
              </li>
            ))}
          </ul>
          {manifest.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </>
      ) : null}
    </Dialog>
  )
}

function DeleteDialog({ listed }: { readonly listed: BackupListed }): ReactNode {
  const actions = useActions()
  const shell = useShell()
  const { name, path, size } = listed
  const close = (): void => actions.ask(null)
  const remove = (): void => {
    shell.request('deleteBackup', { name }).then(close, (error: unknown) => {
      close()
      actions.failed(say.notDeleted, error)
    })
  }
  return (
    <Dialog
      title={say.deleteTitle(name)}
      onClose={close}
      buttons={<DangerButtons go={say.deleteGo} onGo={remove} onKeep={close} />}
    >
      <p>{say.deleteSays(path, size)}</p>
    </Dialog>
  )
}

function BackDialog({ name }: { readonly name: string }): ReactNode {
  const actions = useActions()
  const shell = useShell()
  const close = (): void => actions.ask(null)
  return (
    <Dialog
      title={say.backTitle(name)}
      onClose={close}
      buttons={
        <DangerButtons
          go={say.backGo}
          onGo={() => {
            close()
            beginBack({ shell, actions })
          }}
          onKeep={close}
        />
      }
    >
      <p>{say.backSays}</p>
    </Dialog>
  )
}

function StopDialog({ run, title }: { readonly run: string; readonly title: string }): ReactNode {
  const actions = useActions()
  const goesOn = useShellState((state) => state.runs.some((one) => one.run === run))
  const close = (): void => actions.ask(null)
  return (
    <Dialog
      title={say.stopTitle(title)}
      onClose={close}
      buttons={
        <DangerButtons
          go={say.stopGo}
          disabled={!goesOn}
          onGo={() => {
            close()
            actions.cancel(run)
          }}
          keep={say.stopNot}
          onKeep={close}
        />
      }
    >
      <p>{say.stopSays}</p>
      <p>{say.stopThen}</p>
    </Dialog>
  )
}
