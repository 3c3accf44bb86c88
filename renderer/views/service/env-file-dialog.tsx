import { useState, type ReactNode } from 'react'
import type { EnvFileView } from '../../../main/model/env-file.ts'
import { troubleOf, type Trouble } from '../../../main/model/errors.ts'
import { saySecond } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useShell } from '../../store/use-shell.ts'
import { sayConnect } from '../../words/connect.ts'

/** Where the last one was written: the next is asked for there first. */
let lastPath = ''

/** Writes a service's variables into a project's file: looked at first, then written, and what came of it is said. */
export function EnvFileDialog(props: {
  readonly view: ServiceView
  readonly onClose: () => void
}): ReactNode {
  const { view, onClose } = props
  const shell = useShell()
  const [path, setPath] = useState(lastPath)
  const [found, setFound] = useState<EnvFileView>()
  const [trouble, setTrouble] = useState<Trouble>()
  const [said, setSaid] = useState('')
  const [busy, setBusy] = useState(false)
  const ask = async (how: 'look' | 'write' | 'clear'): Promise<void> => {
    setBusy(true)
    setTrouble(undefined)
    setSaid('')
    try {
      const answer = await shell.request('envFile', { service: view.id, path: path.trim(), how })
      lastPath = path.trim()
      setFound(
        how === 'clear'
          ? await shell.request('envFile', { service: view.id, path: path.trim(), how: 'look' })
          : answer,
      )
      if (how === 'write') setSaid(sayConnect.envWritten(answer.path, saySecond(Date.now())))
      if (how === 'clear') setSaid(sayConnect.envCleared(answer.path, saySecond(Date.now())))
    } catch (error) {
      setFound(undefined)
      setTrouble(troubleOf(error))
    } finally {
      setBusy(false)
    }
  }
  const looked = found !== undefined && found.path === path.trim()
  return (
    <Dialog
      wide
      title={sayConnect.envTitle(view.title)}
      onClose={onClose}
      buttons={
        <>
          {looked && found.state !== 'none' ? (
            <Button kind="danger" waits={busy} onPress={() => void ask('clear')}>
              {sayConnect.envClear}
            </Button>
          ) : null}
          {looked && found.state === 'current' ? null : looked ? (
            <Button kind={said === '' ? 'primary' : 'normal'} waits={busy} onPress={() => void ask('write')}>
              {found.state === 'other' ? sayConnect.envUpdate : sayConnect.envWrite}
            </Button>
          ) : (
            <Button
              kind="primary"
              waits={busy}
              disabled={!path.trim().startsWith('/')}
              onPress={() => void ask('look')}
            >
              {sayConnect.envLook}
            </Button>
          )}
          <Button
            kind={looked && (found.state === 'current' || said !== '') ? 'primary' : 'normal'}
            onPress={onClose}
          >
            {sayConnect.envClose}
          </Button>
        </>
      }
    >
      <p>{sayConnect.envSays}</p>
      <div className="envfield">
        <span className="t2" aria-hidden="true">
          {sayConnect.envPath}
        </span>
        <TextField
          label={sayConnect.envPath}
          value={path}
          onChange={setPath}
          onEnter={() => {
            if (path.trim().startsWith('/') && !looked && !busy) void ask('look')
          }}
          placeholder={sayConnect.envPlaceholder}
          mono
          focus
        />
      </div>
      {looked ? (
        <>
          <p>{sayOf(found)}</p>
          {found.names.length > 0 && found.state !== 'current' ? (
            <p>{sayConnect.envNames(found.names)}</p>
          ) : null}
          {found.alsoSet.length > 0 ? <p>{sayConnect.envAlso(found.alsoSet)}</p> : null}
          {found.leftOut.length > 0 ? <p>{sayConnect.envLeft(found.leftOut)}</p> : null}
        </>
      ) : null}
      <output>{said}</output>
      {trouble ? <ErrorNote trouble={trouble} /> : null}
    </Dialog>
  )
}

function sayOf(found: EnvFileView): string {
  if (!found.exists) return sayConnect.envNew
  if (found.state === 'none') return sayConnect.envNone
  return found.state === 'other' ? sayConnect.envOther : sayConnect.envCurrent
}
