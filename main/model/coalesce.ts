/**
 * Work that may be asked for again while it runs: for one key never twice at a time, and whatever is asked meanwhile is
 * done once more afterwards, with the arguments of the last call. The promise is that of a run that began after the
 * call, so a thousand calls at once are two runs.
 */
export function coalesce<Args extends readonly unknown[]>(
  work: (...args: Args) => Promise<void>,
  keyOf: (...args: Args) => string = () => '',
): (...args: Args) => Promise<void> {
  const running = new Map<string, { now: Promise<void>; next?: Promise<void>; args?: Args }>()
  function run(...args: Args): Promise<void> {
    const key = keyOf(...args)
    const entry = running.get(key)
    if (!entry) {
      const now = work(...args).finally(() => running.delete(key))
      running.set(key, { now })
      return now
    }
    entry.args = args
    // The run before may fail; what was asked meanwhile is done all the same.
    entry.next ??= entry.now.catch(() => undefined).then(async () => await run(...(entry.args ?? args)))
    return entry.next
  }
  return run
}
