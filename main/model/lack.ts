/** What a service answers without, as it was found when it was started: it works, with a problem. */
export interface Lack {
  /** "its database macula_console is missing" */
  readonly says: string
  readonly why: string
  readonly todo: string
}
