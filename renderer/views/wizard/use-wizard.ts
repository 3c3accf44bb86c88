import { useEffect, useLayoutEffect, useRef } from 'react'
import type { WizardState, WizardStepId } from '../../../main/model/wizard.ts'
import { useAsked, type Asked } from '../../store/use-asked.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayWizard } from '../../words/wizard.ts'

/** While something goes on, steps are looked at again this often; else only when something happened. */
const LOOK_EVERY_MS = 2000

/** How set-up stands, kept true: asked again when something happened that a step could be about. */
export function useWizard(): Asked<WizardState> & {
  /** Leaves a step out, or takes it in again; resolves with whether that is kept, and all steps are read again. */
  readonly skip: (step: WizardStepId, skipped: boolean) => Promise<boolean>
  /** What goes on now, by the step it belongs to. */
  readonly going: ReadonlySet<WizardStepId>
} {
  const shell = useShell()
  const actions = useActions()
  const asked = useAsked('wizard')
  const { quietly, again, put } = asked
  const runs = useShellState((state) => state.runs)
  const applying = useShellState((state) => state.root?.kind === 'setup' && state.root.end === null)
  // What a step is about and comes without being asked for: Docker, and how many services answer.
  const news = useShellState(({ snapshot }) =>
    snapshot === null
      ? ''
      : [
          snapshot.docker.kind,
          snapshot.suffix,
          ...snapshot.services.map((view) => (view.state === 'works' ? '1' : view.state[0])),
        ].join(' '),
  )
  const busy = runs.length > 0 || applying
  // Another subnet that was taken here, or in Settings.
  const subnet = useShellState(({ settings }) => settings?.settings.subnet)
  useEffect(quietly, [quietly, news, subnet, busy, runs.length])
  // What was read before the changes were made says that they are still to make. Until it is read again nobody may be
  // led on by it: before the next paint.
  const wasApplying = useRef(false)
  useLayoutEffect(() => {
    if (wasApplying.current && !applying) again()
    wasApplying.current = applying
  }, [applying, again])
  useEffect(() => {
    if (!busy) return undefined
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') quietly()
    }, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [busy, quietly])

  const going = new Set<WizardStepId>()
  if (applying) going.add('password')
  for (const run of runs) {
    if (run.verb === 'pull') going.add('images')
    if (run.verb === 'start' || run.verb === 'restart')
      going.add(run.services.every((id) => id.startsWith('cluster/')) ? 'cluster' : 'start')
  }
  return {
    ...asked,
    going,
    skip: async (step, skipped) => {
      try {
        put(await shell.request('skipStep', { step, skipped }))
        return true
      } catch (error) {
        actions.failed(sayWizard.skip, error)
        return false
      }
    },
  }
}
