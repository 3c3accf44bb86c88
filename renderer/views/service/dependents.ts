import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'

/** The services that need or use one. */
export function dependents(snapshot: Snapshot, id: string): readonly ServiceView[] {
  return snapshot.services.filter((view) => view.needs.includes(id) || view.uses.includes(id))
}
