import { useState } from 'react'
import { troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { SettingsPatch } from '../../../main/model/service.ts'
import { useActions, useShell } from '../../store/use-shell.ts'
import { saySettings } from '../../words/settings.ts'

/** Saves a switch at once; what fails is a note. */
export function useSaveNow(): (patch: SettingsPatch) => void {
  const shell = useShell()
  const actions = useActions()
  return (patch) => {
    shell.request('saveSettings', patch).then(
      (settings) => shell.store.setState({ settings }),
      (error: unknown) => actions.failed(saySettings.notSaved, error),
    )
  }
}

/** A value that is written first and saved later, with the engine's reason when it cannot be taken. */
export interface Draft {
  readonly value: string
  readonly dirty: boolean
  readonly saving: boolean
  readonly trouble: Trouble | undefined
  /** It was saved since it was last changed. */
  readonly saved: boolean
  readonly change: (value: string) => void
  readonly revert: () => void
  readonly save: () => void
}

/** The draft of one setting. `stored` is what the engine has. */
export function useDraft(stored: string, patch: (value: string) => SettingsPatch): Draft {
  const shell = useShell()
  const [written, setWritten] = useState<string | null>(null)
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [saving, setSaving] = useState(false)
  const [saved, setSaved] = useState(false)
  const value = written ?? stored
  const dirty = value !== stored
  const save = async (): Promise<void> => {
    setSaving(true)
    try {
      const settings = await shell.request('saveSettings', patch(value.trim()))
      shell.store.setState({ settings })
      setWritten(null)
      setTrouble(undefined)
      setSaved(true)
    } catch (error) {
      setTrouble(troubleOf(error))
    }
    setSaving(false)
  }
  return {
    value,
    dirty,
    saving,
    trouble,
    saved,
    change: (next) => {
      setWritten(next)
      setTrouble(undefined)
      setSaved(false)
    },
    revert: () => {
      setWritten(null)
      setTrouble(undefined)
    },
    save: () => {
      if (dirty && !saving) void save()
    },
  }
}
