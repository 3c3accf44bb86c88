import { useEffect, useState, type ReactNode } from 'react'
import { troubleOf, type Trouble } from '../../../main/model/errors.ts'
import { sayBytes, sayDay } from '../../../main/model/say.ts'
import { sayVolumeCut, type VolumeEntry, type VolumeListing } from '../../../main/model/volume-list.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { ScrollBox } from '../../parts/scroll-box.tsx'
import { useShell } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'

/** What is in a volume, by folder; looked at once, when it is opened. */
export function VolumeDialog(props: {
  readonly service: string
  readonly volume: string
  readonly onClose: () => void
}): ReactNode {
  const { service, volume, onClose } = props
  const shell = useShell()
  const [found, setFound] = useState<VolumeListing | null>()
  const [now] = useState(() => Date.now())
  const [trouble, setTrouble] = useState<Trouble>()
  useEffect(() => {
    let isOver = false
    shell.request('listVolume', { service, volume }).then(
      (listing) => isOver || setFound(listing),
      (error: unknown) => isOver || setTrouble(troubleOf(error)),
    )
    return () => {
      isOver = true
    }
  }, [shell, service, volume])
  const cut = found ? sayVolumeCut(found) : undefined
  return (
    <Dialog
      wide
      title={sayService.inVolume(volume)}
      onClose={onClose}
      buttons={
        <Button kind="primary" focus onPress={onClose}>
          {sayService.closeList}
        </Button>
      }
    >
      {trouble ? (
        <ErrorNote trouble={trouble} />
      ) : found ? (
        <>
          {cut === undefined ? null : <p className="sm t2">{cut}</p>}
          <ScrollBox className="volfiles" label={sayService.inVolume(volume)}>
            {found.seen === 0 ? <p className="sm t2">{sayService.emptyVolume}</p> : null}
            {found.folders.map((folder) => (
              <section key={folder.path}>
                <h3 className="mono">/{folder.path}</h3>
                <ul className="connlines">
                  {folder.entries.map((entry) => (
                    <Entry key={entry.name} entry={entry} now={now} />
                  ))}
                  {folder.more === 0 ? null : <li className="t2">{sayService.moreFiles(folder.more)}</li>}
                </ul>
              </section>
            ))}
          </ScrollBox>
        </>
      ) : (
        <output>{sayService.listing}</output>
      )}
    </Dialog>
  )
}

function Entry({ entry, now }: { readonly entry: VolumeEntry; readonly now: number }): ReactNode {
  const { name, kind, to, bytes, changedAt } = entry
  const text = `${name}${kind === 'folder' ? '/' : ''}${to === undefined ? '' : ` → ${to}`}`
  return (
    <li>
      <bdi className="mono cut" title={text}>
        {text}
      </bdi>
      <span className="t2">{kind === 'file' ? sayBytes(bytes) : ''}</span>
      <span className="t2 last">{changedAt === 0 ? '' : sayDay(changedAt, now)}</span>
    </li>
  )
}
