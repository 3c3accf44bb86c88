let count = 0

/** A name for a run or a stream, unlike any other of this or another window. */
export function newToken(): string {
  count += 1
  const random = crypto.getRandomValues(new Uint32Array(2))
  return `w${count}-${[...random].map((part) => part.toString(36)).join('')}`
}
