import { useState, type ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { useActions, useShell } from '../../store/use-shell.ts'
import { sayApps } from '../../words/apps.ts'

/** A further cluster beside the hub: described with an address and ports that are free, and started. */
export function AddPeer(): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const [waits, setWaits] = useState(false)
  const add = async (): Promise<void> => {
    if (waits) return
    setWaits(true)
    try {
      const { service } = await shell.request('addPeer', {})
      actions.startNow([service])
    } catch (error) {
      actions.failed(sayApps.peer.notAdded, error)
    } finally {
      setWaits(false)
    }
  }
  return (
    <section>
      <h2 className="h">{sayApps.peer.title}</h2>
      <div className="offer">
        <div className="grow">
          <p className="sm t2">{sayApps.peer.says}</p>
        </div>
        <Button disabled={waits} onPress={() => void add()}>
          {sayApps.peer.add}
        </Button>
      </div>
    </section>
  )
}
