import { isLabel } from './atoms.ts'

/**
 * Whose something is: the person (uid, which stays when a user is renamed) and the instance, told apart by the "project"
 * of its settings. Containers, networks and volumes carry it as labels, processes in their environment.
 */
export interface Owner {
  readonly uid: number
  readonly project: string
}

/** A person of this machine; `user`: the name, where it is known. */
export interface Person {
  readonly uid: number
  readonly user?: string
}

/** The owner as one word, for the environment of a process: "1000/macula". */
export function ownerMark({ uid, project }: Owner): string {
  return `${uid}/${project}`
}

/** The owner that such a word tells; undefined for any other. */
export function ownerOfMark(mark: string): Owner | undefined {
  const match = /^(\d{1,10})\/(.{1,63})$/.exec(mark)
  const project = match?.[2] ?? ''
  return match && isLabel(project) ? { uid: Number(match[1]), project } : undefined
}

/** Settings with which an instance of one's own runs beside another person's. */
export interface BesideSettings {
  readonly project: string
  readonly subnet: string
  readonly addresses: string
  readonly dnsPort: number
}

/** A Macula that is another person's, found where ours would be. */
export interface OtherMacula extends Owner {
  /** The person's name, where this machine knows it. */
  readonly user?: string
  /** What carries that person's mark: "14 containers, a network and 6 volumes". */
  readonly has: string
  /** We act as root by sudo of that very person. */
  readonly bySudo: boolean
  readonly beside: BesideSettings
  /** The settings file that `beside` would go into. */
  readonly file: string
}

/** "alice (uid 1000)", or "uid 1000" when this machine knows no such user. */
export function sayPerson({ uid, user }: Person): string {
  return user === undefined ? `uid ${uid}` : `${user} (uid ${uid})`
}

/** Whose it is, why nothing is done, and how to get on. */
export function sayOther(other: OtherMacula): {
  readonly what: string
  readonly why: string
  readonly todo: string
} {
  const { project, subnet, addresses, dnsPort } = other.beside
  const own = `{"project": "${project}", "subnet": "${subnet}", "addresses": "${addresses}", "dnsPort": ${dnsPort}}`
  const beside = `write ${own} into ${other.file}`
  return {
    what: `This is the Macula of ${sayPerson(other)}, not yours. Nothing of it is touched.`,
    why: `Docker has ${other.has} of the project ${other.project} with that person’s mark.`,
    todo: other.bySudo
      ? `Run the same without sudo. To run one of root’s own beside it, ${beside}.`
      : `To run one of your own beside it, ${beside}, then run maculactl up.`,
  }
}
