/** What kind of failure it is; decides the exit code and what a face offers. */
export type ErrorKind =
  | 'usage' // the call's words are off
  | 'refused' // a person (or policy) said no
  | 'outside' // something outside is missing or down: Docker, a tool, the network
  | 'busy' // another actor holds the lock
  | 'invalid' // a file or value of the person's is wrong
  | 'failed' // we tried and it did not work
  | 'internal' // ours to repair

/** The words of a failure: what happened, why, what to do. One or two plain sentences each. */
export interface Trouble {
  readonly kind: ErrorKind
  readonly what: string
  readonly why?: string
  readonly todo?: string
}
