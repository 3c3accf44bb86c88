import { useState, type ReactNode } from 'react'
import { MaculaError, troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { ResetResult } from '../../../preload/contract.ts'
import { newToken } from '../../token.ts'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'
import { isNamed, sayStep } from './reset-words.ts'

/** What only a typed name sets off: a service's data moved aside, or a cluster deleted. */
export interface NamedReset {
  readonly typed: string
  readonly type: (text: string) => void
  /** The name is right, and it does not go on already. */
  readonly isNamed: boolean
  /** The run that goes on. */
  readonly run: string | undefined
  readonly step: StepEvent | undefined
  readonly trouble: Trouble | undefined
  readonly go: () => Promise<void>
}

/** `onDone` is told when nothing failed; `deed`: how it is told of, here and after the dialog. */
export function useNamedReset(
  view: ServiceView,
  onDone: (result: ResetResult) => void,
  deed: { readonly label: string; readonly verb: 'reset' | 'delete' },
): NamedReset {
  const shell = useShell()
  const actions = useActions()
  const [typed, type] = useState('')
  const [run, setRun] = useState<string>()
  const [trouble, setTrouble] = useState<Trouble>()
  const step = useShellState((state) => (run === undefined ? undefined : state.steps[run]))
  return {
    typed,
    type,
    isNamed: isNamed(view, typed) && run === undefined,
    run,
    step,
    trouble,
    async go() {
      const mine = newToken()
      setRun(mine)
      setTrouble(undefined)
      try {
        const result = await actions.deed(
          mine,
          deed.label,
          deed.verb,
          async () => await shell.request('resetData', { run: mine, service: view.id, typed }),
        )
        const [failed] = result.failed
        if (failed) throw new MaculaError(failed.trouble)
        if (result.ok) onDone(result)
      } catch (error) {
        setTrouble(troubleOf(error))
      } finally {
        setRun(undefined)
      }
    },
  }
}

/** The field for the name, then how far it is; what went wrong. */
export function NameAndProgress(props: {
  readonly title: string
  readonly reset: NamedReset
  /** What is done, before a step is told. */
  readonly runs: string
}): ReactNode {
  const { title, reset, runs } = props
  return (
    <>
      {reset.run === undefined ? (
        <div className="typename">
          <p>{sayService.resetType(title)}</p>
          <TextField label={sayService.resetField} value={reset.typed} onChange={reset.type} focus mono />
        </div>
      ) : (
        <output>
          <p>{reset.step ? sayStep(reset.step, title) : runs}</p>
          <Progress label={runs} part={undefined} />
        </output>
      )}
      {reset.trouble ? <ErrorNote trouble={reset.trouble} /> : null}
    </>
  )
}
