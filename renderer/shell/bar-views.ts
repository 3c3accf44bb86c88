import type { View } from '../../preload/contract.ts'

/** The views with a place in the bar, in the order of their number keys. */
export const barViews = [
  'services',
  'logs',
  'activity',
  'doctor',
  'changes',
  'settings',
] as const satisfies readonly View[]
