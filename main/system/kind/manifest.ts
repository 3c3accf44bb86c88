/** One object as a manifest writes it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly [key: string]: unknown
}
