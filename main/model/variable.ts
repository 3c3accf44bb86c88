/** A variable of `env` with its value filled in; secrets in clear. */
export interface Variable {
  readonly service: string
  readonly name: string
  readonly value: string
  readonly secret: boolean
}
