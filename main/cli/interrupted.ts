/** The exit code of what a person ended by Ctrl-C. */
export const INTERRUPTED = 130

/** Thrown by a question that was answered by Ctrl-C: the command ends, whatever it would have asked next. */
export class Interrupted extends Error {}
