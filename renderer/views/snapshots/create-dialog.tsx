import { useEffect, useState, type ReactNode } from 'react'
import {
  backupRegistries,
  isBackupName,
  SHORTEST_PASSPHRASE,
  type BackupPlan,
  type BackupRegistry,
} from '../../../main/model/backup.ts'
import { troubleOf, type Trouble } from '../../../main/model/errors.ts'
import { sayPlan } from '../../../main/model/say-backup.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useAsked } from '../../store/use-asked.ts'
import { useActions, useShell } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { saySnapshots as say } from '../../words/snapshots.ts'
import { ChoiceLine, Line, PassphraseLine } from './form-lines.tsx'
import { beginCreate, freshName } from './work.ts'

type Plan = { readonly registry: BackupRegistry } & (
  { readonly plan: BackupPlan } | { readonly trouble: Trouble }
)

/** What would be taken, measured anew with each choice. */
function usePlan(registry: BackupRegistry): Plan | undefined {
  const shell = useShell()
  const [known, setKnown] = useState<Plan>()
  useEffect(() => {
    let isOver = false
    const put = (plan: Plan): void => {
      if (!isOver) setKnown(plan)
    }
    shell.request('planBackup', { registry }).then(
      (plan) => put({ registry, plan }),
      (error: unknown) => put({ registry, trouble: troubleOf(error) }),
    )
    return () => {
      isOver = true
    }
  }, [shell, registry])
  return known?.registry === registry ? known : undefined
}

/** Asks what goes into a new snapshot, and says how large that is. `again`: the name of one that was cut off. */
export function CreateDialog({ again: cut }: { readonly again?: string | undefined }): ReactNode {
  const actions = useActions()
  const shell = useShell()
  const listed = useAsked('backups').value?.snapshots
  // What is left of one that was cut off is in nobody's way.
  const taken = listed?.filter((one) => !one.cut).map(({ name }) => name)
  const [typed, setTyped] = useState(cut)
  const [registry, setRegistry] = useState<BackupRegistry>('whole')
  const [secrets, setSecrets] = useState<'leave out' | 'include'>()
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const known = usePlan(registry)
  const [opened] = useState(() => Date.now())
  const name = typed ?? freshName(taken ?? [], opened)
  const close = (): void => actions.ask(null)
  const wrongName = !isBackupName(name)
    ? say.badName
    : taken?.includes(name) === true
      ? say.taken(name)
      : undefined
  const wrongPass =
    secrets === 'include' && passphrase.length < SHORTEST_PASSPHRASE
      ? say.short(SHORTEST_PASSPHRASE)
      : undefined
  const wrongAgain = secrets === 'include' && passphrase !== again ? say.differs : undefined
  const create = (): void => {
    setTried(true)
    if (secrets === undefined || [wrongName, wrongPass, wrongAgain].some((one) => one !== undefined)) return
    close()
    actions.go({ view: 'snapshots' })
    beginCreate({ shell, actions }, { name, registry, ...(secrets === 'include' ? { passphrase } : {}) })
  }
  return (
    <Dialog
      wide
      title={say.createTitle}
      onClose={close}
      buttons={
        <>
          <Button onPress={close}>{sayCommon.cancel}</Button>
          <Button kind="primary" onPress={create}>
            {say.createGo}
          </Button>
        </>
      }
    >
      <div className="snapform">
        <Line label={say.name}>
          <TextField
            label={say.name}
            value={name}
            onChange={setTyped}
            onEnter={create}
            mono
            focus
            {...(tried && wrongName !== undefined ? { wrong: wrongName } : {})}
          />
        </Line>
        <ChoiceLine
          label={say.images}
          hint={say.imagesHint[registry]}
          options={backupRegistries.map((id) => [id, say.imagesOf[id]] as const)}
          chosen={registry}
          onChoose={setRegistry}
        />
        <ChoiceLine
          label={say.secrets}
          hint={secrets && say.secretsHint[secrets]}
          options={[
            ['leave out', say.leaveOut],
            ['include', say.include],
          ]}
          chosen={secrets}
          onChoose={setSecrets}
          wrong={tried && secrets === undefined ? say.choose : ''}
        />
        {secrets === 'include' ? (
          <>
            <PassphraseLine
              label={say.passphrase}
              value={passphrase}
              onChange={setPassphrase}
              onEnter={create}
              wrong={tried ? wrongPass : undefined}
            />
            <PassphraseLine
              label={say.again}
              value={again}
              onChange={setAgain}
              onEnter={create}
              wrong={tried ? wrongAgain : undefined}
            />
          </>
        ) : null}
      </div>
      <div className="snapplan" aria-live="polite">
        {known === undefined ? (
          <p>{say.measuring}</p>
        ) : 'plan' in known ? (
          sayPlan(known.plan).map((line) => <p key={line}>{line}</p>)
        ) : (
          <ErrorNote trouble={known.trouble} />
        )}
      </div>
    </Dialog>
  )
}
