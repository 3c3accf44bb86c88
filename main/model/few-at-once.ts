/** What `work` makes of each of `all`, in their order; at most `most` under way at once, so that no limit of open files is met. */
export async function fewAtOnce<T, R>(
  all: readonly T[],
  most: number,
  work: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const made: R[] = []
  for (let at = 0; at < all.length; at += most)
    made.push(...(await Promise.all(all.slice(at, at + most).map(work))))
  return made
}
