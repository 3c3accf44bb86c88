/**
 * Whose something is: the person (uid, which stays when a user is renamed) and the instance, told apart by the "project"
 * of its settings. Containers, networks and volumes carry it as labels, processes in their environment.
 */
export interface Owner {
  readonly uid: number
  readonly project: string
}

/** The owner as one word, for the environment of a process: "1000/macula". */
export function ownerMark({ uid, project }: Owner): string {
  return `${uid}/${project}`
}

/** The owner that such a word tells; undefined for any other. */
export function ownerOfMark(mark: string): Owner | undefined {
  const match = /^(\d{1,10})\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/.exec(mark)
  return match ? { uid: Number(match[1]), project: match[2] ?? '' } : undefined
}
