import { clusterOfRow } from './cluster-id.ts'
import type { ServiceSpec } from './service.ts'

/** Whether what a person typed names this service. */
export function isTyped(service: Pick<ServiceSpec, 'id' | 'title'>, typed: string): boolean {
  const word = typed.trim().toLowerCase()
  return [service.id, clusterOfRow(service.id), service.title].some((one) => one?.toLowerCase() === word)
}
