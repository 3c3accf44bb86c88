import type { RootAdapter } from '../../engine/adapters.ts'
import type { RootOutcome, RootStepResult } from '../../model/change.ts'
import type { AuthoritySeen } from '../../model/tls.ts'
import type { Browsers, BrowsersResult } from './browsers.ts'

const TRUST = 'trust'

/** What became of stores of browsers, as further steps of the change that they belong to. */
function stepsOf({ stores, failed }: BrowsersResult, says: string): readonly RootStepResult[] {
  const step = (target: string, result: RootStepResult['result'], words: string): RootStepResult => ({
    change: TRUST,
    verb: 'file',
    target,
    result,
    says: words,
  })
  return [
    ...stores.map((store) => step(store, 'done', says)),
    ...failed.map(({ store, says: why }) => step(store, 'failed', why)),
  ]
}

/**
 * Root's changes, with the stores of the person's browsers beside the machine's own: the change that makes the machine trust
 * our authority does so there too, as the person, and its undo takes it out. What fails there is told and fails nothing else.
 */
export function withBrowsers(
  root: RootAdapter,
  browsers: Browsers,
  authority: () => Promise<AuthoritySeen | undefined>,
): RootAdapter {
  const also = async (
    outcome: RootOutcome,
    work: () => Promise<readonly RootStepResult[]>,
    onStep: (step: RootStepResult) => void,
  ): Promise<RootOutcome> => {
    if (outcome.kind === 'refused') return outcome
    const more = await work().catch((error: unknown) =>
      stepsOf({ stores: [], failed: [{ store: 'stores of browsers', says: String(error) }] }, ''),
    )
    more.forEach(onStep)
    return { ...outcome, steps: [...outcome.steps, ...more] }
  }
  return {
    ...root,
    async apply(changes, onStep) {
      const outcome = await root.apply(changes, onStep)
      if (!changes.some(({ id }) => id === TRUST)) return outcome
      return await also(
        outcome,
        async () => {
          const ours = hasFailed(outcome) ? undefined : await authority()
          if (!ours) return []
          return stepsOf(
            await browsers.trust(ours.certificate, ours.file, ours.subject),
            'trusts the authority',
          )
        },
        onStep,
      )
    },
    async undo(entries, options, onStep) {
      const outcome = await root.undo(entries, options, onStep)
      return await also(
        outcome,
        async () => {
          const stands = (await root.ledger()).some(
            ({ change, state, others }) => change === TRUST && state === 'applied' && others !== true,
          )
          return stands ? [] : stepsOf(await browsers.distrust(), 'as it was before Macula')
        },
        onStep,
      )
    },
  }
}

/** Whether a step of that change failed. */
const hasFailed = (outcome: RootOutcome): boolean =>
  outcome.kind !== 'refused' &&
  outcome.steps.some(({ change, result }) => change === TRUST && result === 'failed')
