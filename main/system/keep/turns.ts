/** Who waits for what in this process, by the name of what is waited for; outlives whoever opened it. */
const last = new Map<string, Promise<void>>()

/** Runs `work` when all that was asked for under this name before is over, in the order asked; nothing is refused. */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const result = (last.get(name) ?? Promise.resolve()).then(work)
  const over = result.then(
    () => undefined,
    () => undefined,
  )
  last.set(name, over)
  try {
    return await result
  } finally {
    if (last.get(name) === over) last.delete(name)
  }
}
