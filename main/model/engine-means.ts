/** What brings a container engine that does not answer, as far as this machine tells. */
export type EngineMeans =
  /** It is here and does not run. `by`: who starts it; root is asked once. */
  | {
      readonly kind: 'start'
      /** "Docker", "Docker Desktop", "Colima", "Podman". */
      readonly title: string
      readonly by: 'root' | 'user'
      /** What starts it, program and arguments; of root's a unit of systemd, or of the distribution's own script. */
      readonly argv: readonly string[]
      /** How long it may take until it answers (ms): some start a virtual machine first. */
      readonly deadline: number
      /** Root lets the person use its socket too: they are a member of its group, and signed in before that. */
      readonly lends?: true
    }
  /** There is none, and set-up can install the distribution's. */
  | { readonly kind: 'install' }
  /** It runs, and this user may not use it: set-up can let them. */
  | { readonly kind: 'join' }

/** The command that a person would type for it. */
export function commandOfMeans(means: Extract<EngineMeans, { kind: 'start' }>): string {
  return `${means.by === 'root' ? 'sudo ' : ''}${means.argv.join(' ')}`
}
