import { useState, type ReactNode } from 'react'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { ResetResult } from '../../../preload/contract.ts'
import { ErrorNote } from '../../parts/empty.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useActions, useShell } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'
import { useLongWork, WorkProgress, type LongWork } from './long-work.tsx'
import { isNamed } from './reset-words.ts'

/** What only a typed name sets off: a service's data moved aside, or a cluster deleted. */
export interface NamedReset extends LongWork {
  readonly typed: string
  readonly type: (text: string) => void
  /** The name is right, and it does not go on already. */
  readonly isNamed: boolean
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
  const work = useLongWork(
    async (run) =>
      await actions.deed(
        run,
        deed.label,
        deed.verb,
        async () => await shell.request('resetData', { run, service: view.id, typed }),
      ),
    onDone,
  )
  return { ...work, typed, type, isNamed: isNamed(view, typed) && work.run === undefined }
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
        <WorkProgress work={reset} title={title} runs={runs} />
      )}
      {reset.trouble ? <ErrorNote trouble={reset.trouble} /> : null}
    </>
  )
}
