/** Parts of which every call may wait. */
type Waiting = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>

/**
 * A part that is opened when it is first asked for something: what a command never asks is not even loaded. An opening that fails
 * fails the call, and is tried again by the next.
 */
export function late<T extends { readonly [K in keyof T]: Waiting[string] }>(open: () => Promise<T>): T {
  let opened: Promise<T> | undefined
  const load = async (): Promise<T> => {
    opened ??= open()
    try {
      return await opened
    } catch (error) {
      opened = undefined
      throw error
    }
  }
  const calls = new Map<string, Waiting[string]>()
  return new Proxy({} as T, {
    get(_, name) {
      // Whoever awaits the part itself asks for this.
      if (typeof name === 'symbol' || name === 'then') return undefined
      const known = calls.get(name)
      if (known) return known
      const call = async (...given: never[]): Promise<unknown> => {
        const part = (await load()) as Waiting
        const method = part[name]
        if (!method) throw new TypeError(`there is no ${name}`)
        return await method.apply(part, given)
      }
      calls.set(name, call)
      return call
    },
  })
}
