/** A variable of `env` with its value filled in; secrets in clear. */
export interface Variable {
  readonly service: string
  readonly name: string
  readonly value: string
  readonly secret: boolean
  /** Why it has no value now: everything that leads there is somebody else's program. Not to be handed on; `value` is empty. */
  readonly nowhere?: string
  /** Its service does not run: nothing answers there before it is started. */
  readonly off?: 'stopped' | 'not set up'
}
