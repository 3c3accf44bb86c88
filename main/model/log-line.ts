/** One line of a service's log. */
export interface LogLine {
  readonly service: string
  /** Epoch ms, microseconds as a fraction: lines come several in one millisecond. */
  readonly at: number
  readonly stream: 'out' | 'err'
  /** One line without its end, at most 64 KiB; longer ones are cut and end in "… (cut, N bytes)". Not made inert. */
  readonly text: string
}
