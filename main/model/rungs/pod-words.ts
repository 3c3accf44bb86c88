import { inert } from '../atoms.ts'

/** Cluster's words for a person: one line, without control characters, at most 300 of them. */
export function podWords(text: string): string {
  return inert(text.replaceAll(/\s+/g, ' ').trim()).slice(0, 300)
}
