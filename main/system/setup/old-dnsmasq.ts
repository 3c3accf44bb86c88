import type { MachineStep, MigrationPart } from '../../engine/adapters.ts'
import { sayList } from '../../model/say.ts'

/** Takes files out of dnsmasq and NetworkManager that lead names under the suffix elsewhere, as the take-over would. */
export function oldDnsmasq(part: Pick<MigrationPart, 'plan' | 'detect'>): MachineStep {
  return {
    id: 'before-dnsmasq',
    plan: async () => {
      const [step] = await part.plan()
      if (!step?.change) return undefined
      const seen = await part.detect()
      return {
        change: { ...step.change, ...(step.price === undefined ? {} : { price: step.price }) },
        inPlace: false,
        says: sayList(
          seen.flatMap(({ holds }) => holds),
          9,
        ),
      }
    },
  }
}
