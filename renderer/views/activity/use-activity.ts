import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { ActivityRead } from '../../../main/model/activity.ts'
import { troubleOf, type Trouble } from '../../../main/model/errors.ts'
import { useShell, useShellState } from '../../store/use-shell.ts'
import { useVisible } from '../../store/use-visible.ts'

/** How often is asked whether something came, while the view is seen (ms): other processes write too. */
const AGAIN_MS = 3000

/** The timeline, kept up to date while it is seen; the last answer stands while a newer one is asked for. */
export function useActivity(): {
  readonly read: ActivityRead | undefined
  readonly trouble: Trouble | undefined
  readonly again: () => void
} {
  const shell = useShell()
  const visible = useVisible()
  const connected = useShellState((state) => state.connected)
  const [read, setRead] = useState<ActivityRead>()
  const [trouble, setTrouble] = useState<Trouble>()
  const now = useRef(() => undefined as void)
  const ask = useEffectEvent(async (isOver: () => boolean): Promise<void> => {
    try {
      const answer = await shell.request('activity', read === undefined ? {} : { mark: read.mark })
      if (isOver()) return
      setTrouble(undefined)
      if (answer.kind === 'entries') setRead(answer)
    } catch (error) {
      if (!isOver()) setTrouble(troubleOf(error))
    }
  })
  useEffect(() => {
    if (!visible || !connected) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    let isBusy = false
    let isOwed = false
    const next = async (): Promise<void> => {
      isOwed = isBusy
      if (isBusy) return
      isBusy = true
      await ask(() => isOver)
      isBusy = false
      if (!isOver) timer = setTimeout(() => void next(), isOwed ? 0 : AGAIN_MS)
    }
    now.current = () => {
      clearTimeout(timer)
      void next()
    }
    // What was asked for here is told when it ends.
    const quiet = shell.on('runs', () => now.current())
    void next()
    return () => {
      quiet()
      isOver = true
      clearTimeout(timer)
    }
  }, [shell, visible, connected])
  return { read, trouble, again: () => now.current() }
}
